import {
  contextOf,
  countedTasks,
  hasNoCountedTasks,
  isSettled,
  isTimeToStopForNotice,
  isWaiting,
  noticedAt,
  RESYNC_SECONDS,
  type DrainContext,
} from './drain-context.ts'
import type { ContainerInstanceFacts, DrainFacts } from './facts.ts'
import { dueTimes } from './leaving.ts'
import { recall, type WrittenMemory } from './memory.ts'
import { HEALTHY_GRACE_SECONDS } from './obstacle.ts'
import type { DrainPolicy } from './policy.ts'
import { putOffUntil } from './starting.ts'

/**
 * How much must be read of an instance's tasks before anything can be decided.
 *
 * `none`: the counters, or the state, already settle the matter. `protections`: which tasks asked to be left alone.
 * `statuses`: whether each task has stopped. `closely`: also their services, stop timeouts and target groups, because
 * tasks may have to be stopped, or because nothing moves and somebody will ask why.
 */
export type TaskReading = 'none' | 'protections' | 'statuses' | 'closely'

/** For so long after DRAINING a drain in which nothing moves is looked at closely each minute, then more rarely. */
const CURIOUS_SECONDS = 200
const RARELY_SECONDS = 300

/**
 * Whether a stopped task, or a silent agent, can mean the end of a drain. While ECS counts other tasks, or the instance
 * is not DRAINING, there is nothing to decide and nothing more to read.
 */
export const isWorthALook = (containerInstance: ContainerInstanceFacts): boolean =>
  containerInstance.status === 'DRAINING' &&
  (hasNoCountedTasks(containerInstance) || !containerInstance.agentConnected)

/**
 * Whether the termination in progress must be read before anything is decided: to begin a memory, and to be sure that
 * memory is not of an earlier termination before the look ends or stops anything.
 */
export const needsAction = (facts: DrainFacts, policy: DrainPolicy): boolean => {
  const { containerInstance, hook } = facts
  if (!isWaiting(facts.lifecycleState) || hook === undefined) return false
  const drain = contextOf(facts, hook, policy)
  // Only what is DRAINING is remembered. An end may be that of an earlier wait, though tasks are left: a pool takes them along.
  if (containerInstance === undefined || drain.memory === undefined || drain.memory.isEnded) return true
  return hasNoCountedTasks(containerInstance) || isSomethingDue(drain, LONGEST_LEAD_SECONDS)
}

/** Decides what to read, from facts that hold no tasks yet. */
export const taskReadingFor = (facts: DrainFacts, policy: DrainPolicy): TaskReading => {
  const { containerInstance, hook, machine } = facts
  if (containerInstance === undefined || machine?.state === 'terminated') return 'none'
  if (!isWaiting(facts.lifecycleState)) return readingAfterNotice(facts, containerInstance, policy)
  if (hook === undefined) return 'none'
  const drain = contextOf(facts, hook, policy)
  if (containerInstance.status === 'ACTIVE')
    return mayPutOff(drain, containerInstance) ? 'protections' : 'none'
  if (drain.memory === undefined || !isSettled(drain)) return 'none'
  return drain.memory.isEnded ? 'none' : readingWhileLeaving(drain, containerInstance, drain.memory)
}

const mayPutOff = (drain: DrainContext, { runningTasksCount }: ContainerInstanceFacts): boolean =>
  drain.policy.protectedTasks === 'honour' &&
  runningTasksCount > 0 &&
  drain.facts.now < putOffUntil(drain) &&
  noticedAt(drain.facts, drain.policy, drain.memory) === undefined

const readingWhileLeaving = (
  drain: DrainContext,
  containerInstance: ContainerInstanceFacts,
  memory: WrittenMemory,
): TaskReading => {
  if (isSomethingDue(drain) || isStuck(drain, containerInstance, memory)) return 'closely'
  const isAsked = hasNoCountedTasks(containerInstance) || drain.policy.standaloneTasks === 'ignore'
  return isAsked ? 'statuses' : 'none'
}

/**
 * Whether a close look needs to know which targets answer: to stop the next task of a service, or to tell of replacements
 * that do not answer. Neither is asked in the first minutes of a drain.
 */
export const needsTargetHealth = (facts: DrainFacts, policy: DrainPolicy): boolean => {
  if (facts.hook === undefined) return false
  const drain = contextOf(facts, facts.hook, policy)
  const since = drain.memory?.drainingSince ?? facts.now
  const due = dueTimes(drain, Math.max(drain.memory?.stopLeadSeconds ?? 0, LONGEST_LEAD_SECONDS))
  return facts.now - since >= 1_000 * HEALTHY_GRACE_SECONDS || due.some((time) => time <= facts.now)
}

/** Assumed of tasks that nobody has looked at. One that takes longer to deregister and stop costs a look or a call more. */
const LONGEST_LEAD_SECONDS = 600

const isSomethingDue = (drain: DrainContext, assumedLeadSeconds?: number): boolean =>
  dueTimes(drain, drain.memory?.stopLeadSeconds ?? assumedLeadSeconds).some((time) => time <= drain.facts.now)

/** The first settled look, and then each in which ECS still counts as many tasks as before, more and more rarely. */
const isStuck = (
  { facts }: DrainContext,
  containerInstance: ContainerInstanceFacts,
  memory: WrittenMemory,
): boolean => {
  if (memory.counted === undefined) return !hasNoCountedTasks(containerInstance)
  if (memory.counted.tasks !== countedTasks(containerInstance) || facts.hop > 0) return false
  const seconds = (facts.now - memory.drainingSince) / 1_000
  return seconds < CURIOUS_SECONDS || seconds % RARELY_SECONDS < RESYNC_SECONDS
}

/** Before the group terminates the machine, only the stopping after a notice needs its tasks. */
const readingAfterNotice = (
  facts: DrainFacts,
  { memory, status }: ContainerInstanceFacts,
  policy: DrainPolicy,
): TaskReading =>
  isTimeToStopForNotice(facts, policy, recall(memory, undefined)) && status === 'DRAINING'
    ? 'statuses'
    : 'none'
