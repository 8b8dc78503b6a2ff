import { growthOf, inServiceCount, membersOf, type GrowthLimit } from './growth.ts'
import { isComing, isLeaving, isRoomSoon } from './instance-state.ts'
import { mayServeWaiting, planOut } from './plan-out.ts'
import { planRemovals, type RemovalPlans } from './plan-removals.ts'
import type { Unplaced } from './packing.ts'
import type { StepSize } from './reservation.ts'
import type { ClusterSnapshot, GroupSnapshot, InstanceSnapshot } from './snapshot.ts'
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
  | 'unknown-machine'
  | 'veto-outlived'
  // In.
  | 'removable'
  // As it is, or down to what launched where launches fail.
  | GrowthLimit
  | 'enough'
  | 'weighted-group'
  | 'terminate-suspended'
  | 'group-minimum'
  | 'waiting-tasks'
  | 'deployment'
  | 'instance-refresh'
  | 'zonal-shift'
  | 'in-flight'
  | 'other-group-shrinks'
  | 'cool-down'
  | 'budget'
  | 'zone-balance'
  | 'would-flap'
  | 'unmodelled-demand'
  | 'no-room'

/**
 * Plans every group. Out at once to what demand and headroom need, within step and maximum; from zero to what is needed,
 * since what is needed does not depend on what is there. In only where nothing waits, nothing moves and nothing forbids it,
 * by instances that may go all together with those of other groups (`plan-removals.ts`).
 */
export const planScaling = (survey: Survey, policy: ScalingPolicy): ScalingPlan => {
  const { packing } = survey
  const first = planOut(survey, policy.step)
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

/** Why no instance of the group may be taken away now. Undefined: nothing is known that forbids it. */
const holdOf = (plan: GroupPlan, survey: Survey, policy: ScalingPolicy): PlanBecause | undefined => {
  if (plan.because !== 'enough') return plan.because
  const { snapshot } = survey
  const group = snapshot.groups.find(({ name }) => name === plan.group)
  if (group === undefined) return 'enough'
  if (mayServeWaiting(group, survey)) return growthOf(group, snapshot).limitedBy ?? 'waiting-tasks'
  if (snapshot.services.some(({ isDeploying }) => isDeploying)) return 'deployment'
  if (group.holds[0] !== undefined) return group.holds[0]
  if (group.suspendedProcesses.includes('Terminate')) return 'terminate-suspended'
  if (isMoving(group, snapshot)) return 'in-flight'
  if (snapshot.groups.some((other) => isShrinking(other, snapshot))) return 'other-group-shrinks'
  return isCoolingDown(group, snapshot, policy) ? 'cool-down' : undefined
}

/** One batch at a time: what is coming or going may change everything. */
const isMoving = (group: GroupSnapshot, snapshot: ClusterSnapshot): boolean => {
  const own = snapshot.instances.filter((instance) => instance.group === group.name)
  return (
    group.desired !== inServiceCount(snapshot, group) ||
    own.some((instance) => isLeaving(instance) || isOnItsWay(instance, snapshot.takenAt)) ||
    own.some(({ lifecycleState = '' }) => lifecycleState.startsWith('Pending'))
  )
}

/**
 * Instances are leaving it, or it has more in service than it wants, so that Auto Scaling may take one at any moment. All
 * groups share their room: what two choose apart from each other would be asked back at once, so one batch is in flight over all
 * of them. An instance refresh may only be ahead.
 */
const isShrinking = (group: GroupSnapshot, snapshot: ClusterSnapshot): boolean =>
  snapshot.instances.some((instance) => instance.group === group.name && isLeaving(instance)) ||
  (group.desired < inServiceCount(snapshot, group) &&
    !group.suspendedProcesses.includes('Terminate') &&
    !group.holds.includes('instance-refresh') &&
    membersOf(group, snapshot).some((member) => !member.isProtectedFromScaleIn))

const isOnItsWay = (instance: InstanceSnapshot, now: number): boolean =>
  isComing(instance, now) || isRoomSoon(instance, now)

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
