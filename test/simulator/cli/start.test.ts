import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execPath } from 'node:process'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'

const root = resolve(__dirname, '../../..')
const PREFLIGHT = ['--import', './simulator/cli/preflight.js']

interface Result {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const runNode = (args: readonly string[]): Promise<Result> =>
  new Promise((done) => {
    const child = execFile(execPath, args, { cwd: root }, (_error, stdout, stderr) =>
      done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    )
  })

/** What `npm start -- <args>` runs, its output going to a pipe. */
const start = (...args: readonly string[]) => runNode([...PREFLIGHT, 'simulator/cli/start.ts', ...args])

const pieces = {
  description: 'One of two instances leaves.',
  cluster: 'web',
  groups: [{ name: 'g', cpu: 2_048, memory: 4_096, desired: 2, max: 4 }],
  services: [{ name: 'shop', cpu: 256, memory: 256, desired: 2 }],
  script: [{ do: 'set-desired-capacity', atSeconds: 10, group: 'g', desired: 1 }],
  lastsSeconds: 120,
}

// A child process loads everything anew, and the first one may have to package the stack.
jest.setTimeout(60_000)

describe('npm start', () => {
  let folder = ''
  const scenarioFile = async (name: string, content: unknown): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ebbtide-start-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('prints one JSON object and nothing else with --json, the same byte for byte each time', async () => {
    const file = await scenarioFile('small.json', pieces)
    const [one, two] = [await start('--scenario', file, '--json'), await start('--scenario', file, '--json')]
    expect(one.exitCode).toBe(0)
    expect(one.stdout).toBe(two.stdout)
    const score = JSON.parse(one.stdout) as Record<string, unknown>
    expect(Object.keys(score)).toEqual([
      'seed',
      'scenario',
      'virtualSeconds',
      'drains',
      'requests',
      'instanceHours',
      'unplacedTaskSeconds',
      'lambda',
      'awsCalls',
      'deadLetters',
      'violations',
    ])
    expect(score).toMatchObject({ seed: 1, scenario: 'small', virtualSeconds: 120, violations: [] })
    expect(score['drains']).toMatchObject([{ cause: 'scale-in', outcome: 'drained', tasksKilled: 0 }])
  })

  it('takes another course with another seed', async () => {
    const file = await scenarioFile('small.json', pieces)
    const [one, two] = await Promise.all([
      start('--scenario', file, '--json'),
      start('--scenario', file, '--json', '--seed', '2'),
    ])
    expect(JSON.parse(two.stdout)).toMatchObject({ seed: 2 })
    expect(two.stdout.replace('"seed":2', '"seed":1')).not.toBe(one.stdout)
  })

  it('prints a time line and the score without colours where there is no terminal', async () => {
    const { exitCode, stdout } = await start('--scenario', await scenarioFile('small.json', pieces))
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^small, seed 1: One of two instances leaves\.\n\n\+00:00:10 {2}somebody sets the desired/,
    )
    expect(stdout).toMatch(/\n1 instance left: no task was killed\.\n$/)
    expect(stdout).not.toContain('\u001b')
  })

  it('shows what becomes of the same scenario without Ebbtide', async () => {
    const file = await scenarioFile('small.json', pieces)
    const [person, program] = await Promise.all([
      start('--scenario', file, '--without-ebbtide'),
      start('--scenario', file, '--without-ebbtide', '--json'),
    ])
    expect(person.stdout).toContain('tasks killed  1\n')
    expect(person.exitCode).toBe(0)
    expect(JSON.parse(program.stdout)).toMatchObject({ drains: [], lambda: { invocations: 0, billedMs: 0 } })
  })

  it('lists the scenarios that come with the project', async () => {
    const { exitCode, stdout } = await start('--list')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^scale-in +Two of six instances leave under load/m)
  })

  it('explains itself with --help', async () => {
    const { exitCode, stdout } = await start('--help')
    expect(exitCode).toBe(0)
    for (const flag of [
      '--scenario',
      '--seed',
      '--without-ebbtide',
      '--scaling',
      '--json',
      '--log',
      '--list',
      '--help',
    ])
      expect(stdout).toContain(flag)
  })

  it.each([
    [['--bogus'], "error: unknown option '--bogus'"],
    [['--sed', '3'], "error: unknown option '--sed' (Did you mean --seed?)"],
    [['--seed', 'x'], "error: option '--seed <n>' argument 'x' is invalid. It must be a whole number."],
    [['--seed', '-1'], "error: option '--seed <n>' argument '-1' is invalid. It must be a whole number."],
    [['--seed', '1.5'], "error: option '--seed <n>' argument '1.5' is invalid. It must be a whole number."],
    [['--scenario'], "error: option '--scenario <name|file>' argument missing"],
    [['extra'], 'error: too many arguments. Expected 0 arguments but got 1.'],
    [['--log', '/nowhere/rehearsed.log'], '/nowhere/rehearsed.log cannot be written: ENOENT.'],
    [
      ['--log', 'rehearsed.log', '--without-ebbtide'],
      "error: option '--log <file>' cannot be used with option '--without-ebbtide'",
    ],
    [
      ['--scaling', 'us'],
      "error: option '--scaling <scaler>' argument 'us' is invalid. Allowed choices are ebbtide, managed, target-tracking, off.",
    ],
    [
      ['--scaling', 'off', '--without-ebbtide'],
      "error: option '--scaling <scaler>' cannot be used with option '--without-ebbtide'",
    ],
    [
      ['--scaling', 'managed', '--log', 'rehearsed.log'],
      'error: --log writes what the functions say, and none is deployed here',
    ],
    [['--scenario', 'nowhere'], 'There is no scenario nowhere. Known are '],
    [['--scenario', '/nowhere.json'], 'There is no scenario /nowhere.json. Known are '],
  ])('refuses %j in one line', async (args, sentence) => {
    const { exitCode, stdout, stderr } = await start(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.startsWith(sentence)).toBe(true)
    expect(stderr.indexOf('\n')).toBe(stderr.length - 1)
  })

  it('writes a log in virtual time that story tells and replay decides again', async () => {
    const file = await scenarioFile('small.json', pieces)
    const log = join(folder, 'rehearsed.log')
    const { stdout } = await start('--scenario', file, '--json', '--log', log)
    const { drains } = JSON.parse(stdout) as { drains: readonly { instanceId: string }[] }
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    const stamps = lines.map((line) => {
      const { timestamp, _aws } = JSON.parse(line) as { timestamp?: string; _aws?: { Timestamp: number } }
      return timestamp === undefined ? (_aws?.Timestamp ?? NaN) : Date.parse(timestamp)
    })
    expect(Math.max(...stamps) - Math.min(...stamps)).toBeLessThan(120_000)
    expect(stamps).toEqual(stamps.toSorted((one, other) => one - other))

    const [story, replay] = await Promise.all([
      runNode([...PREFLIGHT, 'simulator/cli/story.ts', log, '--json']),
      runNode([...PREFLIGHT, 'simulator/cli/replay.ts', log, '--json']),
    ])
    expect(JSON.parse(story.stdout)).toMatchObject({
      drains: drains.map(({ instanceId }) => ({ instanceId })),
    })
    expect(JSON.parse(replay.stdout)).toMatchObject({ different: [], unreadable: [] })
  })

  it('names every mistake in a scenario file, each in a line', async () => {
    const { description: _left, ...rest } = pieces
    const file = await scenarioFile('wrong.json', { ...rest, speed: 2, lastsSeconds: -1 })
    const { exitCode, stderr } = await start('--scenario', file)
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      [
        'description is missing: it must say in a sentence what is rehearsed.',
        'lastsSeconds must be 0 or more seconds.',
        'The scenario has no field speed.',
        '',
      ].join('\n'),
    )
  })

  it('refuses a file that is not JSON in one line', async () => {
    const file = await scenarioFile('broken.json', '{ "a":\n nope\n}')
    const { exitCode, stderr } = await start('--scenario', file)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^\S+broken\.json is not JSON: [^\n]+\.\n$/)
  })

  it('says which step AWS refuses', async () => {
    const script = [{ do: 'set-desired-capacity', atSeconds: 1, group: 'g', desired: 9 }]
    const file = await scenarioFile('refused.json', { ...pieces, script })
    const { exitCode, stderr } = await start('--scenario', file, '--without-ebbtide')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^The step set-desired-capacity at 1 s was refused: .*above max value 4.*\n$/)
  })

  it('tells an older Node in one sentence what to do', async () => {
    const older = `data:text/javascript,${encodeURIComponent(
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
    )}`
    const { exitCode, stdout, stderr } = await runNode([
      '--import',
      older,
      ...PREFLIGHT,
      'simulator/cli/start.ts',
    ])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(
      /^Ebbtide needs Node 24 and this is 20\.20\.2: run `npm ci` and then `npm start`[^\n]*\n$/,
    )
  })

  it.each(['start', 'replay'])('checks Node before the script %s loads any TypeScript', async (script) => {
    const { scripts } = (await import('../../../package.json')) as unknown as {
      scripts: Record<string, string>
    }
    expect(scripts[script]).toMatch(/^node --import \.\/simulator\/cli\/preflight\.js /)
  })
})
