/** The lifecycle states that are modelled, in Auto Scaling's words. Warm pools and retention will add theirs here. */
export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'
  | 'Terminated'

/**
 * Which state may follow which ("Amazon EC2 Auto Scaling instance lifecycle"). Nothing comes back from `Terminating`,
 * and a launch may turn into a termination at any point: a hook abandons it, or the machine dies.
 */
export const successors: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  Pending: ['Pending:Wait', 'InService', 'Terminating'],
  'Pending:Wait': ['Pending:Proceed', 'Terminating'],
  'Pending:Proceed': ['InService', 'Terminating'],
  InService: ['Terminating'],
  Terminating: ['Terminating:Wait', 'Terminated'],
  'Terminating:Wait': ['Terminating:Proceed'],
  'Terminating:Proceed': ['Terminated'],
  Terminated: [],
}

/** A way through the states that lifecycle hooks can hold up, and what notifications say about it. */
export interface Journey {
  readonly name: 'launching' | 'terminating'
  readonly transition: LifecycleTransition
  readonly eventDetailType: string
  readonly origin: LifecyclePlace
  readonly destination: LifecyclePlace
  readonly waits: LifecycleState
  readonly proceeds: LifecycleState
  /** An abandoned launch becomes a termination; an abandoned termination goes on, skipping the other hooks. */
  readonly whenAbandoned: 'turns-into-termination' | 'goes-on'
  /** The scaling activity while hooks wait. The second code is not in the SDK's enumeration, but it is what comes. */
  readonly waitingStatus: 'MidLifecycleAction' | 'MidTerminatingLifecycleAction'
}

export type LifecycleTransition =
  'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING'
export type LifecyclePlace = 'EC2' | 'AutoScalingGroup'

export const launching: Journey = {
  name: 'launching',
  transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  eventDetailType: 'EC2 Instance-launch Lifecycle Action',
  origin: 'EC2',
  destination: 'AutoScalingGroup',
  waits: 'Pending:Wait',
  proceeds: 'Pending:Proceed',
  whenAbandoned: 'turns-into-termination',
  waitingStatus: 'MidLifecycleAction',
}

export const terminating: Journey = {
  name: 'terminating',
  transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  eventDetailType: 'EC2 Instance-terminate Lifecycle Action',
  origin: 'AutoScalingGroup',
  destination: 'EC2',
  waits: 'Terminating:Wait',
  proceeds: 'Terminating:Proceed',
  whenAbandoned: 'goes-on',
  waitingStatus: 'MidTerminatingLifecycleAction',
}

/** True while the instance counts towards the group's desired capacity. */
export const countsAsCapacity = (state: LifecycleState): boolean =>
  isLaunching(state) || state === 'InService'

export const isLaunching = (state: LifecycleState): boolean => state.startsWith('Pending')
