import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { env, execPath } from 'node:process'

import { describe, expect, it, jest } from '@jest/globals'

const root = resolve(__dirname, '../../..')

interface Result {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What `npm run simulate -- <args>` runs; or what it would, with something taken out of the product. */
const simulate = (args: string, broken?: string): Promise<Result> =>
  new Promise((done) => {
    const loader =
      broken === undefined ? 'simulator/cli/preflight.js' : 'test/simulator/campaign/broken/load-broken.js'
    const command = ['--import', `./${loader}`, 'simulator/cli/simulate.ts', ...args.split(' ')]
    const options = { cwd: root, env: { ...env, EBBTIDE_BROKEN: broken } }
    const child = execFile(execPath, command, options, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    )
  })

// A child process loads everything anew, and the first one may have to package the stack.
jest.setTimeout(60_000)

describe('npm run simulate refuses', () => {
  it.each([
    ['--awaits 3', '--awaits is for --crash-everywhere, which is not there.'],
    ['--crash-at 3', '--crash-at is for --crash-everywhere, which is not there.'],
    ['--hours 3', '--hours is for --crash-everywhere, which is not there.'],
    ['--crash-everywhere --crash-at 3', '--crash-at needs the name of a scenario after --crash-everywhere.'],
    [
      '--crash-everywhere scale-in --crash-at 3 --awaits 3',
      "error: option '--crash-at <n>' cannot be used with option '--awaits <n>'",
    ],
    [
      '--crash-everywhere --runs 3',
      "error: option '--runs <n>' cannot be used with option '--crash-everywhere [scenario]'",
    ],
    [
      '--crash-everywhere --faults heavy',
      "error: option '--faults <level>' cannot be used with option '--crash-everywhere [scenario]'",
    ],
    [
      '--crash-everywhere --stop-at-first',
      "error: option '--stop-at-first' cannot be used with option '--crash-everywhere [scenario]'",
    ],
  ])('%s', async (args, sentence) => {
    expect(await simulate(args)).toEqual({ exitCode: 2, stdout: '', stderr: `${sentence}\n` })
  })
})

describe('npm run simulate', () => {
  it('says what it is playing first and last, and counts early kills apart', async () => {
    const { exitCode, stdout } = await simulate('--seed 1 --runs 2 --faults none')
    const lines = stdout.trim().split('\n')
    expect(exitCode).toBe(0)
    expect(lines[0]).toMatch(/^2 runs from seed 1, faults none, commit /)
    expect(lines.at(-1)).toBe(lines[0])
    expect(lines.at(-2)).toMatch(
      /^2 runs, \d+ drains, \d+ tasks died with a machine \(0 with time left\), 0 failures$/,
    )
  })

  it('counts both in its JSON too', async () => {
    const { stdout } = await simulate('--seed 1 --runs 2 --faults none --json')
    expect(JSON.parse(stdout)).toMatchObject({
      seed: 1,
      runs: 2,
      killedTasks: expect.any(Number),
      earlyKills: 0,
    })
  })
})

describe('npm run simulate -- --crash-everywhere', () => {
  it('says what it is playing first and last, and tells a failure with the journal before it', async () => {
    const broken = 'the truth of an absence that is named'
    const { exitCode, stdout } = await simulate('--crash-everywhere scale-in --awaits 1', broken)
    const lines = stdout.trimEnd().split('\n')
    expect(exitCode).toBe(1)
    expect(lines[0]).toMatch(/^scale-in, a kill in each rehearsal, seed 1, commit /)
    expect(lines.at(-1)).toBe(lines[0])
    const told = lines.slice(lines.findIndex((line) => line.startsWith('  Killed at await ')))
    expect(told).toContainEqual(expect.stringMatching(/^ +\d+\.\d\d s {2}.*CompleteLifecycleAction done$/))
    expect(told).toContainEqual(expect.stringMatching(/^ +\d+\.\d\d s {2}BROKEN promise 1: /))
    expect(told.at(-2)).toMatch(
      /^ {4}Again: npm run simulate -- --seed 1 --crash-everywhere scale-in --crash-at \d+$/,
    )
  })
})
