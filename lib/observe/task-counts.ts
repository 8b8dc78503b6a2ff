import { contextOf, countedTasks, isSettled, isWaiting } from '../decide/drain-context.ts'
import type { DrainFacts, TaskCount } from '../decide/facts.ts'
import type { DrainPolicy } from '../decide/policy.ts'
import type { Observer } from './observer.ts'

/**
 * How long a count is kept without a lower one, milliseconds. ECS lists a task for an hour after it has stopped ("ListTasks"),
 * so an older count is hardly ever accounted for; the next look counts anew. A drain of which nothing is heard is over.
 */
export const TASK_COUNT_MEMO_MS = 3_600_000

/** The first count is accounted for soonest, the last ones also when ECS has forgotten the tasks of the first. */
const MOST_COUNTS = 4

/**
 * Adds how many tasks ECS has counted in the settled looks of this environment: in the first of them, and in the last that
 * counted fewer than any before. Only what has happened between two looks proves that nothing is missing from a listing, see
 * `decide/accounting.ts`. A fresh environment has no more than the count in the memory of the drain, which may be of too long
 * ago: then it is slower to believe and never quicker.
 */
export const withTaskCounts = (observer: Observer, facts: DrainFacts, policy: DrainPolicy): DrainFacts => {
  const { containerInstance, hook } = facts
  if (!isWaiting(facts.lifecycleState) || containerInstance?.status !== 'DRAINING' || hook === undefined)
    return facts
  const drain = contextOf(facts, hook, policy)
  if (drain.memory === undefined || !isSettled(drain)) return facts
  // A container instance that drains a second time, after it came back, has been counted for another drain.
  const key = `${containerInstance.arn} ${drain.memory.drainingSince}`
  const known = observer.taskCounts.get(key) ?? []
  const tasks = countedTasks(containerInstance)
  const isNews = known.every((count) => tasks < count.tasks)
  // The counters were read before this moment, so whatever they miss began earlier.
  const counts = isNews ? bounded([...known, { at: observer.clock.now(), tasks }]) : known
  if (isNews) observer.taskCounts.set(key, counts)
  return { ...facts, counts }
}

const bounded = (counts: readonly TaskCount[]): readonly TaskCount[] =>
  counts.length > MOST_COUNTS ? counts.toSpliced(1, 1) : counts
