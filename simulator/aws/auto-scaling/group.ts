import type { Random } from '../../engine/random.ts'
import type { GroupSpec, ScalingProcess } from '../../world/world-spec.ts'
import type { Activity } from './activity.ts'
import type { LifecycleTransition } from './journey.ts'
import type { LifecycleHook } from './lifecycle-hook.ts'
import { countsAsCapacity, isLaunching, isWarmed, type LifecycleState } from './lifecycle-state.ts'
import type { Member } from './member.ts'
import type { WarmPool } from './warm-pool.ts'

/** An instance maintenance policy, in percent of the desired capacity. */
export interface MaintenancePolicy {
  readonly minHealthyPercentage: number
  readonly maxHealthyPercentage: number
}

interface GroupTag {
  readonly value: string
  /** Whether instances that are launched from now on get it too. */
  readonly isPropagated: boolean
}

/** True when a policy asks for the replacement to be in service before the other goes. */
export const launchesFirst = (policy: MaintenancePolicy | undefined): boolean =>
  policy?.minHealthyPercentage === 100 && policy.maxHealthyPercentage > 100

/** An Auto Scaling group: what was asked for, and what there is. */
export class Group {
  readonly spec: GroupSpec
  readonly arn: string
  readonly zones: readonly string[]
  readonly createdAt: number
  /** Chance of its own, so that one group's launches do not change another's. */
  readonly random: Random
  min: number
  max: number
  desired: number
  /** 0: no limit. */
  maxInstanceLifetimeSeconds: number
  /** Undefined: each cause of replacement has its own order. */
  maintenancePolicy: MaintenancePolicy | undefined
  /** What becomes of an instance whose termination hook is abandoned. */
  terminateHookAbandon: 'retain' | 'terminate'
  /** Whether instances are protected from scale-in from their first moment in service. */
  protectsNewInstances: boolean
  /** Names, in their order; a custom policy is the ARN of its function. */
  terminationPolicies: readonly string[]
  warmPool: WarmPool | undefined
  /** Whether an instance too many is there because zones are evened out. */
  isRebalancing = false
  /** The sentence of the request that last changed the desired capacity; it heads the causes that follow from it. */
  desiredBecause: string | undefined
  /** Instances that may be there beyond the desired capacity, because they take over from one that will go. */
  surplus = 0
  /** The zone that a zonal shift takes for impaired; undefined: none. */
  impairedZone: string | undefined
  /** Those of the warm pool among them. */
  readonly members = new Map<string, Member>()
  readonly hooks = new Map<string, LifecycleHook>()
  /** With the time of suspension. */
  readonly suspended = new Map<ScalingProcess, number>()
  readonly tags = new Map<string, GroupTag>()
  /** Oldest first. */
  readonly activities: Activity[] = []

  constructor(identity: {
    readonly spec: GroupSpec
    readonly arn: string
    readonly zones: readonly string[]
    readonly createdAt: number
    readonly random: Random
  }) {
    this.spec = identity.spec
    this.arn = identity.arn
    this.zones = identity.zones
    this.createdAt = identity.createdAt
    this.random = identity.random
    const { spec } = identity
    this.min = spec.min
    this.max = spec.max
    this.desired = spec.desired
    this.maxInstanceLifetimeSeconds = spec.maxInstanceLifetimeSeconds ?? 0
    this.maintenancePolicy = spec.instanceMaintenancePolicy
    this.terminateHookAbandon = spec.terminateHookAbandon ?? 'terminate'
    this.terminationPolicies = spec.terminationPolicies ?? ['Default']
    this.protectsNewInstances = spec.newInstancesProtectedFromScaleIn ?? false
    for (const [key, value] of Object.entries(spec.tags ?? {}))
      this.tags.set(key, { value, isPropagated: true })
    for (const process of spec.suspendedProcesses ?? []) this.suspended.set(process, identity.createdAt)
  }

  get name(): string {
    return this.spec.name
  }

  /** Where it may launch. A group of one zone that is shifted away from it may launch nowhere. */
  get launchZones(): readonly string[] {
    return this.zones.filter((zone) => zone !== this.impairedZone)
  }

  /** Instances that count towards the desired capacity: in service or on their way into it. */
  get capacity(): readonly Member[] {
    return [...this.members.values()].filter(({ state }) => countsAsCapacity(state))
  }

  /** What `DescribeAutoScalingGroups` lists as the group's instances. */
  get instances(): readonly Member[] {
    return [...this.members.values()].filter(({ state }) => !isWarmed(state))
  }

  /** What `DescribeWarmPool` lists: the instances of the warm pool in any state. */
  get warmed(): readonly Member[] {
    return [...this.members.values()].filter(({ state }) => isWarmed(state))
  }

  get launching(): readonly Member[] {
    return [...this.members.values()].filter(({ state }) => isLaunching(state))
  }

  get inService(): readonly Member[] {
    return this.inState('InService')
  }

  inState(state: LifecycleState): readonly Member[] {
    return [...this.members.values()].filter((member) => member.state === state)
  }

  hooksOf(transition: LifecycleTransition): readonly LifecycleHook[] {
    return [...this.hooks.values()].filter((hook) => hook.transition === transition)
  }

  isSuspended(process: ScalingProcess): boolean {
    return this.suspended.has(process)
  }
}
