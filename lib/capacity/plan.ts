import { isComing, isLeaving, isMember } from './instance-state.ts'
import { planRemovals, type RemovalPlans } from './plan-removals.ts'
import type { Unplaced } from './packing.ts'
import { withinStep, type StepSize } from './reservation.ts'
import type { ClusterSnapshot, GroupSnapshot } from './snapshot.ts'
import type { Survey } from './survey.ts'

export interface ScalingPolicy {
  /** Most and fewest instances that one look adds to a group. */
  readonly step: StepSize
  /** How long after its last scaling a group is left as it is, before it may shrink. */
  readonly scaleInCooldownSeconds: number
  /** How many of a group's instances may be leaving or not ready at once, in percent. */
  readonly budgetPercent: number
}

/** What to do with each group, as data: it is logged, and a logged snapshot is planned again by a replay. */
export interface ScalingPlan {
  readonly groups: readonly GroupPlan[]
  /** Tasks that no group will bring a machine for, with the reason. */
  readonly unplaced: readonly Unplaced[]
}

export interface GroupPlan {
  readonly group: string
  /** What desired capacity should be now. */
  readonly desired: number
  /** What it is. */
  readonly desiredBefore: number
  readonly because: PlanBecause
  /** To be terminated with decrement, one by one. `desired` is what remains then. */
  readonly remove: readonly string[]
  /** Services or instances that it is about. Empty: the group itself. */
  readonly about: readonly string[]
}

export type PlanBecause =
  // Out.
  | 'demand'
  | 'veto-outlived'
  // In.
  | 'removable'
  // As it is.
  | 'enough'
  | 'weighted-group'
  | 'launch-suspended'
  | 'terminate-suspended'
  | 'group-maximum'
  | 'group-minimum'
  | 'waiting-tasks'
  | 'deployment'
  | 'instance-refresh'
  | 'zonal-shift'
  | 'in-flight'
  | 'cool-down'
  | 'budget'
  | 'zone-balance'
  | 'would-flap'
  | 'unmodelled-demand'
  | 'no-room'

/** How long desired may stay below what is there, because every choice was vetoed, before it is set back. */
export const VETO_PATIENCE_MS = 5 * 60_000

/**
 * Plans every group. Out at once to what demand and headroom need, within step and maximum; from zero to what is needed,
 * since what is needed does not depend on what is there. In only where nothing waits, nothing moves and nothing forbids it,
 * by instances that may go all together with those of other groups (`plan-removals.ts`).
 *
 * Desired below what is there for five minutes is set back to it: every instance was refused by choose-victims or is
 * protected, and the group would take the first one that is not, whenever that may be.
 */
export const planScaling = (survey: Survey, policy: ScalingPolicy): ScalingPlan => {
  const { snapshot, packing } = survey
  const first = snapshot.groups.map((group) => planOut(group, survey, policy))
  const open = new Map(first.map((plan) => [plan.group, holdOf(plan, survey, policy)]))
  const removals = planRemovals(survey, {
    groups: [...open].flatMap(([name, hold]) => (hold === undefined ? name : [])),
    budgetPercent: policy.budgetPercent,
  })
  return {
    groups: first.map((plan) => withRemovals(plan, open.get(plan.group), removals)),
    unplaced: [...packing.unplaced, ...packing.unplacedSpare],
  }
}

const planOut = (group: GroupSnapshot, survey: Survey, policy: ScalingPolicy): GroupPlan => {
  const members = membersOf(survey.snapshot, group).length
  const base = Math.max(group.desired, members)
  const more = Math.min(
    withinStep(survey.needed.get(group.name) ?? 0, policy.step),
    Math.max(0, group.max - base),
  )
  const asIs = {
    group: group.name,
    desired: group.desired,
    desiredBefore: group.desired,
    remove: [],
    about: [],
  }
  if (group.isWeighted) return { ...asIs, because: 'weighted-group' }
  if (more > 0) return { ...asIs, desired: base + more, because: 'demand', about: waitingClasses(survey) }
  if (isVetoOutlived(group, survey.snapshot))
    return { ...asIs, desired: inServiceCount(survey.snapshot, group), because: 'veto-outlived' }
  return { ...asIs, because: 'enough' }
}

const membersOf = ({ instances }: ClusterSnapshot, { name }: GroupSnapshot) =>
  instances.filter((instance) => instance.group === name && isMember(instance))

export const inServiceCount = (snapshot: ClusterSnapshot, group: GroupSnapshot): number =>
  membersOf(snapshot, group).filter(({ lifecycleState }) => lifecycleState === 'InService').length

const isVetoOutlived = (group: GroupSnapshot, snapshot: ClusterSnapshot): boolean =>
  group.desiredBelowActualSince !== undefined &&
  snapshot.takenAt - group.desiredBelowActualSince >= VETO_PATIENCE_MS &&
  group.desired < inServiceCount(snapshot, group)

const waitingClasses = ({ demand }: Survey): readonly string[] =>
  [...new Set([...demand.tasks, ...demand.headroom].map(({ taskClass }) => taskClass.key))].slice(
    0,
    MOST_NAMES,
  )

/** A log line names so many services at most. */
const MOST_NAMES = 10

/** Why no instance of the group may be taken away now. Undefined: nothing is known that forbids it. */
const holdOf = (plan: GroupPlan, survey: Survey, policy: ScalingPolicy): PlanBecause | undefined => {
  if (plan.because !== 'enough') return plan.because
  const { snapshot } = survey
  const group = snapshot.groups.find(({ name }) => name === plan.group)
  if (group === undefined) return 'enough'
  if (isAnythingWaiting(survey)) return whyWaiting(group, survey)
  if (snapshot.services.some(({ isDeploying }) => isDeploying)) return 'deployment'
  if (group.holds[0] !== undefined) return group.holds[0]
  if (group.suspendedProcesses.includes('Terminate')) return 'terminate-suspended'
  if (isMoving(group, snapshot)) return 'in-flight'
  return isCoolingDown(group, snapshot, policy) ? 'cool-down' : undefined
}

/** Machines are needed, or tasks wait for machines that no group may bring. What fits no machine at all waits for ever. */
const isAnythingWaiting = ({ needed, packing }: Survey): boolean =>
  needed.size > 0 ||
  packing.unplaced.some(({ because }) => because !== 'fits-no-machine' && because !== 'unmodelled')

const whyWaiting = (group: GroupSnapshot, { needed, snapshot }: Survey): PlanBecause => {
  if (needed.size > 0) return 'waiting-tasks'
  if (group.suspendedProcesses.includes('Launch')) return 'launch-suspended'
  return Math.max(group.desired, membersOf(snapshot, group).length) >= group.max
    ? 'group-maximum'
    : 'waiting-tasks'
}

/** One batch at a time: what is coming or going may change everything. */
const isMoving = (group: GroupSnapshot, snapshot: ClusterSnapshot): boolean => {
  const own = snapshot.instances.filter((instance) => instance.group === group.name)
  return (
    group.desired !== inServiceCount(snapshot, group) ||
    own.some((instance) => isLeaving(instance) || isComing(instance, snapshot.takenAt)) ||
    own.some(({ lifecycleState = '' }) => lifecycleState.startsWith('Pending'))
  )
}

const isCoolingDown = (
  { lastScaleInAt = -Infinity, lastScaleOutAt = -Infinity }: GroupSnapshot,
  { takenAt }: ClusterSnapshot,
  { scaleInCooldownSeconds }: ScalingPolicy,
): boolean => takenAt - Math.max(lastScaleInAt, lastScaleOutAt) < scaleInCooldownSeconds * 1_000

const withRemovals = (plan: GroupPlan, hold: PlanBecause | undefined, removals: RemovalPlans): GroupPlan => {
  if (hold !== undefined) return { ...plan, because: hold }
  const { remove, because, about } = removals.get(plan.group) ?? { remove: [], because: 'enough', about: [] }
  return { ...plan, desired: plan.desired - remove.length, because, remove, about }
}
