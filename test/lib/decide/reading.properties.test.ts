import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { isWaiting } from '../../../lib/decide/drain-context.ts'
import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts, TaskFacts } from '../../../lib/decide/facts.ts'
import { formatMemory, parseMemory } from '../../../lib/decide/memory.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import { needsAction, taskReadingFor } from '../../../lib/decide/reading.ts'
import { longestStopLeadSeconds } from '../../../lib/decide/stop-tasks.ts'
import { anyFacts, leavingFacts, policies, taskLists } from './arbitrary-facts.ts'
import { without } from './facts-of.ts'

const withoutTasks = (facts: DrainFacts): DrainFacts =>
  without(facts, 'tasks', 'services', 'unread', 'saidStopped')

/** What is known before any task has been read. */
const beforeTasks = fc.oneof(anyFacts, leavingFacts).map(withoutTasks)

/** Whether the decision ends the drain or stops a task: what must not be missed for want of reading. */
const isWeighty = (facts: DrainFacts, policy: DrainPolicy): boolean =>
  decideDrain(facts, policy).actions.some((action) => action.do === 'complete' || action.do === 'stop-task')

/** The same drain after its first close look, which remembers how early the slowest task must be stopped. */
const afterCloseLook = (facts: DrainFacts, tasks: readonly TaskFacts[]): DrainFacts => {
  const containerInstance = facts.containerInstance!
  const memory = parseMemory(containerInstance.memory ?? '')!
  const stopLeadSeconds = longestStopLeadSeconds(tasks)
  return {
    ...facts,
    containerInstance: { ...containerInstance, memory: formatMemory({ ...memory, stopLeadSeconds }) },
  }
}

describe('what is read before a decision', () => {
  it('is enough where nothing is: no task would have ended the drain, or had to be stopped', () => {
    fc.assert(
      fc.property(beforeTasks, taskLists, policies, (facts, tasks, policy) => {
        fc.pre(taskReadingFor(facts, policy) === 'none')
        expect(isWeighty({ ...facts, tasks }, policy)).toBe(isWeighty(facts, policy))
      }),
      { numRuns: 1_000 },
    )
  })

  it('is enough where only the states of tasks are: their services would have stopped none', () => {
    fc.assert(
      fc.property(leavingFacts, policies, (leaving, policy) => {
        const { tasks = [], services = [] } = leaving
        const facts = withoutTasks(afterCloseLook(leaving, tasks))
        fc.pre(taskReadingFor(facts, policy) === 'statuses')
        expect(isWeighty({ ...facts, tasks, services }, policy)).toBe(isWeighty({ ...facts, tasks }, policy))
      }),
      { numRuns: 500 },
    )
  })

  it('names the termination in progress before a drain begins, is adopted, ends or stops a task', () => {
    fc.assert(
      fc.property(beforeTasks, policies, taskLists, (seen, policy, tasks) => {
        const facts = without(seen, 'action')
        fc.pre(isWaiting(facts.lifecycleState) && facts.hook !== undefined && !needsAction(facts, policy))
        const listed = taskReadingFor(facts, policy) === 'none' ? facts : { ...facts, tasks }
        const resting = ['hook-waits', 'adopted', 'deadline', 'time-to-stop-tasks', 'all-tasks-stopped']
        expect(resting).not.toContain(decideDrain(listed, policy).because)
      }),
      { numRuns: 500 },
    )
  })
})
