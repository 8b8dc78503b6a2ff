import type { EndedAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import { AGENT_LOSS_NOTICED_MS } from '../aws/ecs/timing.ts'
import type { InvocationRecord } from '../aws/lambda/invocation.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import { knownDeadlineOf } from './known-deadline.ts'
import { CLOCK_TOLERANCE_MS, RESYNC_MS, type Watch } from './watch.ts'

/** What would have kept an action from ending by itself: another heartbeat, or an end of our own. */
type Remedy = 'RecordLifecycleActionHeartbeat' | 'CompleteLifecycleAction'

/**
 * What all looks of a run share. Which instances wait must be known for either remedy. A heartbeat needs no more than
 * that; an end is never decided without having looked ("When not even the shared calls answer, resync beats the hooks it
 * saw last", lib/README.md).
 */
const needed: Readonly<Record<Remedy, readonly string[]>> = {
  RecordLifecycleActionHeartbeat: ['DescribeAutoScalingGroups'],
  CompleteLifecycleAction: [
    'DescribeAutoScalingGroups',
    'ListContainerInstances',
    'DescribeContainerInstances',
    'DescribeLifecycleHooks',
    'DescribeScalingActivities',
    'DescribeInstances',
  ],
}

interface Window {
  readonly watch: Watch
  readonly action: EndedAction
  readonly since: number
  readonly until: number
}

/**
 * Whether a heartbeat of ours could have saved the action: half of its timeout was over, its deadline to come by our clock
 * too, and the machine not gone.
 */
export const couldHaveBeaten = (watch: Watch, action: EndedAction): boolean => {
  const deadline = knownDeadlineOf(watch, action) - CLOCK_TOLERANCE_MS
  const until = Math.min(action.endedAt, deadline, terminationOf(watch, action))
  return couldHave('RecordLifecycleActionHeartbeat', { watch, action, since: beatDueAt(action), until })
}

/** Whether the action could have been ended by us, because its deadline had come, or ECS had noticed that the machine was gone. */
export const couldHaveCompleted = (watch: Watch, action: EndedAction): boolean => {
  const due = Math.min(knownDeadlineOf(watch, action), terminationOf(watch, action) + AGENT_LOSS_NOTICED_MS)
  const since = due + CLOCK_TOLERANCE_MS
  return couldHave('CompleteLifecycleAction', { watch, action, since, until: action.endedAt })
}

/** Infinity: its machine lives. */
const terminationOf = ({ terminations }: Watch, { instanceId }: EndedAction): number =>
  terminations.get(instanceId) ?? Infinity

/**
 * Whether a run of resync came in time to beat a launch or to let it go, and AWS refused it nothing: one reading serves all
 * launches, and it has no blind beats.
 */
export const couldHaveKept = (watch: Watch, action: EndedAction): boolean =>
  runsBetween(watch, beatDueAt(action), action.endedAt).some(
    (run) => hasLived(watch, run) && !callsDuring(watch, run).some(isFailed),
  )

/** A run reads before it beats: one that begins in the last second comes too late. */
const READING_MS = 1_000

/** A timeout that is too short for two runs of resync is judged by the two before its end. */
const beatDueAt = ({ startedAt, heartbeats, heartbeatTimeoutSeconds, endedAt }: EndedAction): number =>
  Math.min((heartbeats.at(-1) ?? startedAt) + 500 * heartbeatTimeoutSeconds, endedAt - 2 * RESYNC_MS)

/**
 * Whether any run of resync in that time could have applied the remedy: it lived, and AWS refused it neither the remedy
 * itself nor what it needs for it. An error of our own, such as one thrown because ECS answered something else than
 * expected, excuses nothing.
 */
const couldHave = (remedy: Remedy, { watch, action, since, until }: Window): boolean =>
  runsBetween(watch, since, until).some(
    (run) => hasLived(watch, run) && !callsDuring(watch, run).some((made) => isRefused(made, remedy, action)),
  )

const runsBetween = (
  { recording, resyncFunction }: Watch,
  since: number,
  until: number,
): readonly InvocationRecord[] =>
  recording.invocations
    .filter(({ functionName }) => functionName === resyncFunction)
    .filter(({ startedAt }) => startedAt >= since && startedAt < until - READING_MS)

const callsDuring = ({ world }: Watch, { awsRequestId }: InvocationRecord): readonly CallRecord[] =>
  world.calls.filter(({ invocation }) => invocation !== undefined && invocation === awsRequestId)

/** Only injection crashes a run. One that merely did too much within its time limit has nobody else to blame. */
const hasLived = ({ world }: Watch, { result, awsRequestId }: InvocationRecord): boolean => {
  switch (result.kind) {
    case 'succeeded':
    case 'failed':
      return true
    case 'crashed':
      return false
    case 'timed-out':
      return !world.transport.slowedInvocations.has(awsRequestId)
  }
}

const isRefused = (made: CallRecord, remedy: Remedy, action: EndedAction): boolean => {
  const { operation, input } = made
  if (!isFailed(made) || isOfOtherGroups(made, action.autoScalingGroupName)) return false
  const isItself = operation === remedy && input['InstanceId'] === action.instanceId
  return isItself || needed[remedy].includes(operation) || isOfItsPool(operation, action)
}

/** The instances of a group do not show those in its warm pool. */
const isOfItsPool = (operation: string, { waitsIn }: EndedAction): boolean =>
  operation === 'DescribeWarmPool' && waitsIn.startsWith('Warmed:')

/** A call that names groups, and not this one: what it answers is of no use here. */
export const isOfOtherGroups = ({ input }: CallRecord, autoScalingGroupName: string): boolean => {
  const { AutoScalingGroupName, AutoScalingGroupNames = [] } = input as GroupInput
  const groups = [
    ...AutoScalingGroupNames,
    ...(AutoScalingGroupName === undefined ? [] : [AutoScalingGroupName]),
  ]
  return groups.length > 0 && !groups.includes(autoScalingGroupName)
}

/** The members by which Auto Scaling's calls name groups. */
interface GroupInput {
  readonly AutoScalingGroupName?: string
  readonly AutoScalingGroupNames?: readonly string[]
}

const isFailed = ({ fault, error }: CallRecord): boolean =>
  fault === 'items-failed' || (error !== undefined && !OUR_MISTAKES.test(error))

/** Wrong input, and permissions that the deployed role lacks. */
const OUR_MISTAKES = /^Validation|^InvalidParameter|^AccessDenied|^Unauthorized/
