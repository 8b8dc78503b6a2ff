/**
 * A signal says which instance to look at and why. It never says what to do: that is decided from the world.
 * Times are milliseconds since 1970 on the sender's clock.
 */
export type Signal =
  | LifecycleActionSignal
  | TestNotificationSignal
  | TaskStateChangeSignal
  | ContainerInstanceStateChangeSignal
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

/** Our own one-shot message. `hop` counts how many came one after another; it never passes HOP_LIMIT. */
export interface LookAgainSignal {
  readonly kind: 'look-again'
  readonly instanceId: string
  readonly autoScalingGroupName: string
  readonly hop: number
  readonly occurredAt: number
}

/** Readable, and nothing for us to look at. `reason` comes from a short fixed list: it is a metric dimension. */
export interface IgnoredSignal {
  readonly kind: 'ignored'
  readonly reason: IgnoredReason
}

export type IgnoredReason =
  | 'container-instance-not-on-ec2'
  | 'group-notification'
  | 'other-event'
  | 'task-not-on-ec2'
  | 'unknown-transition'

/** Cannot be understood. The message goes to the dead-letter queue by way of its receive count. */
export interface UnreadableSignal {
  readonly kind: 'unreadable'
  /** What is wrong, in words that never repeat the body: it may hold a token. */
  readonly reason: string
}

/** Look-again messages one after another for one instance. Lambda cuts a chain off after about 16; ours ends long before. */
export const HOP_LIMIT = 3
