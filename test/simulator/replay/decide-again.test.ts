import { describe, expect, it } from '@jest/globals'

import { decideAgain } from '../../../simulator/replay/decide-again.ts'
import { decidedAgainText } from '../../../simulator/replay/decided-again-text.ts'
import { readLog } from '../../../simulator/replay/read-log.ts'
import { at, draining, emptied, factsAt, taskIn } from '../../lib/decide/facts-of.ts'
import { play, terminateOne } from '../../scenarios/small-cluster.ts'
import { loggedLine } from './logged-lines.ts'

const startLine = loggedLine(factsAt(2))
const finishLine = loggedLine(factsAt(60, { containerInstance: emptied(3), tasks: [taskIn('STOPPED')] }))
const both = [startLine, finishLine]

/** The same two lines as each tool prints them, with lines of others between them. */
const forms: Readonly<Record<string, string>> = {
  'plain JSON lines': both.join('\n'),
  'an export of CloudWatch Logs': both.map((line) => `2026-11-20T09:15:43.904Z ${line}`).join('\n'),
  'what `sls logs` prints': [
    'START RequestId: 6b0c8f1e-5b7a-4d26-9e3f-a1b2c3d4e5f6 Version: $LATEST',
    ...both.map((line) => `2026-11-20 09:15:43.904\t6b0c8f1e-5b7a-4d26-9e3f-a1b2c3d4e5f6\tINFO\t${line}`),
    '',
    'REPORT RequestId: 6b0c8f1e-5b7a-4d26-9e3f-a1b2c3d4e5f6\tDuration: 812.31 ms',
  ].join('\n'),
  'what `aws logs tail` prints': both
    .map((line) => `2026-11-20T09:15:43.904000+00:00 2026/11/20/[$LATEST]0123456789abcdef ${line}`)
    .join('\n'),
  'the JSON of `aws logs filter-log-events`': JSON.stringify(
    {
      events: both.map((message) => ({ timestamp: 1_795_166_143_904, message: `${message}\n` })),
      searchedLogStreams: [],
    },
    undefined,
    4,
  ),
  'lines wrapped in the JSON of another tool': both
    .map((message) => JSON.stringify({ '@message': message }))
    .join('\n'),
}

const again = (text: string, changes = {}) => decideAgain(readLog(text), changes)

describe('a stored log, decided again', () => {
  it.each(Object.entries(forms))('is read from %s', (_, text) => {
    expect(again(text)).toMatchObject({ decidedAgain: 2, equal: 2, different: [], unreadable: [] })
  })

  it('counts the lines that it has read, whatever is in them', () => {
    expect(again(`${startLine}\nEND RequestId\n{"level":"INFO","message":"Something else"}\n`)).toMatchObject(
      {
        linesRead: 3,
        decidedAgain: 1,
      },
    )
  })

  it('equals what a whole rehearsal has logged', async () => {
    const { recording } = await play({ script: [terminateOne(10)], lastsSeconds: 600 })
    const text = recording.lines.map((line) => JSON.stringify(line)).join('\n')
    expect(again(text)).toMatchObject({ equal: recording.decisions.length, different: [], unreadable: [] })
    expect(recording.decisions.length).toBeGreaterThan(3)
  })

  it('shows what would be decided differently, and where', () => {
    const before = { verdict: 'wait', because: 'tasks-running', actions: [{ do: 'heartbeat' }] }
    const result = again([startLine, loggedLine(factsAt(2), { decision: before })].join('\n'))
    expect(result).toMatchObject({ equal: 1, different: [{ line: 2, at: at(2), before }] })
    expect(result.different[0]?.after).toMatchObject({ verdict: 'start', because: 'hook-waits' })
    expect(decidedAgainText(result)).toEqual([
      '2 lines read, 2 decisions decided again: 1 equal, 1 different, 0 unreadable',
      '',
      'line 2  2026-11-20 09:00:02.000  i-0123456789abcdef0',
      '  before  wait: tasks-running | heartbeat',
      '  after   start: hook-waits | set-draining | remember | look-again in 5 s, hop 1',
    ])
  })

  it('sees a difference in the fields of an action alone', () => {
    const line = startLine.replace('"delaySeconds":5', '"delaySeconds":7')
    const words = decidedAgainText(again(line))
    expect(words).toContain(
      '  before  start: hook-waits | set-draining | remember | look-again in 7 s, hop 1',
    )
    const memory = startLine.replace('"drainedBy":"us"', '"drainedBy":"others"')
    expect(decidedAgainText(again(memory)).join('\n')).toMatch(
      /was .*"drainedBy":"others".*\n +is .*"drainedBy":"us"/,
    )
  })

  it('decides with the logged policy, unless another is given', () => {
    const late = loggedLine(factsAt(1_000, { containerInstance: draining(3) }))
    expect(again(late).different).toEqual([])
    const { different } = again(late, { drainTimeoutSeconds: 900 })
    expect(different.map(({ after }) => `${after.verdict}: ${after.because}`)).toEqual(['overdue: deadline'])
  })

  it.each([
    ['facts without their time', { facts: { ...factsAt(2), now: undefined } }, /^facts\.now: /],
    [
      'a status that is no text',
      { facts: factsAt(2, { containerInstance: { status: 7 } as never }) },
      /^facts\.containerInstance\./,
    ],
    [
      'a policy of another release',
      { policy: { drainTimeoutSeconds: 60, onDeadline: 'panic' } },
      /^policy\.onDeadline: /,
    ],
    ['no facts at all', { facts: undefined }, /^facts: /],
  ])('counts and names a line with %s', (_, changes, reason) => {
    const { unreadable, equal } = again([startLine, loggedLine(factsAt(2), changes)].join('\n'))
    expect(equal).toBe(1)
    expect(unreadable).toEqual([{ line: 2, reason: expect.stringMatching(reason) }])
  })

  it('counts and names a line that was cut off', () => {
    expect(again(startLine.slice(0, 300)).unreadable).toEqual([
      { line: 1, reason: 'it holds no whole JSON object' },
    ])
  })
})
