import type {
  DescribeServicesCommandOutput,
  DescribeTasksCommandOutput,
  Service,
  Task,
} from '@aws-sdk/client-ecs'

import { NOTICE_STOP_SECONDS } from '../../lib/decide/drain-context.ts'
import { GROUP_MEMO_MS } from '../../lib/observe/groups.ts'
import { DEFAULT_DEREGISTRATION_DELAY_SECONDS } from '../../lib/observe/stopping-times.ts'
import { DEFAULT_STOP_TIMEOUT_SECONDS, STOP_MARGIN_SECONDS } from '../../lib/decide/stop-tasks.ts'
import type { EndedAction, WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import { instanceOfContainerInstance } from '../world/container-instance-owner.ts'
import { CLOCK_TOLERANCE_MS, deadlineOf, isOurs, noticedAt, RESYNC_MS, type Watch } from './watch.ts'

/** A task of a service that Ebbtide has just told ECS to stop. */
interface Stop {
  readonly at: number
  readonly taskArn: string
  readonly serviceName: string
  readonly taskDefinitionArn: string | undefined
  readonly instanceId: string
}

/**
 * Promise 2: Ebbtide never stops a service task itself before the deadline or Spot policy says so, and then one at a time while
 * time allows.
 *
 * How early a task may be stopped follows from the world's own deregistration delay and stop timeout. Where AWS refused to
 * tell them, in this look and in one before it, its defaults may stand in.
 */
export const watchPromise2 = (watch: Watch): void => {
  /** Tasks stopped so far, by drain and service. */
  const stopped = new Map<string, Set<string>>()
  const all: Stop[] = []
  watch.onCall(({ operation, hadEffect, input, at }) => {
    if (operation !== 'StopTask' || !hadEffect) return
    const stop = stopOf(watch.world, String(input['task']), at)
    if (stop === undefined) return
    all.push(stop)
    if (mayStopForNotice(watch, stop)) return
    const action = watch.world.autoScaling
      .waitingActions()
      .find((waiting) => waiting.instanceId === stop.instanceId && isOurs(watch, waiting))
    if (action === undefined) return judgeUnheld(watch, stop)
    const key = `${stop.instanceId} ${action.startedAt} ${stop.serviceName}`
    const earlier = stopped.get(key) ?? new Set()
    const beside = new Set(all.filter((other) => isBeside(stop, other)).map(({ taskArn }) => taskArn))
    if (!earlier.has(stop.taskArn))
      judge(watch, { stop, action, earlierCount: earlier.size, besideCount: beside.size })
    stopped.set(key, earlier.add(stop.taskArn))
  })
}

/** Two instances that leave together may each stop one: neither look could know of the other's. */
const isBeside = (stop: Stop, other: Stop): boolean =>
  other.serviceName === stop.serviceName &&
  other.instanceId !== stop.instanceId &&
  stop.at - other.at < CLOCK_TOLERANCE_MS

/** Half of the two minutes after a warning are over, and the policy is to use the other half. */
const mayStopForNotice = (watch: Watch, stop: Stop): boolean => {
  const at = noticedAt(watch, stop.instanceId)
  return at !== undefined && stop.at >= at + 1_000 * NOTICE_STOP_SECONDS - CLOCK_TOLERANCE_MS
}

/** Undefined for a task of no service, and for one that ECS does not know. */
const stopOf = (world: World, taskArn: string, at: number): Stop | undefined => {
  const { cluster } = world.spec
  const [task] =
    call<DescribeTasksCommandOutput>(world.ecs.model, 'DescribeTasks', { cluster, tasks: [taskArn] }).tasks ??
    []
  const serviceName = serviceOf(task)
  const instanceId = instanceOfContainerInstance(world, task?.containerInstanceArn ?? '')
  return serviceName === undefined || instanceId === undefined
    ? undefined
    : { at, taskArn, serviceName, instanceId, taskDefinitionArn: task?.taskDefinitionArn }
}

const serviceOf = (task: Task | undefined): string | undefined =>
  task?.group?.startsWith('service:') ? task.group.slice('service:'.length) : undefined

const judgeUnheld = (watch: Watch, stop: Stop): void => {
  const ends = watch.recording.drains.filter(({ action }) => action.instanceId === stop.instanceId)
  if (!ends.some(({ action }) => mayBeUnknown(watch, stop, action)))
    report(watch, stop, 'while no hook of ours held the instance')
}

/**
 * A look may have begun before the hook ended, and its last call come after. While another hook holds the instance, an end that
 * was not our own shows only in the answer to a beat that comes through, or minutes later in that our hook is missing.
 */
const mayBeUnknown = ({ world, longestLookMs }: Watch, stop: Stop, { by, endedAt }: EndedAction): boolean => {
  const lookBeganAt = stop.at - longestLookMs
  if (endedAt >= lookBeganAt) return true
  const isHeld = world.autoScaling.waitingActions().some(({ instanceId }) => instanceId === stop.instanceId)
  const wasTold = world.calls.some(
    ({ operation, input, error, at }) =>
      operation === 'RecordLifecycleActionHeartbeat' &&
      input['InstanceId'] === stop.instanceId &&
      error === 'ValidationError' &&
      at >= endedAt &&
      at < lookBeganAt,
  )
  const isMissingLong = by === 'hook-deleted' && endedAt < lookBeganAt - GROUP_MEMO_MS
  return isHeld && by !== 'completed' && !wasTold && !isMissingLong
}

interface Judged {
  readonly stop: Stop
  readonly action: WaitingAction
  readonly earlierCount: number
  /** How many of the same service others have stopped in the same moment. */
  readonly besideCount: number
}

const judge = (watch: Watch, { stop, action, earlierCount, besideCount }: Judged): void => {
  const least = isLeadUnreadable(watch, stop) ? awsDefaults : readTimes
  const stopTime = deadlineOf(watch, action) - 1_000 * leadSeconds(watch.world, stop.serviceName, least)
  const isTimeLeft = stop.at < stopTime + 1_000 * STOP_MARGIN_SECONDS - CLOCK_TOLERANCE_MS
  if (stop.at < stopTime - CLOCK_TOLERANCE_MS)
    report(watch, stop, `${Math.round((stopTime - stop.at) / 1_000)} s before its time`)
  else if (earlierCount > 0 && isTimeLeft && !isWholeBefore(watch.world, stop.serviceName, 1 + besideCount))
    report(watch, stop, 'before the replacement of the one before it ran')
}

/** What stands in for a time that could not be read, if it is longer. */
const awsDefaults = {
  deregistrationSeconds: DEFAULT_DEREGISTRATION_DELAY_SECONDS,
  stopSeconds: DEFAULT_STOP_TIMEOUT_SECONDS,
}

/** Nothing: each time is what it is. */
const readTimes: typeof awsDefaults = { deregistrationSeconds: 0, stopSeconds: 0 }

/** From StopTask to the last moment of the task: deregistration, then SIGTERM, then SIGKILL. */
const leadSeconds = ({ spec }: World, serviceName: string, least: typeof awsDefaults): number => {
  const task = [...spec.services, ...spec.daemons].find(({ name }) => name === serviceName)
  const loadBalancer = spec.services.find(({ name }) => name === serviceName)?.loadBalancer
  const deregistration = Math.max(loadBalancer?.deregistrationDelaySeconds ?? 0, least.deregistrationSeconds)
  const stop = Math.max(task?.stopTimeoutSeconds ?? DEFAULT_STOP_TIMEOUT_SECONDS, least.stopSeconds)
  return deregistration + stop + STOP_MARGIN_SECONDS
}

/** Looks further apart than this are not one after another. */
const BETWEEN_LOOKS_MS = 3 * RESYNC_MS

/** Twice, in two looks at drains: a single failing call excuses nothing, and none that asked about something else. */
const isLeadUnreadable = (watch: Watch, stop: Stop): boolean => {
  const { world, longestLookMs, recording, drainFunctions } = watch
  const since = stop.at - longestLookMs - BETWEEN_LOOKS_MS
  const asksForTimes = timesQuestionOf(world, stop)
  const refused = world.calls.filter(
    (made) =>
      made.at >= since &&
      made.at <= stop.at &&
      drainFunctions.has(made.caller) &&
      isRefusal(made) &&
      asksForTimes(made),
  )
  const looks = recording.invocations.filter(({ endedAt }) => endedAt >= since)
  const [first] = refused
  const last = refused.at(-1)
  if (first === undefined || last === undefined) return false
  // An invocation that has not ended yet is the one that stops the task.
  return looks.some(({ awsRequestId, endedAt }) => awsRequestId === first.invocation && endedAt < last.at)
}

const isRefusal = ({ error, fault }: CallRecord): boolean => error !== undefined || fault === 'items-failed'

/** Whether a call tells how long this task takes to stop. Which targets answer is asked in one breath with its service. */
const timesQuestionOf = (world: World, stop: Stop): ((made: CallRecord) => boolean) => {
  const { loadBalancers = [] } = serviceNamed(world, stop.serviceName) ?? {}
  const targetGroupArns = loadBalancers.map(({ targetGroupArn }) => targetGroupArn)
  return ({ operation, input }) => {
    const { services = [], TargetGroupArn, taskDefinition } = input as TimesInput
    switch (operation) {
      case 'DescribeServices':
        return services.includes(stop.serviceName)
      case 'DescribeTargetHealth':
      case 'DescribeTargetGroupAttributes':
        return targetGroupArns.includes(TargetGroupArn)
      case 'DescribeTaskDefinition':
        return taskDefinition === stop.taskDefinitionArn
      default:
        return false
    }
  }
}

/** The members by which those calls name what they are about. */
interface TimesInput {
  readonly services?: readonly string[]
  readonly TargetGroupArn?: string
  readonly taskDefinition?: string
}

/** As many tasks ran as are desired, those counted in that have just been stopped. */
const isWholeBefore = (world: World, serviceName: string, stoppedCount: number): boolean => {
  const service = serviceNamed(world, serviceName)
  return (service?.runningCount ?? 0) + stoppedCount >= (service?.desiredCount ?? 0)
}

const serviceNamed = ({ ecs, spec }: World, serviceName: string): Service | undefined => {
  const input = { cluster: spec.cluster, services: [serviceName] }
  return call<DescribeServicesCommandOutput>(ecs.model, 'DescribeServices', input).services?.[0]
}

const report = ({ report }: Watch, { at, instanceId, serviceName }: Stop, how: string): void =>
  report({ promise: 2, instanceId, at, what: `stopped a task of the service ${serviceName} ${how}` })
