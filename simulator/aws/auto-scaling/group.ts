import type { GroupSpec } from '../../world/world-spec.ts'
import type { Activity } from './activity.ts'
import type { LifecycleHook } from './lifecycle-hook.ts'
import {
  countsAsCapacity,
  isLaunching,
  type LifecycleState,
  type LifecycleTransition,
} from './lifecycle-state.ts'
import type { Member } from './member.ts'

/** The processes that can be suspended ("Suspend and resume Amazon EC2 Auto Scaling processes"). */
export const scalingProcesses = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const
export type ScalingProcess = (typeof scalingProcesses)[number]

/** An Auto Scaling group: what was asked for, and what there is. */
export class Group {
  readonly spec: GroupSpec
  readonly arn: string
  readonly zones: readonly string[]
  readonly createdAt: number
  min: number
  max: number
  desired: number
  /** 0: no limit. */
  maxInstanceLifetimeSeconds = 0
  /** The sentence of the request that last changed the desired capacity; it heads the causes that follow from it. */
  desiredBecause: string | undefined
  /** Instances that may be there beyond the desired capacity, because they take over from one that will go. */
  surplus = 0
  readonly members = new Map<string, Member>()
  readonly hooks = new Map<string, LifecycleHook>()
  /** With the time of suspension. */
  readonly suspended = new Map<ScalingProcess, number>()
  /** Oldest first. */
  readonly activities: Activity[] = []

  constructor(identity: {
    readonly spec: GroupSpec
    readonly arn: string
    readonly zones: readonly string[]
    readonly createdAt: number
  }) {
    this.spec = identity.spec
    this.arn = identity.arn
    this.zones = identity.zones
    this.createdAt = identity.createdAt
    this.min = identity.spec.min
    this.max = identity.spec.max
    this.desired = identity.spec.desired
  }

  get name(): string {
    return this.spec.name
  }

  /** Instances that count towards the desired capacity: in service or on their way into it. */
  get capacity(): readonly Member[] {
    return [...this.members.values()].filter(({ state }) => countsAsCapacity(state))
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
