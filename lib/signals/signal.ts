import type { LastNotice } from '../decide/facts.ts'

/**
 * A signal says which instance to look at and why. It never says what to do: that is decided from the world.
 * Times are milliseconds since 1970 on the sender's clock.
 */
export type Signal =
  | LifecycleActionSignal
  | TestNotificationSignal
  | TaskStateChangeSignal
  | ContainerInstanceStateChangeSignal
  | SpotInterruptionSignal
  | CapacityReservationInterruptionSignal
  | RebalanceRecommendationSignal
  | ScheduledChangeSignal
  | InstanceStateChangeSignal
  | LookAgainSignal
  | IgnoredSignal
  | UnreadableSignal

/** Auto Scaling says that a lifecycle hook began to wait. */
export interface LifecycleActionSignal {
  readonly kind: 'lifecycle-action'
  readonly transition: 'terminating' | 'launching'
  readonly instanceId: string
  readonly autoScalingGroupName: string
  readonly lifecycleHookName: string
  /** Absent in messages recorded before November 2021, and where AWS names a place that we do not know. */
  readonly origin?: LifecyclePlace
  readonly destination?: LifecyclePlace
  /** Only `ReplaceRootVolume` is known. Absent means an ordinary launch or termination. */
  readonly action?: string
  readonly occurredAt: number
}

export type LifecyclePlace = 'EC2' | 'AutoScalingGroup' | 'WarmPool'

/** Sent by Auto Scaling when a hook with a target is put on a group. It asks for nothing. */
export interface TestNotificationSignal {
  readonly kind: 'test-notification'
  readonly autoScalingGroupName: string
  readonly occurredAt: number
}

/** ECS says that a task changed; a stopped task may be the last one of a drain. */
export interface TaskStateChangeSignal {
  readonly kind: 'task-state-change'
  readonly clusterName: string
  readonly containerInstanceArn: string
  readonly taskArn: string
  readonly lastStatus: string
  readonly occurredAt: number
}

/** ECS says that a container instance changed. */
export interface ContainerInstanceStateChangeSignal {
  readonly kind: 'container-instance-state-change'
  readonly clusterName: string
  readonly containerInstanceArn: string
  readonly instanceId: string
  readonly status: string
  readonly occurredAt: number
}

/** EC2 says that it takes a Spot Instance back: two minutes ahead, or at once when it hibernates. */
export interface SpotInterruptionSignal {
  readonly kind: 'spot-interruption'
  readonly instanceId: string
  /** Absent where AWS names an action that we do not know. The machine goes in any case. */
  readonly action?: 'terminate' | 'stop' | 'hibernate'
  readonly occurredAt: number
}

/** EC2 says that it takes back the capacity under instances that run in a Capacity Reservation. */
export interface CapacityReservationInterruptionSignal {
  readonly kind: 'capacity-reservation-interruption'
  /** Empty where EC2 names only the reservation, so that somebody has to look which instances run in it. */
  readonly instanceIds: readonly string[]
  /** Absent where EC2 names only the instance. */
  readonly capacityReservationId?: string
  /** When EC2 terminates the instance. Absent where it does not say, or not in ISO 8601. */
  readonly startsAt?: number
  readonly occurredAt: number
}

/** EC2 says that a Spot Instance is more likely than others to be taken back. */
export interface RebalanceRecommendationSignal {
  readonly kind: 'rebalance-recommendation'
  readonly instanceId: string
  readonly occurredAt: number
}

/** AWS Health says that EC2 will retire, reboot or maintain instances. */
export interface ScheduledChangeSignal {
  readonly kind: 'scheduled-change'
  /** At least one, each once. */
  readonly instanceIds: readonly string[]
  /** The event type code, such as AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED. */
  readonly code: string
  /** When the change begins, often weeks ahead. Absent where AWS gives no time that can be read. */
  readonly startsAt?: number
  readonly occurredAt: number
}

/** EC2 says that a machine is going or gone. */
export interface InstanceStateChangeSignal {
  readonly kind: 'instance-state-change'
  readonly instanceId: string
  readonly state: 'stopping' | 'stopped' | 'shutting-down' | 'terminated'
  readonly occurredAt: number
}

/** Our own one-shot message. `hop` counts how many came one after another; it never passes HOP_LIMIT. */
export interface LookAgainSignal {
  readonly kind: 'look-again'
  readonly instanceId: string
  readonly autoScalingGroupName: string
  readonly hop: number
  readonly occurredAt: number
  /** What the earlier look was told of the end of the machine; memory of it may be lost. Absent: nothing. */
  readonly notice?: LastNotice
}

/** Readable, and nothing for us to look at. `reason` comes from a short fixed list: it is a metric dimension. */
export interface IgnoredSignal {
  readonly kind: 'ignored'
  readonly reason: IgnoredReason
}

export type IgnoredReason =
  | 'backup-copy'
  | 'closed-health-event'
  | 'container-instance-not-on-ec2'
  | 'group-notification'
  | 'other-event'
  | 'other-health-event'
  | 'other-instance-state'
  | 'task-not-on-ec2'
  | 'unknown-transition'

/** Cannot be understood. The message goes to the dead-letter queue by way of its receive count. */
export interface UnreadableSignal {
  readonly kind: 'unreadable'
  /** What is wrong, in words that never repeat the body: it may hold a token. */
  readonly reason: string
}

export { HOP_LIMIT } from '../decide/drain-context.ts'
