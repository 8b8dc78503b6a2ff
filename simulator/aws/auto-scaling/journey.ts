import type { LifecycleState } from './lifecycle-state.ts'

/** A way through the states that lifecycle hooks can hold up, and what notifications say about it. */
export interface Journey {
  /** Which kind of hook holds it up. A journey of terminating hooks need not end in a termination. */
  readonly name: 'launching' | 'terminating'
  readonly transition: LifecycleTransition
  readonly eventDetailType: string
  readonly origin: LifecyclePlace
  readonly destination: LifecyclePlace
  /** Only a replacement of the root volume has one. */
  readonly action?: 'ReplaceRootVolume'
  readonly begins: LifecycleState
  readonly waits: LifecycleState
  readonly proceeds: LifecycleState
  /** Where an ABANDON leads when the group's lifecycle policy retains. Absent: the policy does not concern it. */
  readonly retained?: LifecycleState
  /** Of its scaling activity, before the instance's id. */
  readonly description: string
  /** An abandoned launch becomes a termination; an abandoned termination goes on, skipping the other hooks. */
  readonly whenAbandoned: 'turns-into-termination' | 'goes-on'
  /** The scaling activity while hooks wait. The second code is not in the SDK's enumeration, but it is what comes. */
  readonly waitingStatus: 'MidLifecycleAction' | 'MidTerminatingLifecycleAction'
}

export type LifecycleTransition =
  'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING'
export type LifecyclePlace = 'EC2' | 'AutoScalingGroup' | 'WarmPool'

const byLaunchHooks = {
  name: 'launching',
  transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  eventDetailType: 'EC2 Instance-launch Lifecycle Action',
  whenAbandoned: 'turns-into-termination',
  waitingStatus: 'MidLifecycleAction',
} as const

const byTerminationHooks = {
  name: 'terminating',
  transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  eventDetailType: 'EC2 Instance-terminate Lifecycle Action',
  whenAbandoned: 'goes-on',
  waitingStatus: 'MidTerminatingLifecycleAction',
} as const

const intoService = { begins: 'Pending', waits: 'Pending:Wait', proceeds: 'Pending:Proceed' } as const
const intoPool = {
  begins: 'Warmed:Pending',
  waits: 'Warmed:Pending:Wait',
  proceeds: 'Warmed:Pending:Proceed',
} as const

export const launching: Journey = {
  ...byLaunchHooks,
  ...intoService,
  origin: 'EC2',
  destination: 'AutoScalingGroup',
  description: 'Launching a new EC2 instance',
}

export const terminating: Journey = {
  ...byTerminationHooks,
  origin: 'AutoScalingGroup',
  destination: 'EC2',
  begins: 'Terminating',
  waits: 'Terminating:Wait',
  proceeds: 'Terminating:Proceed',
  retained: 'Terminating:Retained',
  description: 'Terminating EC2 instance',
}

/** A new instance goes into the warm pool. */
export const warming: Journey = {
  ...byLaunchHooks,
  ...intoPool,
  origin: 'EC2',
  destination: 'WarmPool',
  description: 'Launching a new EC2 instance into warm pool',
}

/** An instance of the warm pool goes into service. The launch hooks hold it a second time. */
export const leavingPool: Journey = {
  ...byLaunchHooks,
  ...intoService,
  origin: 'WarmPool',
  destination: 'AutoScalingGroup',
  description: 'Launching a new EC2 instance from warm pool',
}

/**
 * Scale-in with a reuse policy: termination hooks hold an instance that will not terminate. No public record of the
 * description was found.
 */
export const returning: Journey = {
  ...byTerminationHooks,
  ...intoPool,
  origin: 'AutoScalingGroup',
  destination: 'WarmPool',
  retained: 'Warmed:Pending:Retained',
  description: 'Returning EC2 instance to warm pool',
}

export const terminatingFromPool: Journey = {
  ...byTerminationHooks,
  origin: 'WarmPool',
  destination: 'EC2',
  begins: 'Warmed:Terminating',
  waits: 'Warmed:Terminating:Wait',
  proceeds: 'Warmed:Terminating:Proceed',
  retained: 'Warmed:Terminating:Retained',
  description: 'Terminating EC2 instance from warm pool',
}

/** The way of an instance out of service, to get a new root volume. No public record of the description was found. */
export const replacingRootVolume: Journey = {
  ...byTerminationHooks,
  origin: 'AutoScalingGroup',
  destination: 'AutoScalingGroup',
  action: 'ReplaceRootVolume',
  begins: 'ReplacingRootVolume',
  waits: 'ReplacingRootVolume:Wait',
  proceeds: 'ReplacingRootVolume:Proceed',
  description: 'Replacing root volume of EC2 instance',
}

/** The way of the same instance back into service. It belongs to the activity of the way out. */
export const rootVolumeReplaced: Journey = {
  ...byLaunchHooks,
  ...intoService,
  origin: 'AutoScalingGroup',
  destination: 'AutoScalingGroup',
  action: 'ReplaceRootVolume',
  description: replacingRootVolume.description,
}
