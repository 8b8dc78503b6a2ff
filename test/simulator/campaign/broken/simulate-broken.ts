import { execFile } from 'node:child_process'
import { execPath } from 'node:process'

interface Simulated<Result> {
  readonly exitCode: number
  readonly result: Result
}

/**
 * Runs `npm run simulate` with a product, or a world, that was changed as `mutations.js` says under this name.
 *
 * @returns what it prints as JSON, which is a `Result` if the flags ask for one.
 */
export const simulateBroken = <Result>(name: string, flags: readonly string[]): Promise<Simulated<Result>> =>
  new Promise((resolve, reject) => {
    const loader = './test/simulator/campaign/broken/load-broken.js'
    const args = ['--import', loader, 'simulator/cli/simulate.ts', ...flags, '--json']
    const env = { ...process.env, EBBTIDE_BROKEN: name }
    execFile(execPath, args, { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code)
      if (stdout === '') reject(new Error(stderr))
      else resolve({ exitCode, result: JSON.parse(stdout) as Result })
    })
  })
