import { contextOf, hasNoCountedTasks, isSettled, WAITING_STATE } from './drain.ts'
import type { ContainerInstanceFacts, DrainFacts } from './facts.ts'
import type { DrainPolicy } from './policy.ts'

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
  if (facts.lifecycleState !== WAITING_STATE || hook === undefined) return false
  const drain = contextOf(facts, hook, policy)
  if (containerInstance === undefined || drain.memory === undefined) return true
  if (containerInstance.status !== 'DRAINING' || hasNoCountedTasks(containerInstance)) return true
  return facts.now >= drain.deadline || isStopTimeNear(drain, policy)
}

/**
 * How much must be read of an instance's tasks before anything can be decided.
 *
 * `none`: the counters, or the state, already settle the matter. `statuses`: whether each task has stopped. `closely`:
 * also their services, stop timeouts and target groups, because tasks may have to be stopped.
 */
export type TaskReading = 'none' | 'statuses' | 'closely'

/** Decides what to read, from facts that hold no tasks yet. */
export const taskReadingFor = (facts: DrainFacts, policy: DrainPolicy): TaskReading => {
  const { containerInstance, hook, machine } = facts
  if (facts.lifecycleState !== WAITING_STATE || hook === undefined) return 'none'
  if (containerInstance?.status !== 'DRAINING' || machine?.state === 'terminated') return 'none'
  const drain = contextOf(facts, hook, policy)
  if (!isSettled(drain) || drain.memory?.isEnded) return 'none'
  if (hasNoCountedTasks(containerInstance)) return isStopTimeNear(drain, policy) ? 'closely' : 'statuses'
  const isFirstCloseLook = policy.onDeadline === 'stop-tasks' && drain.memory?.stopLeadSeconds === undefined
  return isFirstCloseLook || isStopTimeNear(drain, policy) ? 'closely' : 'none'
}

const isStopTimeNear = (
  { facts, deadline, memory }: ReturnType<typeof contextOf>,
  { onDeadline }: DrainPolicy,
): boolean =>
  onDeadline === 'stop-tasks' &&
  memory?.stopLeadSeconds !== undefined &&
  facts.now >= deadline - 1_000 * memory.stopLeadSeconds
