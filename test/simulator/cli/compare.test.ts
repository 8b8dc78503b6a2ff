import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execPath } from 'node:process'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'

const root = resolve(__dirname, '../../..')

interface Result {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What `npm run compare -- <args>` runs, its output going to a pipe. */
const compare = (...given: readonly string[]): Promise<Result> =>
  new Promise((done) => {
    const args = ['--import', './simulator/cli/preflight.js', 'simulator/cli/compare.ts', ...given]
    const child = execFile(execPath, args, { cwd: root }, (_error, stdout, stderr) =>
      done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    )
  })

/** A service grows beyond the one instance that is there. */
const growing = {
  description: 'A service grows.',
  cluster: 'web',
  groups: [{ name: 'g', cpu: 1_024, memory: 4_096, desired: 1, min: 1, max: 4 }],
  services: [{ name: 'shop', cpu: 512, memory: 512, desired: 2 }],
  script: [{ do: 'update-service', atSeconds: 60, service: 'shop', desired: 4 }],
  lastsSeconds: 1_200,
}

// A child process loads everything anew, and the first one may have to package the stack.
jest.setTimeout(60_000)

describe('npm run compare', () => {
  let folder = ''
  let file = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ebbtide-compare-'))
    file = join(folder, 'growing.json')
    await writeFile(file, JSON.stringify(growing))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('plays each scaler on the same seeds and shows a table', async () => {
    const { exitCode, stdout, stderr } = await compare(
      ...['--scenario', file, '--scaling', 'ebbtide,managed,off', '--seeds', '2'],
    )
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^growing, seeds 1 to 2: means/)
    for (const row of [/^ebbtide +0 +0 +\d+ \(/m, /^managed +0 +0 +\d+ \(/m, /^off +0 +0 +\d+ \(/m])
      expect(stdout).toMatch(row)
    expect(stdout).toContain('ebbtide against off: fewer unplaced-task seconds with 2 of 2 seeds')
  })

  it('prints every run as JSON, the same each time', async () => {
    const args = ['--scenario', file, '--scaling', 'ebbtide,off', '--seeds', '2', '--json']
    const [one, two] = [await compare(...args), await compare(...args)]
    expect(one.stdout).toBe(two.stdout)
    const { contenders } = JSON.parse(one.stdout) as {
      contenders: readonly {
        scaler: string
        runs: readonly { seed: number; unplacedTaskSeconds: number }[]
      }[]
    }
    expect(contenders.map(({ scaler, runs }) => [scaler, runs.map(({ seed }) => seed)])).toEqual([
      ['ebbtide', [1, 2]],
      ['off', [1, 2]],
    ])
    // Nobody brings an instance for two tasks, from their first second to the end.
    for (const { unplacedTaskSeconds } of contenders[1]?.runs ?? [])
      expect(unplacedTaskSeconds).toBe(2 * (1_200 - 60))
  })

  it.each([
    [
      ['--scaling', 'off,off'],
      "error: option '--scaling <names>' argument 'off,off' is invalid. It names one",
    ],
    [
      ['--scaling', 'us'],
      "error: option '--scaling <names>' argument 'us' is invalid. It must be some of ebbtide",
    ],
    [['--seeds', '0'], "error: option '--seeds <n>' argument '0' is invalid. It must be 1 or more."],
    [['--scenario', 'nowhere'], 'There is no scenario nowhere. Known are '],
  ])('refuses %j in one line', async (args, sentence) => {
    const { exitCode, stdout, stderr } = await compare(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.startsWith(sentence)).toBe(true)
    expect(stderr.indexOf('\n')).toBe(stderr.length - 1)
  })
})
