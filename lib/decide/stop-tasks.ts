import type { ServiceFacts, TaskFacts } from './facts.ts'

/** Between the last orderly end of a task and the deadline: the calls themselves, and one to be looked at again. */
export const STOP_MARGIN_SECONDS = 30

/** How the reason of our own StopTask calls begins; found again in the task's `stoppedReason`. */
export const STOP_REASON = 'Ebbtide: drain deadline'

/** What ECS uses for a container without `stopTimeout`, unless the agent says otherwise (ECS_CONTAINER_STOP_TIMEOUT). */
export const DEFAULT_STOP_TIMEOUT_SECONDS = 30

export const isStopped = (task: TaskFacts): boolean => task.lastStatus === 'STOPPED'

/** ECS has decided to stop it and it has not ended: deregistering, or after SIGTERM. */
export const isOnItsWayOut = (task: TaskFacts): boolean =>
  task.desiredStatus === 'STOPPED' && !isStopped(task)

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

interface StopRequest {
  readonly now: number
  readonly deadline: number
  readonly tasks: readonly TaskFacts[]
  readonly services: readonly ServiceFacts[]
}

/**
 * The tasks to stop now. When a task's time has come, one for each service at a time, the next when its replacement is
 * healthy; all together once the margin is used up. Daemons leave last, as ECS itself has it when draining.
 */
export const tasksToStop = (request: StopRequest): readonly TaskFacts[] => {
  const due = request.tasks.filter(
    (task) => isStaying(task) && stopTimeOf(task, request.deadline) <= request.now,
  )
  return due.filter((task) => hasNoTimeLeft(task, request) || isNext(task, due, request))
}

const hasNoTimeLeft = (task: TaskFacts, { now, deadline }: StopRequest): boolean =>
  stopTimeOf(task, deadline) + 1_000 * STOP_MARGIN_SECONDS <= now

const isNext = (task: TaskFacts, due: readonly TaskFacts[], request: StopRequest): boolean => {
  if (task.serviceName === undefined) return true
  const service = request.services.find(({ name }) => name === task.serviceName)
  if (service?.isDaemon) return false
  const isFirstOfDue = due.find(({ serviceName }) => serviceName === task.serviceName) === task
  const hasBegun = request.tasks.some((other) => other.serviceName === task.serviceName && other.stoppedByUs)
  return isFirstOfDue && (!hasBegun || (service !== undefined && isWhole(service)))
}

/** The replacement of what was stopped before runs and, behind a load balancer, answers. */
const isWhole = (service: ServiceFacts): boolean =>
  service.runningCount >= service.desiredCount &&
  (service.healthyTargetCount === undefined || service.healthyTargetCount >= service.desiredCount)
