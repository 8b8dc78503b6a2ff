import { describe, expect, it } from '@jest/globals'

import type { Observer } from '../../../lib/observe/observer.ts'
import { Memo } from '../../../lib/observe/memo.ts'
import { TASK_COUNT_MEMO_MS, withTaskCounts } from '../../../lib/observe/task-counts.ts'
import { at, draining, factsAt, policyWith } from '../decide/facts-of.ts'

/** What an environment remembers after looks, each with its second and what ECS counted. */
const countsAfter = (...looks: readonly (readonly [second: number, tasks: number])[]) => {
  let now = 0
  const clock = { now: () => now }
  const observer = { clock, taskCounts: new Memo(clock, TASK_COUNT_MEMO_MS) } as Partial<Observer> as Observer
  const seen = looks.map(([second, tasks]) => {
    now = at(second)
    const facts = factsAt(second, {
      counts: [],
      containerInstance: draining(1, {}, { runningTasksCount: tasks }),
    })
    return withTaskCounts(observer, facts, policyWith()).counts ?? []
  })
  return (seen.at(-1) ?? []).map((count) => `${(count.at - at(0)) / 1_000} s: ${count.tasks}`)
}

describe('an environment remembers of a drain', () => {
  it('nothing until it has settled', () => {
    expect(countsAfter([2, 3])).toEqual([])
  })

  it('its first count, and each that is lower than all before', () => {
    expect(countsAfter([6, 3], [10, 3], [20, 2], [30, 3], [40, 1])).toEqual(['6 s: 3', '20 s: 2', '40 s: 1'])
  })

  it('no more than the first count and the last three', () => {
    expect(countsAfter([6, 9], [7, 8], [8, 7], [9, 6], [10, 5])).toEqual([
      '6 s: 9',
      '8 s: 7',
      '9 s: 6',
      '10 s: 5',
    ])
  })

  it('nothing of an hour ago: what remains is counted anew', () => {
    expect(countsAfter([6, 1], [3_606, 1])).toEqual(['3606 s: 1'])
  })
})
