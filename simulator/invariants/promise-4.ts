import type { DescribeContainerInstancesCommandOutput } from '@aws-sdk/client-ecs'

import { MEMORY_ATTRIBUTE, parseMemory } from '../../lib/decide/memory.ts'
import type { EndedAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import { call } from '../world/call.ts'
import { couldHaveBeaten, isOfOtherGroups } from './ability.ts'
import { knownDeadlineOf } from './known-deadline.ts'
import { isOurs, RESYNC_MS, type Watch } from './watch.ts'

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
    const before = known.get(action.instanceId)?.startedAt ?? -Infinity
    known.set(action.instanceId, { ...action, before })
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
  readonly ours: Map<string, LastAction>
  readonly others: Map<string, LastAction>
}

interface LastAction extends EndedAction {
  /** When the hook began to wait for the same instance the last time before; -Infinity: it never did. */
  readonly before: number
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
 * The last beat that was told, in the wait of others, that no action of ours waits, of an instance that was DRAINING already: by
 * instance id and the beginning of that wait.
 */
type LearntEnds = Map<string, CallRecord>

const judgeBeat = (watch: Watch, made: CallRecord, { ended, learnt }: Known): void => {
  const { at, input } = made
  if (isBlind(watch, made)) return
  const instanceId = String(input['InstanceId'])
  const action = watch.world.autoScaling
    .waitingActions()
    .find((waiting) => waiting.instanceId === instanceId && isOurs(watch, waiting))
  const over = ended.ours.get(instanceId)
  if (action === undefined) {
    const heldSince = heldByOthersSince(watch, instanceId, ended)
    if (heldSince !== undefined) {
      const wait = `${instanceId} ${heldSince}`
      const before = learnt.get(wait)
      const isTold = before !== undefined && couldHaveTold(watch, before, made)
      if (!isTold && made.error === 'ValidationError' && isDraining(watch, instanceId)) learnt.set(wait, made)
      if (before !== undefined && at - before.at <= watch.longestLookMs) return
      if (!isTold && !isEndKnown(watch, over, heldSince)) return
    }
  }
  const last = action === undefined ? over?.endedAt : knownDeadlineOf(watch, action)
  if (last !== undefined && at <= last + watch.longestLookMs) return
  const what =
    action === undefined ? 'a heartbeat for an action that is over' : 'a heartbeat past the deadline'
  watch.report({ promise: 4, instanceId, at, what })
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

/** Whether who made the beat before lived to write down what it was told, where it counts: on what is DRAINING still. */
const couldHaveTold = (watch: Watch, before: CallRecord, made: CallRecord): boolean => {
  const { world, recording } = watch
  const look = recording.invocations.find(({ awsRequestId }) => awsRequestId === before.invocation)
  const isRefused = world.calls.some(
    ({ invocation, operation, hadEffect }) =>
      invocation === before.invocation && operation === 'PutAttributes' && !hadEffect,
  )
  return (
    isDraining(watch, String(made.input['InstanceId'])) &&
    (look?.result.kind === 'succeeded' || look?.result.kind === 'failed') &&
    !isRefused
  )
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
const isEndKnown = (watch: Watch, over: LastAction | undefined, heldSince: number): boolean =>
  over !== undefined && over.startedAt >= heldSince && isEndRemembered(watch, over)

/**
 * No call tells that our hook has ended while another one still holds the instance. Where nobody could write it down,
 * because the hook ended by itself or its container instance is gone, a beat is how we learn; and so where an old listing
 * of activities had it written down as the end of the action before, or it is the end of an earlier wait, without us.
 */
const isEndRemembered = ({ world }: Watch, { instanceId, before, startedAt }: LastAction): boolean => {
  const { ecs, spec } = world
  const containerInstance = ecs.containerInstanceOn(instanceId)?.containerInstanceArn
  if (containerInstance === undefined) return false
  const input = { cluster: spec.cluster, containerInstances: [containerInstance] }
  const answer = call<DescribeContainerInstancesCommandOutput>(ecs.model, 'DescribeContainerInstances', input)
  const { attributes = [] } = answer.containerInstances?.[0] ?? {}
  const value = attributes.find(({ name }) => name === MEMORY_ATTRIBUTE)?.value
  const memory = parseMemory(value ?? '')
  return memory?.isEnded === true && memory.actionStartedAt > Math.max(before, startedAt - RESYNC_MS)
}
