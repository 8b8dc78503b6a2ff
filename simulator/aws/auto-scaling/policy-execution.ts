import type { Simulation } from '../../engine/simulation.ts'
import type { AlarmNotice } from '../cloudwatch/alarm.ts'
import { isManagedByEcs } from '../ecs/managed-scaling-metric.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import { adjustedCapacity, stepFor } from './capacity-adjustment.ts'
import type { CapacityLoop } from './capacity-loop.ts'
import { causes } from './cause.ts'
import type { Group } from './group.ts'
import { isLaunching, isTerminating, isWarmed } from './lifecycle-state.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Member } from './member.ts'
import type { Adjustment, ScalingPolicy, SimplePlan, StepPlan, TrackingPlan } from './scaling-policy.ts'
import { capacityAfterScaleIn, capacityForTarget } from './tracked-capacity.ts'
import type { WarmPools } from './warm-pools.ts'

/** `DefaultCooldown` of a group that names none, and the warm-up of policies that name none (API reference). */
export const DEFAULT_COOLDOWN_SECONDS = 300

/** Which of a target tracking policy's two alarms it is. */
interface PolicyNotice extends AlarmNotice {
  readonly side: 'high' | 'low'
}

interface PolicyExecutionOptions {
  readonly simulation: Simulation
  readonly assumptions: AutoScalingAssumptions
  readonly lifecycle: Lifecycle
  readonly capacity: CapacityLoop
  readonly warmPools: WarmPools
  /** Whether every other target tracking policy of the group would scale in too. */
  readonly othersReady: (group: Group, policyArn: string) => boolean
}

/** Why a policy changes nothing now; AWS's activity history does not show it by default. */
export type Execution = 'changed' | 'unchanged' | 'in-progress'

/** What policies make of a group's desired capacity ("Dynamic scaling for Amazon EC2 Auto Scaling"). */
export class PolicyExecution {
  readonly #options: PolicyExecutionOptions
  /** When the last instance of the group came into service or went, by group. */
  readonly #settledAt = new Map<Group, number>()
  /** Groups that a simple scaling policy has changed: only then does a cooldown count. */
  readonly #cooling = new Set<Group>()
  /** When target tracking last scaled the group in. */
  readonly #trackedDownAt = new Map<Group, number>()

  constructor(options: PolicyExecutionOptions) {
    this.#options = options
    options.lifecycle.onChange((group) => this.#settledAt.set(group, options.simulation.now()))
  }

  onAlarm(group: Group, policy: ScalingPolicy, notice: PolicyNotice): void {
    const because = (from: number, to: number) =>
      causes.alarm(notice.at, {
        alarm: notice.alarm.name,
        state: notice.state,
        policy: policy.name,
        from,
        to,
      })
    const order = { group, policy, because }
    const { plan } = policy
    switch (plan.kind) {
      case 'unknown':
        return
      case 'SimpleScaling':
        this.executeSimple(order, plan, 'honour-cooldown')
        return
      case 'StepScaling':
        if (notice.value !== undefined)
          this.executeStep(order, plan, notice.value - notice.alarm.rule.threshold)
        return
      case 'TargetTrackingScaling':
        this.#track(order, plan, notice)
    }
  }

  /**
   * Nothing while an instance launches or leaves, which a waiting hook can make long, nor during the cooldown after that
   * ("Scaling cooldowns for Amazon EC2 Auto Scaling").
   */
  executeSimple(order: Order, plan: SimplePlan, cooldown: 'honour-cooldown' | 'ignore-cooldown'): Execution {
    const { group } = order
    if (cooldown === 'honour-cooldown' && this.#isCoolingDown(group, plan)) return 'in-progress'
    const result = this.#setDesired(order, adjustedCapacity(plan.adjustment, group.desired))
    if (result === 'changed') this.#cooling.add(group)
    return result
  }

  /** The metric is `difference` above the threshold, or below it. */
  executeStep(order: Order, plan: StepPlan, difference: number): Execution {
    const step = stepFor(plan.steps, difference)
    if (step === undefined) return 'unchanged'
    const { adjustmentType: type, minMagnitude, warmupSeconds } = plan
    return this.#adjust(order, { type, minMagnitude, amount: step.amount }, warmupSeconds)
  }

  /**
   * Instances that warm up are no capacity yet, so that alarms that go on do not add the same instances again; instances
   * that leave are still capacity, so that they are not taken twice. Nothing goes while something warms up.
   */
  #adjust(order: Order, adjustment: Adjustment, warmupSeconds: number | undefined): Execution {
    const { warm, warming, leaving } = this.#countsOf(order.group, warmupSeconds)
    const { desired } = order.group
    const isGrowth = adjustment.type === 'ExactCapacity' ? adjustment.amount > desired : adjustment.amount > 0
    if (isGrowth) return this.#setDesired(order, Math.max(desired, adjustedCapacity(adjustment, warm)))
    if (warming > 0) return 'in-progress'
    return this.#setDesired(order, Math.min(desired, adjustedCapacity(adjustment, warm + leaving)))
  }

  #track(order: Order, plan: TrackingPlan, { side, value, valueAt = -Infinity }: PolicyNotice): void {
    if (value === undefined) return
    if (side === 'high') this.#trackUp(order, plan, value)
    else if (this.#mayTrackDown(order, plan, valueAt)) this.#trackDown(order, plan, value)
  }

  #trackUp(order: Order, { target, warmupSeconds }: TrackingPlan, value: number): void {
    const { warm, warming } = this.#countsOf(order.group, warmupSeconds)
    // A group without an instance counts as one ("Deep dive on Amazon ECS cluster auto scaling"): 200 makes two of none.
    const instanceCount = warm + warming === 0 ? 1 : warm
    const wanted = capacityForTarget({ value, target, instanceCount })
    this.#setDesired(order, Math.max(order.group.desired, wanted))
  }

  #mayTrackDown({ group, policy }: Order, plan: TrackingPlan, valueAt: number): boolean {
    const { assumptions, othersReady } = this.#options
    const isOld = valueAt < (this.#trackedDownAt.get(group) ?? -Infinity)
    if (isOld && assumptions.scaleInOnOldValues === 'never') return false
    const { warming } = this.#countsOf(group, plan.warmupSeconds)
    return !plan.isScaleInDisabled && warming === 0 && othersReady(group, policy.arn)
  }

  #trackDown(order: Order, plan: TrackingPlan, value: number): void {
    const { group } = order
    const { warm, leaving } = this.#countsOf(group, plan.warmupSeconds)
    const instanceCount = warm + leaving
    const wanted = capacityAfterScaleIn({ value, target: plan.target, instanceCount })
    // ECS's metric says that an instance is empty, however small its share is.
    const least = isManagedByEcs(plan.metric) ? Math.min(wanted, instanceCount - 1) : wanted
    const result = this.#setDesired(order, Math.min(group.desired, least))
    if (result === 'changed') this.#trackedDownAt.set(group, this.#options.simulation.now())
  }

  #setDesired({ group, because }: Order, wanted: number): Execution {
    const { capacity, warmPools } = this.#options
    const desired = Math.min(group.max, Math.max(group.min, wanted))
    if (desired === group.desired) return 'unchanged'
    // "Auto Scaling group zonal shift": no policy may decrease the desired capacity meanwhile.
    if (desired < group.desired && group.impairedZone !== undefined) return 'unchanged'
    capacity.setDesired(group, desired, because(group.desired, desired))
    warmPools.look(group)
    return 'changed'
  }

  #isCoolingDown(group: Group, { cooldownSeconds = DEFAULT_COOLDOWN_SECONDS }: SimplePlan): boolean {
    const isMoving = group.instances.some(({ state }) => isLaunching(state) || isTerminating(state))
    if (isMoving || group.desiredBecause !== undefined) return true
    const settledAt = this.#settledAt.get(group) ?? -Infinity
    return this.#cooling.has(group) && this.#options.simulation.now() < settledAt + cooldownSeconds * 1_000
  }

  #countsOf(group: Group, warmupSeconds = DEFAULT_COOLDOWN_SECONDS) {
    const now = this.#options.simulation.now()
    const isWarming = ({ state, inServiceAt = now }: Member) =>
      isLaunching(state) || inServiceAt + warmupSeconds * 1_000 > now
    const { capacity } = group
    const warming = capacity.filter(isWarming).length
    const leaving = group.instances.filter(({ state }) => isTerminating(state) && !isWarmed(state)).length
    return { warm: capacity.length - warming, warming, leaving }
  }
}

/** A policy that is to be executed, and how the change is explained. */
export interface Order {
  readonly group: Group
  readonly policy: ScalingPolicy
  readonly because: (from: number, to: number) => string
}
