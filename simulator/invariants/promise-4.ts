import type { DescribeContainerInstancesCommandOutput } from '@aws-sdk/client-ecs'

import { MEMORY_ATTRIBUTE, parseMemory } from '../../lib/decide/memory.ts'
import type { EndedAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import { couldHaveBeaten, isOfOtherGroups } from './ability.ts'
import { knownDeadlineOf } from './known-deadline.ts'
import { activitiesOf, isOurs, type Watch } from './watch.ts'

/**
 * Promise 4: while a drain lives, the gap between heartbeats is below the hook's timeout; none comes after the end or
 * past the deadline.
 *
 * A look may have begun before the end or the deadline and its beat come after: one invocation's time is allowed. A run of
 * resync that could not read what it needs beats blindly what it knows to have waited ("A reading that fails never costs a
 * heartbeat", lib/README.md), and cannot know an end or a deadline that it was not there to read.
 */
export const watchPromise4 = (watch: Watch): void => {
  const ended: EndedActions = { ours: new Map(), others: new Map() }
  const learnt: LearntEnds = new Map()
  watch.world.autoScaling.onActionEnded((action) => {
    const known = isOurs(watch, action) ? ended.ours : ended.others
    known.set(action.instanceId, action)
    if (known === ended.ours) judgeGaps(watch, action)
  })
  watch.onCall((call) => {
    const isBeat = call.operation === 'RecordLifecycleActionHeartbeat'
    // Beats of a launch hook keep an instance from being given up, and have no deadline of a drain.
    if (isBeat && call.input['LifecycleHookName'] === watch.settings.hookName)
      judgeBeat(watch, call, { ended, learnt })
  })
}

/** The last action of each instance that has ended: one of our hook, and one of another hook. */
interface EndedActions {
  readonly ours: Map<string, EndedAction>
  readonly others: Map<string, EndedAction>
}

const judgeGaps = (watch: Watch, action: EndedAction): void => {
  const { startedAt, heartbeats, heartbeatTimeoutSeconds, instanceId } = action
  const times = [startedAt, ...heartbeats, action.endedAt]
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time))
  const longestMs = Math.max(...gaps)
  if (longestMs < heartbeatTimeoutSeconds * 1_000 || !couldHaveBeaten(watch, action)) return
  const what = `${longestMs / 1_000} s without a heartbeat, and the hook's timeout is ${heartbeatTimeoutSeconds} s`
  watch.report({ promise: 4, instanceId, at: action.endedAt, what })
}

interface Known {
  readonly ended: EndedActions
  readonly learnt: LearntEnds
}

/**
 * Beats that were told, in the wait of others, that no action of ours waits, where that could be written down: by instance id and
 * the beginning of that wait.
 */
type LearntEnds = Map<string, readonly CallRecord[]>

/** The first by a look that took its memory for one of this wait, the second by one that has read which termination it is. */
const BEATS_TO_LEARN = 2

const judgeBeat = (watch: Watch, made: CallRecord, { ended, learnt }: Known): void => {
  const { at, input } = made
  if (isBlind(watch, made)) return
  const instanceId = String(input['InstanceId'])
  const action = watch.world.autoScaling
    .waitingActions()
    .find((waiting) => waiting.instanceId === instanceId && isOurs(watch, waiting))
  const over = ended.ours.get(instanceId)
  if (action === undefined && isLearning(watch, made, { ended, learnt })) return
  const last = action === undefined ? over?.endedAt : knownDeadlineOf(watch, action)
  if (last !== undefined && at <= last + watch.longestLookMs) return
  const what =
    action === undefined ? 'a heartbeat for an action that is over' : 'a heartbeat past the deadline'
  watch.report({ promise: 4, instanceId, at, what })
}

/** In a wait of others such a beat may be the first to tell that ours is over. One look may begin before another is told. */
const isLearning = (watch: Watch, made: CallRecord, { ended, learnt }: Known): boolean => {
  const instanceId = String(made.input['InstanceId'])
  const heldSince = heldByOthersSince(watch, instanceId, ended)
  if (heldSince === undefined) return false
  const wait = `${instanceId} ${heldSince}`
  const told = (learnt.get(wait) ?? []).filter((beat) => couldHaveTold(watch, beat))
  const isKnown = isEndKnown(watch, ended.ours.get(instanceId), heldSince)
  const last = told[isKnown ? 0 : BEATS_TO_LEARN - 1]
  if (made.error === 'ValidationError' && isDraining(watch, instanceId)) learnt.set(wait, [...told, made])
  return last === undefined ? !isKnown : made.at - last.at <= watch.longestLookMs
}

/** Only resync beats what it could not look at: AWS refused a reading of that very run, and not one of another group. */
const isBlind = ({ world, resyncFunction }: Watch, beat: CallRecord): boolean =>
  beat.caller === resyncFunction &&
  beat.invocation !== undefined &&
  world.calls.some(
    (made) =>
      made.invocation === beat.invocation &&
      /^(Describe|List)/.test(made.operation) &&
      (made.error !== undefined || made.fault === 'items-failed') &&
      !isOfOtherGroups(made, String(beat.input['AutoScalingGroupName'])),
  )

const isDraining = ({ world }: Watch, instanceId: string): boolean =>
  world.ecs.containerInstanceOn(instanceId)?.status === 'DRAINING'

/** Whether who made the beat lived to write down what it was told, where it counts: on what is DRAINING still. */
const couldHaveTold = (watch: Watch, { input, invocation: id }: CallRecord): boolean => {
  const { world, recording } = watch
  const look = recording.invocations.find(({ awsRequestId }) => awsRequestId === id)
  const isRefused = world.calls.some(
    ({ invocation, operation, hadEffect }) =>
      invocation === id && operation === 'PutAttributes' && !hadEffect,
  )
  const hasLived = look?.result.kind === 'succeeded' || look?.result.kind === 'failed'
  return isDraining(watch, String(input['InstanceId'])) && hasLived && !isRefused
}

/** Since when another hook has been holding the instance, or did when the look began. Undefined: none has. */
const heldByOthersSince = (
  { world, longestLookMs }: Watch,
  instanceId: string,
  { others }: EndedActions,
): number | undefined => {
  const holding = world.autoScaling.waitingActions().find((waiting) => waiting.instanceId === instanceId)
  if (holding !== undefined) return holding.startedAt
  const last = others.get(instanceId)
  return last !== undefined && last.endedAt >= world.simulation.now() - longestLookMs
    ? last.startedAt
    : undefined
}

/** The hooks of one transition begin to wait together: an end from before is that of another wait, in which ours had no part. */
const isEndKnown = (watch: Watch, over: EndedAction | undefined, heldSince: number): boolean =>
  over !== undefined && over.startedAt >= heldSince && isEndRemembered(watch, over)

/**
 * No call tells that our hook has ended while another one still holds the instance. Where nobody could write it down, because the
 * hook ended by itself or its container instance is gone, a beat is how we learn; and so where it was written down as the end of
 * another termination than the one that is listed, which nobody may have seen then.
 */
const isEndRemembered = ({ world }: Watch, { instanceId, autoScalingGroupName }: EndedAction): boolean => {
  const { ecs, spec } = world
  const containerInstance = ecs.containerInstanceOn(instanceId)?.containerInstanceArn
  if (containerInstance === undefined) return false
  const input = { cluster: spec.cluster, containerInstances: [containerInstance] }
  const answer = call<DescribeContainerInstancesCommandOutput>(ecs.model, 'DescribeContainerInstances', input)
  const { attributes = [] } = answer.containerInstances?.[0] ?? {}
  const value = attributes.find(({ name }) => name === MEMORY_ATTRIBUTE)?.value
  const memory = parseMemory(value ?? '')
  return (
    memory?.isEnded === true &&
    memory.actionStartedAt === terminationStart(world, instanceId, autoScalingGroupName)
  )
}

const terminationStart = (
  world: World,
  instanceId: string,
  autoScalingGroupName: string,
): number | undefined =>
  activitiesOf(world, autoScalingGroupName)
    .find(
      ({ Description = '', EndTime }) =>
        /^(?!Launching).*: /.test(Description) && Description.includes(instanceId) && EndTime === undefined,
    )
    ?.StartTime?.getTime()
