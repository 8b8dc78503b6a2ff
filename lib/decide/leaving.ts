import { isEveryTaskListed } from './accounting.ts'
import type { Action, Decision } from './decision.ts'
import {
  completion,
  countedTasks,
  decision,
  hasNoCountedTasks,
  isSettled,
  lookAgain,
  isTimeToStopForNotice,
  NOTICE_STOP_SECONDS,
  noticedAt,
  remember,
  RESYNC_SECONDS,
  settle,
  STALENESS_SECONDS,
  type DrainContext,
} from './drain-context.ts'
import type { ContainerInstanceFacts, TaskFacts } from './facts.ts'
import type { DrainMemory, WrittenMemory } from './memory.ts'
import type { DrainPolicy } from './policy.ts'
import { obstacleTo, silentAgent, slowStopWithin, type FoundObstacle } from './obstacle.ts'
import {
  DOUBT_SECONDS,
  isAllStopped,
  isStaying,
  isStopInDoubt,
  isStopped,
  longestStopLeadSeconds,
  tasksToStop,
} from './stop-tasks.ts'

/** Between two tasks of one service: time for a quick replacement, and twice within the margin. */
const STAGGER_SECONDS = 15

interface Leaving {
  readonly containerInstance: ContainerInstanceFacts
  readonly memory: WrittenMemory
}

/** The instance is DRAINING because of this action, and not yet done. */
export const decideLeaving = (drain: DrainContext, leaving: Leaving): Decision => {
  if (!isSettled(drain)) return settle(drain)
  const looksOver =
    isAllStopped(drain.facts, leaving.containerInstance) ||
    areOnlyIgnoredTasksLeft(drain, leaving.containerInstance)
  if (looksOver && !isEveryTaskListed(drain))
    return decision('wait', 'settling', lookAgain(drain.facts, STALENESS_SECONDS))
  if (areOnlyIgnoredTasksLeft(drain, leaving.containerInstance))
    return decision('finish', 'only-ignored-tasks-left', [completion(drain, 'standalone-ignored')])
  const stops = stopsOf(drain)
  const learnt = learn(drain, leaving)
  if (stops.length > 0) return decision('overdue', 'time-to-stop-tasks', [...stops, ...learnt.actions])
  const soon = lookAtNews(drain) ?? lookWhenInDoubt(drain) ?? lookWhenDue(drain, leaving)
  const actions = [...learnt.actions, ...soon]
  if (learnt.obstacle !== undefined)
    return { ...decision('blocked', learnt.obstacle.because, actions), ...learnt.obstacle }
  return decision(
    'wait',
    hasNoCountedTasks(leaving.containerInstance) ? 'tasks-stopping' : 'tasks-running',
    actions,
  )
}

/** A listing may lack tasks. What ECS counts beyond it may be of a service. */
const areOnlyIgnoredTasksLeft = (
  { facts, policy }: DrainContext,
  containerInstance: ContainerInstanceFacts,
): boolean => {
  if (policy.standaloneTasks !== 'ignore' || facts.tasks === undefined) return false
  const left = facts.tasks.filter((task) => !isStopped(task))
  return (
    left.length >= countedTasks(containerInstance) &&
    left.every(({ serviceName }) => serviceName === undefined)
  )
}

interface Learnt {
  readonly actions: readonly Action[]
  /** Absent: nothing is known to be in the way. */
  readonly obstacle?: FoundObstacle
}

/** What a look teaches: a close one how early tasks must be stopped and what is in the way. Written only if it is news. */
const learn = (drain: DrainContext, { containerInstance, memory }: Leaving): Learnt => {
  const { facts, hook } = drain
  if (facts.services === undefined || facts.tasks === undefined)
    return { actions: [], ...obstacleAtAGlance(drain, memory) }
  const obstacle = obstacleTo({ facts, hook, memory, tasks: facts.tasks, services: facts.services })
  const { blockedBy: _, ...others } = memory
  const learnt: DrainMemory = {
    ...others,
    ...(obstacle && { blockedBy: obstacle.because }),
    stopLeadSeconds: memory.stopLeadSeconds ?? longestStopLeadSeconds(facts.tasks),
    counted: countOf(containerInstance, memory),
  }
  if (facts.unread !== undefined) return { actions: [], ...(obstacle && { obstacle }) }
  const isNews =
    learnt.blockedBy !== memory.blockedBy ||
    learnt.stopLeadSeconds !== memory.stopLeadSeconds ||
    learnt.counted !== memory.counted
  return { actions: isNews ? [remember(containerInstance.arn, learnt)] : [], ...(obstacle && { obstacle }) }
}

/** As long as ECS counts as many tasks, the moment at which it did so first is kept. */
const countOf = (containerInstance: ContainerInstanceFacts, { counted }: WrittenMemory) => {
  const tasks = countedTasks(containerInstance)
  return counted?.tasks === tasks ? counted : ({ at: 'when-written', tasks } as const)
}

/** What can be seen without a close look; else what the last one found, as long as ECS still counts tasks. */
const obstacleAtAGlance = ({ facts }: DrainContext, memory: WrittenMemory): Pick<Learnt, 'obstacle'> => {
  const seen = silentAgent(facts) ?? slowStopWithin(facts, memory.stopLeadSeconds)
  if (seen !== undefined) return { obstacle: seen }
  const isOver = facts.tasks !== undefined || memory.blockedBy === undefined
  return isOver ? {} : { obstacle: { because: memory.blockedBy } }
}

/** The tasks to stop in this look, whichever policy says so, and a look at what is left. */
const stopsOf = (drain: DrainContext): readonly Action[] => {
  const { facts } = drain
  const staying = (facts.tasks ?? []).filter(isStaying)
  const stopped = new Set([
    ...stoppedForNotice(drain, staying),
    ...stoppedStandalone(drain, staying),
    ...stoppedForDeadline(drain),
  ])
  const stops = [...stopped].map(({ arn }): Action => ({ do: 'stop-task', taskArn: arn }))
  const isMoreToStop = stops.length > 0 && staying.length > stops.length
  return [...stops, ...(isMoreToStop ? lookAgain(facts, STAGGER_SECONDS) : [])]
}

const stoppedForNotice = (
  { facts, policy, memory }: DrainContext,
  staying: readonly TaskFacts[],
): readonly TaskFacts[] => (isTimeToStopForNotice(facts, policy, memory) ? staying : [])

const stoppedStandalone = (drain: DrainContext, staying: readonly TaskFacts[]): readonly TaskFacts[] =>
  drain.facts.now >= standaloneStopAt(drain)
    ? staying.filter(({ serviceName }) => serviceName === undefined)
    : []

/** When standalone tasks are stopped. Infinity: never. */
const standaloneStopAt = ({ policy, startedAt }: DrainContext): number =>
  typeof policy.standaloneTasks === 'string'
    ? Infinity
    : startedAt + 1_000 * policy.standaloneTasks.stopAfterSeconds

/** After a notice all that is left is stopped together, at half of the time; the deadline adds nothing to that. */
const stoppedForDeadline = (drain: DrainContext): readonly TaskFacts[] => {
  const request = stopRequestOf(drain)
  return request === undefined ? [] : tasksToStop(request)
}

/** Undefined: the deadline stops nothing, or this was no close look. */
const stopRequestOf = (drain: DrainContext) => {
  const { facts, policy, memory, deadline } = drain
  const { now, tasks, services, action, unlistedSince } = facts
  if (policy.onDeadline !== 'stop-tasks' || noticedAt(facts, policy, memory) !== undefined) return undefined
  if (services === undefined || tasks === undefined) return undefined
  return {
    now,
    deadline,
    tasks,
    services,
    isActionRead: action !== undefined || unlistedSince !== undefined,
    isEveryTaskListed: isEveryTaskListed(drain),
  }
}

const lookWhenInDoubt = (drain: DrainContext): readonly Action[] | undefined => {
  const request = stopRequestOf(drain)
  return request !== undefined && isStopInDoubt(request) ? lookAgain(drain.facts, DOUBT_SECONDS) : undefined
}

/** An event said that a task has stopped, and the answer is of a time before that: it is asked again soon. */
const lookAtNews = ({ facts }: DrainContext): readonly Action[] | undefined => {
  const { tasks, saidStopped = [] } = facts
  const isOlder = tasks?.some((task) => saidStopped.includes(task.arn) && !isStopped(task))
  return isOlder ? lookAgain(facts, NEWS_SECONDS) : undefined
}

/** Answers of ECS that are older than its events catch up within seconds. */
const NEWS_SECONDS = 2

/** Something is due before the next resync comes. */
const lookWhenDue = (drain: DrainContext, { memory }: Leaving): readonly Action[] => {
  const { facts } = drain
  const lead = memory.stopLeadSeconds ?? (facts.services && longestStopLeadSeconds(facts.tasks ?? []))
  const due = Math.min(...dueTimes(drain, lead).filter((time) => time > facts.now))
  const delaySeconds = Math.ceil((due - facts.now) / 1_000)
  return delaySeconds <= RESYNC_SECONDS ? lookAgain(facts, delaySeconds) : []
}

/** Moments at which a policy has something done; what is never done is due at Infinity. */
export const dueTimes = (drain: DrainContext, leadSeconds: number | undefined): readonly number[] => {
  const { facts, policy, memory, deadline } = drain
  const noticeAt = noticedAt(facts, policy, memory)
  const stopAt =
    noticeAt === undefined
      ? stopTimeFor(policy, deadline, leadSeconds)
      : noticeAt + 1_000 * NOTICE_STOP_SECONDS
  return [deadline, stopAt, standaloneStopAt(drain)]
}

const stopTimeFor = (policy: DrainPolicy, deadline: number, leadSeconds: number | undefined): number =>
  policy.onDeadline === 'stop-tasks' && leadSeconds !== undefined ? deadline - 1_000 * leadSeconds : Infinity
