import { describe, expect, it } from '@jest/globals'

import { isEveryTaskListed } from '../../../lib/decide/accounting.ts'
import { decideDrain } from '../../../lib/decide/drain.ts'
import type { TaskCount, TaskFacts } from '../../../lib/decide/facts.ts'
import type { WrittenMemory } from '../../../lib/decide/memory.ts'
import { at, emptied, factsAt, policyWith, without } from './facts-of.ts'

/** A task that is listed as STOPPED, and began to stop so many seconds after the start. */
const stopped = (name: string, stoppingAt: number): TaskFacts => ({
  arn: name,
  serviceName: 'shop',
  lastStatus: 'STOPPED',
  desiredStatus: 'STOPPED',
  stoppingAt: at(stoppingAt),
  stoppedAt: at(stoppingAt + 4),
  stoppedByUs: false,
})

/** A look 40 s after the start that lists two stopped tasks, with what was counted before. */
const lookWith = (counts: readonly TaskCount[], memory: Partial<WrittenMemory> = {}) => {
  const tasks = [stopped('one', 30), stopped('other', 32)]
  const facts = factsAt(40, { containerInstance: emptied(1, memory), tasks, counts })
  const { verdict, because, actions } = decideDrain(facts, policyWith())
  return `${verdict}: ${because} ${actions.map((action) => action.do).join(' ')}`
}

describe('a listing in which every task is STOPPED', () => {
  it.each([
    ['as many are listed as an earlier look counted', [{ at: at(6), tasks: 2 }]],
    [
      'an earlier look counted none any more',
      [
        { at: at(6), tasks: 3 },
        { at: at(36), tasks: 0 },
      ],
    ],
  ])('is believed when %s', (_, counts) => {
    expect(lookWith(counts)).toBe('finish: all-tasks-stopped complete')
  })

  it.each([
    ['an earlier look counted one more', [{ at: at(6), tasks: 3 }]],
    [
      'none was counted only just now',
      [
        { at: at(6), tasks: 3 },
        { at: at(38), tasks: 0 },
      ],
    ],
    ['one of those that are listed may have been left out of the count', [{ at: at(31), tasks: 2 }]],
    ['nothing was counted before', []],
  ])('is looked at once more when %s, because a task may be in neither of two lists', (_, counts) => {
    expect(lookWith(counts)).toBe('wait: settling look-again')
  })

  it.each([
    ['of the very moment in which an answer may still be old', at(37), 'finish: all-tasks-stopped complete'],
    ['of a moment later', at(37.001), 'wait: settling look-again'],
  ])('rests on a count %s', (_, counted, says) => {
    expect(lookWith([{ at: counted, tasks: 0 }])).toBe(says)
  })

  it.each([
    ['later than the two seconds by which clocks may differ', 27.999, 'finish: all-tasks-stopped complete'],
    ['within them', 28, 'wait: settling look-again'],
  ])('counts what began to stop %s after the count', (_, counted, says) => {
    expect(lookWith([{ at: at(counted), tasks: 2 }])).toBe(says)
  })

  it.each([
    [
      'believed for a count of another environment',
      { at: at(6), tasks: 2 },
      'finish: all-tasks-stopped complete',
    ],
    ['not believed for one that was higher', { at: at(6), tasks: 3 }, 'wait: settling look-again'],
    [
      'believed for one that is older than answers and clocks can make it',
      { at: at(35), tasks: 0 },
      'finish: all-tasks-stopped complete',
    ],
    ['not believed for one a moment younger', { at: at(35.001), tasks: 0 }, 'wait: settling look-again'],
  ])('is %s, which memory holds', (_, counted, says) => {
    expect(lookWith([], { counted })).toBe(says)
  })

  it('is not believed where nothing was counted, or nothing listed', () => {
    const facts = factsAt(40, { containerInstance: emptied(1) })
    expect(isEveryTaskListed({ facts: { ...facts, counts: [{ at: at(6), tasks: 0 }] } })).toBe(false)
    expect(isEveryTaskListed({ facts: { ...without(facts, 'counts'), tasks: [] } })).toBe(false)
  })
})

describe('a job that stays, while ECS has forgotten the service tasks that stopped before', () => {
  const job: TaskFacts = { arn: 'job', lastStatus: 'RUNNING', desiredStatus: 'RUNNING', stoppedByUs: false }
  const lookLater = (counts: readonly TaskCount[]) => {
    const facts = factsAt(7_200, { containerInstance: emptied(1), tasks: [job], counts })
    return isEveryTaskListed({ facts })
  }

  it('is accounted for by the count in which only it was left', () => {
    expect(
      lookLater([
        { at: at(6), tasks: 2 },
        { at: at(7_190), tasks: 1 },
      ]),
    ).toBe(true)
  })

  it('is not by the count of before alone', () => {
    expect(lookLater([{ at: at(6), tasks: 2 }])).toBe(false)
  })
})
