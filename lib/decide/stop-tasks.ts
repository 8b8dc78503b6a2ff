import { SETTLE_SECONDS } from './drain-context.ts'
import type { ContainerInstanceFacts, DrainFacts, ServiceFacts, TaskFacts } from './facts.ts'

/** Between the last orderly end of a task and the deadline: the calls themselves, and one to be looked at again. */
export const STOP_MARGIN_SECONDS = 30

/** How the reason of our own StopTask calls begins; found again in the task's `stoppedReason`. */
export const STOP_REASON = 'Ebbtide: drain deadline'

/** What ECS uses for a container without `stopTimeout`, unless the agent says otherwise (ECS_CONTAINER_STOP_TIMEOUT). */
export const DEFAULT_STOP_TIMEOUT_SECONDS = 30

export const isStopped = (task: TaskFacts): boolean => task.lastStatus === 'STOPPED'

/** Both counters are 0, and every task that was listed is STOPPED. */
export const isAllStopped = (
  { tasks }: Pick<DrainFacts, 'tasks'>,
  { runningTasksCount, pendingTasksCount }: ContainerInstanceFacts,
): boolean => runningTasksCount + pendingTasksCount === 0 && tasks !== undefined && tasks.every(isStopped)

/** ECS has decided to stop it and it has not ended: deregistering, or after SIGTERM. */
const isOnItsWayOut = (task: TaskFacts): boolean => task.desiredStatus === 'STOPPED' && !isStopped(task)

/** Nobody has told it to stop yet. */
export const isStaying = (task: TaskFacts): boolean => !isStopped(task) && !isOnItsWayOut(task)

/**
 * Seconds before the deadline at which a task must be told to stop. StopTask first deregisters the target and waits for
 * the whole deregistration delay, and only then sends SIGTERM, which has the container's stop timeout to end it.
 */
export const stopLeadSeconds = (task: TaskFacts): number =>
  (task.deregistrationDelaySeconds ?? 0) +
  (task.stopTimeoutSeconds ?? DEFAULT_STOP_TIMEOUT_SECONDS) +
  STOP_MARGIN_SECONDS

/** When a task must be told to stop, so that it can end in order before the deadline. May lie in the past. */
export const stopTimeOf = (task: TaskFacts, deadline: number): number =>
  deadline - 1_000 * stopLeadSeconds(task)

/** The longest lead of those that still run; 0 when none does. */
export const longestStopLeadSeconds = (tasks: readonly TaskFacts[]): number =>
  Math.max(0, ...tasks.filter((task) => !isStopped(task)).map(stopLeadSeconds))

/** A call that fails is tried again in so many seconds; only what fails twice is taken for what cannot be read. */
export const DOUBT_SECONDS = 5

interface StopRequest {
  readonly now: number
  readonly deadline: number
  readonly isActionRead: boolean
  readonly isEveryTaskListed: boolean
  readonly tasks: readonly TaskFacts[]
  readonly services: readonly ServiceFacts[]
}

/**
 * The tasks to stop now. When a task's time has come, one for each service at a time, the next when its replacement is
 * healthy; all together once the margin is used up. Daemons leave last, as ECS itself has it when draining.
 */
export const tasksToStop = (request: StopRequest): readonly TaskFacts[] => {
  const due = tasksDue(request)
  const mayBeStopped = (task: TaskFacts) => hasNoTimeLeft(task, request) || isNext(task, due, request)
  return due.filter((task) => !isInDoubt(task, request) && mayBeStopped(task))
}

/** In one order whatever the listing's: who looks at the same moment, or at an older answer, names the same first. */
const tasksDue = ({ tasks, deadline, now }: StopRequest): readonly TaskFacts[] =>
  tasks
    .filter((task) => isStaying(task) && stopTimeOf(task, deadline) <= now)
    .toSorted((one, other) => (one.arn < other.arn ? -1 : 1))

/**
 * AWS's defaults are longer than most deregistration delays, so a task that is due by them alone may have minutes left. One
 * failing call must not cost it those.
 */
const areTimesInDoubt = ({ timesAssumedSince }: TaskFacts, { now }: StopRequest): boolean =>
  timesAssumedSince !== undefined && now - timesAssumedSince < 1_000 * DOUBT_SECONDS

/**
 * Where the action was not read, memory and with it the deadline may be of an earlier one. Where a task may be missing from
 * the listing, it may be of the same service and just stopped.
 */
const isInDoubt = (task: TaskFacts, request: StopRequest): boolean =>
  !request.isActionRead ||
  areTimesInDoubt(task, request) ||
  (!request.isEveryTaskListed && !hasNoTimeLeft(task, request))

/** Whether another look, seconds from now, may stop what this one would not for doubt. */
export const isStopInDoubt = (request: StopRequest): boolean =>
  tasksDue(request).some((task) => isInDoubt(task, request))

const hasNoTimeLeft = (task: TaskFacts, { now, deadline }: StopRequest): boolean =>
  stopTimeOf(task, deadline) + 1_000 * STOP_MARGIN_SECONDS <= now

const isNext = (task: TaskFacts, due: readonly TaskFacts[], request: StopRequest): boolean => {
  if (task.serviceName === undefined) return true
  const service = request.services.find(({ name }) => name === task.serviceName)
  if (service?.isDaemon) return false
  const isFirstOfDue = due.find(({ serviceName }) => serviceName === task.serviceName) === task
  const before = request.tasks.filter(
    (other) => other.serviceName === task.serviceName && (other.stoppedByUs || isStopOfAMomentAgo(other)),
  )
  const isSeen = before.every(({ stoppingAt }) => stoppingAt !== undefined && isOldNews(stoppingAt, request))
  return isFirstOfDue && (before.length === 0 || (isSeen && service !== undefined && isWhole(service)))
}

/** Listed as leaving and described as of before: who stopped it is not told yet. */
const isStopOfAMomentAgo = (task: TaskFacts): boolean => isOnItsWayOut(task) && task.stoppingAt === undefined

/** Even the oldest answer about the service is of a later time. */
const isOldNews = (at: number, { now }: StopRequest): boolean => now - at >= 1_000 * SETTLE_SECONDS

/** The replacement of what was stopped before runs and, behind a load balancer, answers. */
const isWhole = (service: ServiceFacts): boolean =>
  service.runningCount >= service.desiredCount &&
  service.isHealthUnread === undefined &&
  (service.healthyTargetCount === undefined || service.healthyTargetCount >= service.desiredCount)
