import { contextOf, countedTasks, isSettled, isWaiting } from '../decide/drain-context.ts'
import type { DrainFacts, TaskCount } from '../decide/facts.ts'
import type { DrainPolicy } from '../decide/policy.ts'
import type { Observer } from './observer.ts'

/**
 * Adds how many tasks ECS has counted in the settled looks of this environment: in the first of them, and in the first that
 * counted none. Only what has happened between two looks proves that nothing is missing from a listing, see
 * `decide/accounting.ts`. A fresh environment knows less, which makes Ebbtide slower to believe and never quicker.
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
  const isNews = known.length === 0 || (tasks === 0 && known.every((count) => count.tasks > 0))
  // The counters were read before this moment, so whatever they miss began earlier.
  const counts: readonly TaskCount[] = isNews ? [...known, { at: observer.clock.now(), tasks }] : known
  if (isNews) observer.taskCounts.set(key, counts)
  return { ...facts, counts }
}
