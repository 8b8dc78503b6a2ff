import { describe, expect, it } from '@jest/globals'

import type { Score } from '../../../simulator/rehearsal/score.ts'
import { createColours } from '../../../simulator/view/colours.ts'
import { reportScore, type ScoreReport } from '../../../simulator/view/score-report.ts'

const score: Score = {
  seed: 1,
  scenario: 'scale-in',
  virtualSeconds: 1_200,
  drains: [
    {
      instanceId: 'i-0aaaaaaaaaaaaaaaa',
      cause: 'scale-in',
      outcome: 'drained',
      drainSeconds: 342.344,
      completionLagSeconds: 0.52,
      tasksKilled: 0,
    },
  ],
  requests: { sent: 76_800, dropped: 0 },
  instanceHours: 1.5,
  unplacedTaskSeconds: 0,
  lambda: { invocations: 34, billedMs: 4_210 },
  awsCalls: { total: 12, throttled: 1, byOperation: { A: 1, B: 2, C: 3, D: 1, E: 4, F: 1 } },
  deadLetters: 0,
  violations: [],
}

const report: ScoreReport = { score, ebbtide: 'deployed', tasksKilled: 0, stillWaiting: 0 }

const linesOf = (changes: Partial<ScoreReport>, scoreChanges: Partial<Score> = {}) =>
  reportScore({ ...report, ...changes, score: { ...score, ...scoreChanges } }, createColours('plain'))

describe('the score for a person', () => {
  it('tells each drain, the sums and a conclusion', () => {
    expect(linesOf({})).toEqual([
      'scale-in, seed 1: 20 min of virtual time',
      '',
      'instance             cause     outcome  took        after last task  tasks killed',
      'i-0aaaaaaaaaaaaaaaa  scale-in  drained  5 min 42 s  0.5 s            0',
      '',
      'requests      76800 sent, 0 dropped',
      'tasks killed  0',
      'instances     1.5 hours billed',
      'Lambda        34 invocations, 4.2 s billed: 1.2 % of the 5 min 42 s that sleeping through the drains would have billed',
      'AWS calls     12, 1 throttled: 4 E, 3 C, 2 B, 1 A, 2 others',
      'dead letters  0',
      'violations    none',
      '',
      '1 instance left: no task was killed and no request dropped.',
    ])
  })

  it('tells what was lost without Ebbtide, and nothing of what was not there', () => {
    const lines = linesOf(
      { ebbtide: 'absent', tasksKilled: 11 },
      { drains: [], requests: { sent: 76_800, dropped: 422 } },
    )
    expect(lines).toEqual([
      'scale-in, seed 1, without Ebbtide: 20 min of virtual time',
      '',
      'requests      76800 sent, 422 dropped',
      'tasks killed  11',
      'instances     1.5 hours billed',
      '',
      'Without Ebbtide: 11 tasks were killed and 422 requests were dropped.',
    ])
  })

  it('says so when tasks had no instance to run on', () => {
    expect(linesOf({}, { unplacedTaskSeconds: 1_234.5 })).toContain(
      'want of room  1235 task-seconds in which a task had no instance',
    )
  })

  it('names every promise that was broken', () => {
    const violations = [
      { promise: 1, instanceId: 'i-0b', at: 0, what: 'the hook ended under a task' },
    ] as const
    const lines = linesOf({}, { violations })
    expect(lines).toContain('  promise 1   i-0b: the hook ended under a task')
    expect(lines.at(-1)).toBe(
      '1 instance left: no task was killed and no request dropped, but 1 promise was broken.',
    )
  })

  it('says so when instances still wait at the end', () => {
    expect(linesOf({ stillWaiting: 2 }, { drains: [] }).at(-1)).toBe(
      'No drain has ended, 2 still wait: no task was killed and no request dropped.',
    )
  })
})
