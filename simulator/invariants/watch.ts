import type { Activity, DescribeScalingActivitiesCommandOutput } from '@aws-sdk/client-auto-scaling'

import { GLOBAL_CAP_MARGIN_SECONDS } from '../../lib/decide/deadline.ts'
import { NOTICE_SECONDS } from '../../lib/decide/drain-context.ts'
import type { DrainPolicy } from '../../lib/decide/policy.ts'
import { policyForTags, readSettings, type Settings } from '../../lib/settings.ts'
import type { EndedAction, WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { DeployedFunction } from '../cloudformation/functions.ts'
import type { Recording } from '../rehearsal/recording.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import type { Judged } from './judged.ts'
import { noticesIn, terminationsIn } from './machine-ends.ts'
import type { Violation } from './violation.ts'

/** What every promise is watched with: the world's ground truth, and who in it is Ebbtide. */
export interface Watch {
  readonly world: World
  readonly recording: Recording
  /** What the deployed functions were told. */
  readonly settings: Settings
  /** What the stack keeps its candidates in. Undefined: it keeps none. */
  readonly bucket: string | undefined
  /** When EC2 first warned of the end of each machine, by instance id. */
  readonly notices: ReadonlyMap<string, number>
  /** When each machine was terminated, by instance id. */
  readonly terminations: ReadonlyMap<string, number>
  /** The function that wakes each minute. */
  readonly resyncFunction: string | undefined
  /** The function that measures the cluster. Undefined: the stack has none. */
  readonly capacityFunction: string | undefined
  /** The functions that look at drains and act on them. */
  readonly drainFunctions: ReadonlySet<string>
  /** The longest that one invocation may act on what it read at its start. */
  readonly longestLookMs: number
  /** When the faults of a run end. Undefined: nothing was injected, or nobody judges what comes after. */
  readonly healsAt: number | undefined
  readonly report: (violation: Violation) => void
  /** Counts that something was held against a promise, whatever came of it, and that nothing excused it. */
  readonly judged: (what: Judged) => void
  /** Calls `listener` with each call of our functions, when it has had its effect and before anything else happens. */
  readonly onCall: (listener: (call: CallRecord) => void) => void
  /** Calls `listener` when the run has ended. */
  readonly onEnd: (listener: () => void) => void
}

/** A world, what is recorded of it, and the functions of ours in it. */
export interface Watched {
  readonly world: World
  readonly recording: Recording
  readonly functions: readonly DeployedFunction[]
  /** When faults end, milliseconds since 1970; absent: as `Watch.healsAt`. */
  readonly healsAt?: number
}

/** Watches a world that Ebbtide is deployed to. The second result tells the listeners that the run has ended. */
export const createWatch = ({
  world,
  recording,
  functions,
  healsAt,
}: Watched): readonly [Watch, () => void] => {
  const callListeners: ((call: CallRecord) => void)[] = []
  const endListeners: (() => void)[] = []
  const drainFunctions = functions.filter(looksAtDrains)
  const watch: Watch = {
    world,
    recording,
    settings: readSettings(functions[0]?.variables ?? {}),
    bucket: functions.flatMap(({ variables }) => variables['EBBTIDE_SCALING_BUCKET'] ?? [])[0],
    notices: noticesIn(world),
    terminations: terminationsIn(world),
    resyncFunction: nameOf(functions, 'resync'),
    capacityFunction: nameOf(functions, 'capacity'),
    drainFunctions: new Set(drainFunctions.map(({ name }) => name)),
    longestLookMs: 1_000 * Math.max(...drainFunctions.map(({ timeoutSeconds }) => timeoutSeconds)),
    healsAt,
    report: (violation) => recording.violations.push(violation),
    judged: (what) => recording.judged.push(what),
    onCall: (listener) => callListeners.push(listener),
    onEnd: (listener) => endListeners.push(listener),
  }
  followCalls(world, new Set(functions.map(({ name }) => name)), callListeners)
  return [watch, () => endListeners.forEach((listener) => listener())]
}

const nameOf = (functions: readonly DeployedFunction[], file: string): string | undefined =>
  functions.find(({ handler }) => handler.endsWith(`/${file}.handler`))?.name

const looksAtDrains = ({ handler }: DeployedFunction): boolean => /\/(drain|resync)\.handler$/.test(handler)

/**
 * At most one call has its effect between two steps of the simulation, because every call waits for a timer of its own:
 * looking at the journal after each step misses nothing and costs one comparison.
 */
const followCalls = (
  { simulation, calls }: World,
  callers: ReadonlySet<string>,
  listeners: readonly ((call: CallRecord) => void)[],
): void => {
  let seen = calls.length
  simulation.watch(() => {
    for (; seen < calls.length; seen += 1) {
      const call = calls[seen]
      if (call !== undefined && callers.has(call.caller)) for (const listener of listeners) listener(call)
    }
  })
}

/** Actions of our own hook; the other hooks of a group are no business of ours. */
export const isOurs = ({ settings }: Watch, action: EndedAction | WaitingAction): boolean =>
  action.hookName === settings.hookName && settings.groups.includes(action.autoScalingGroupName)

/** Actions of our launch hook. */
export const isOurLaunch = ({ settings }: Watch, action: EndedAction | WaitingAction): boolean =>
  action.hookName === settings.launchHookName &&
  action.transition === 'launching' &&
  settings.groups.includes(action.autoScalingGroupName)

/**
 * When a launch is let go whatever it lacks. Ebbtide counts from the launch itself, which is earlier; where no launch is listed,
 * as on the way back with a new root volume, from its first look, and faults may have kept that from it.
 */
export const launchDeadlineOf = (watch: Watch, action: EndedAction | WaitingAction): number => {
  const { settings, healsAt = -Infinity } = watch
  const since = isLaunchListed(watch, action)
    ? action.startedAt
    : Math.max(action.startedAt, healsAt + RESYNC_MS)
  return since + 1_000 * settings.launchTimeoutSeconds
}

const isLaunchListed = (
  { world }: Watch,
  { autoScalingGroupName, instanceId }: EndedAction | WaitingAction,
): boolean =>
  activitiesOf(world, autoScalingGroupName).some(
    ({ Description = '', StatusCode }) =>
      Description.startsWith('Launching') && Description.endsWith(instanceId) && StatusCode !== 'Successful',
  )

/** The newest scaling activities of a group, the latest first. */
export const activitiesOf = ({ autoScaling }: World, AutoScalingGroupName: string): readonly Activity[] => {
  const input = { AutoScalingGroupName, MaxRecords: 100 }
  const { model } = autoScaling
  return (
    call<DescribeScalingActivitiesCommandOutput>(model, 'DescribeScalingActivities', input).Activities ?? []
  )
}

/** The policy of a group, by its tags. */
export const policyOf = (
  { settings, world }: Watch,
  { autoScalingGroupName }: { readonly autoScalingGroupName: string },
): DrainPolicy => {
  const group = world.spec.groups.find(({ name }) => name === autoScalingGroupName)
  return policyForTags(settings.policy, group?.tags ?? {}).policy
}

/** When EC2 said that the machine goes within two minutes. Undefined: it did not, or the policy of its group is to ignore it. */
export const noticedAt = (watch: Watch, instanceId: string): number | undefined => {
  const { autoScalingGroupName = '' } = watch.world.ec2.find(instanceId) ?? {}
  const { spot } = policyOf(watch, { autoScalingGroupName })
  return spot === 'off' ? undefined : watch.notices.get(instanceId)
}

/** When our patience with an action ends, by the world's own times. */
export const deadlineOf = (watch: Watch, action: EndedAction | WaitingAction): number =>
  Math.min(deadlineWithoutNotice(watch, action), noticedEndOf(watch, action))

/** As `deadlineOf`, for those who could not have known of a notice. */
export const deadlineWithoutNotice = (watch: Watch, action: EndedAction | WaitingAction): number =>
  Math.min(
    action.startedAt + policyOf(watch, action).drainTimeoutSeconds * 1_000,
    action.globalTimeoutAt - GLOBAL_CAP_MARGIN_SECONDS * 1_000,
  )

/** When the machine was said to go. Infinity: it was not, or the action is not the one that was announced. */
const noticedEndOf = (watch: Watch, { instanceId, startedAt }: EndedAction | WaitingAction): number => {
  const noticeAt = noticedAt(watch, instanceId) ?? Infinity
  return startedAt - noticeAt <= ANNOUNCED_MS ? noticeAt + NOTICE_SECONDS * 1_000 : Infinity
}

/** So long after a notice the group's termination is the one that it announced, as `lib/decide/memory.ts` has it. */
const ANNOUNCED_MS = 150_000

/** Of every simulated moment, the clock of a function may be this far before it: starts are counted in other calls. */
export const CLOCK_TOLERANCE_MS = 5_000

/** How often resync comes. */
export const RESYNC_MS = 60_000
