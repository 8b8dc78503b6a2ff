import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from '@jest/globals'

import { factsAt } from '../../lib/decide/facts-of.ts'
import { loggedLine } from './logged-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'ebbtide-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

const stored = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const run = (command: 'replay' | 'story', ...given: string[]) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(execPath, [`simulator/cli/${command}.ts`, ...given], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })

const line = loggedLine(factsAt(2))
const changed = loggedLine(factsAt(2), {
  decision: { verdict: 'wait', because: 'tasks-running', actions: [] },
})

describe('npm run replay', () => {
  it('ends with 0 when a log would be decided the same, gzipped or not', async () => {
    const { code, stdout } = await run('replay', stored('same.log.gz', gzipSync(`${line}\n`)))
    expect(stdout).toBe('1 line read, 1 decision decided again: 1 equal, 0 different, 0 unreadable\n')
    expect(code).toBe(0)
  }, 30_000)

  it('ends with 1 when something would be decided differently', async () => {
    const { code, stdout } = await run('replay', stored('changed.log', changed), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ decidedAgain: 1, equal: 0, different: [{ line: 1 }] })
    expect(code).toBe(1)
  }, 30_000)

  it('ends with 0 for a message that is handled, and prints one JSON object if asked to', async () => {
    const { code, stdout } = await run('replay', 'events/test-notification-direct.json', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ result: 'succeeded', ignoredBecause: 'test-notification' })
    expect(code).toBe(0)
  }, 60_000)

  it('ends with 1 for a message that cannot be read', async () => {
    const { code, stdout } = await run('replay', stored('message.json', '{"hello":"world"}'))
    expect(stdout).toContain('unreadable  an object of no form that is known.\n')
    expect(code).toBe(1)
  }, 60_000)

  it.each([
    ['a file that is not there', ['nothing.json'], /^There is no file .*nothing\.json\.\n$/],
    ['a folder', ['events'], /^.*events cannot be read: EISDIR\.\n$/],
    [
      'a damaged archive',
      [stored('broken.gz', Buffer.from([0x1f, 0x8b, 1]))],
      /broken\.gz is gzipped and damaged\.\n$/,
    ],
    ['no file', [], /^error: missing required argument 'file'\n$/],
    ['an unknown flag', ['x', '--zigzag'], /^error: unknown option '--zigzag'\n$/],
    [
      'a drain timeout out of bounds',
      ['x', '--drain-timeout', '5'],
      /It must be between 60 and 172800 seconds\.\n$/,
    ],
    [
      'an unknown policy',
      ['x', '--on-deadline', 'panic'],
      /Allowed choices are stop-tasks, continue, retain\.\n$/,
    ],
    [
      'a flag of the other kind of file',
      ['events/look-again.json', '--drain-timeout', '60'],
      /is a message, which knows no --drain-timeout\n$/,
    ],
  ])(
    'ends with 2 and one line for %s',
    async (_, given, sentence) => {
      const { code, stdout, stderr } = await run('replay', ...given)
      expect(stderr).toMatch(sentence)
      expect(stderr.trimEnd()).not.toContain('\n')
      expect(stdout).toBe('')
      expect(code).toBe(2)
    },
    30_000,
  )
})

describe('npm run story', () => {
  it('tells the drains of one instance', async () => {
    const other = loggedLine(factsAt(3, { instanceId: 'i-0fedcba9876543210' }))
    const path = stored('two.log', `${line}\n${other}\n`)
    const { code, stdout } = await run('story', path, '--instance', 'i-0fedcba9876543210')
    expect(stdout).toContain('2 lines read, 2 decisions, 0 unreadable, 1 drain\n')
    expect(stdout).toContain('\ni-0fedcba9876543210  ecs-web-a  scale-in  no end in this log\n')
    expect(stdout).not.toContain('i-0123456789abcdef0')
    expect(code).toBe(0)
  }, 30_000)

  it('prints one JSON object if asked to', async () => {
    const { stdout } = await run('story', stored('one.log', line), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ linesRead: 1, drains: [{ cause: 'scale-in', lookCount: 1 }] })
  }, 30_000)

  it('ends with 2 and one line for a file that is not there', async () => {
    const { code, stderr } = await run('story', 'nothing.log')
    expect(stderr).toMatch(/^There is no file .*nothing\.log\.\n$/)
    expect(code).toBe(2)
  }, 30_000)
})
