/** The lifecycle states that are modelled, in Auto Scaling's words. Standby, detaching and hibernation are not. */
export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'ReplacingRootVolume'
  | 'ReplacingRootVolume:Wait'
  | 'ReplacingRootVolume:Proceed'
  | 'RootVolumeReplaced'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'
  | 'Terminating:Retained'
  | 'Terminated'
  | 'Warmed:Pending'
  | 'Warmed:Pending:Wait'
  | 'Warmed:Pending:Proceed'
  | 'Warmed:Pending:Retained'
  | 'Warmed:Stopped'
  | 'Warmed:Running'
  | 'Warmed:Terminating'
  | 'Warmed:Terminating:Wait'
  | 'Warmed:Terminating:Proceed'
  | 'Warmed:Terminating:Retained'
  | 'Warmed:Terminated'

/**
 * Which state may follow which ("Amazon EC2 Auto Scaling instance lifecycle", "Use lifecycle hooks with a warm pool in
 * Auto Scaling group", "Manage retained instances", "How lifecycle hooks work in Auto Scaling groups"). Nothing comes
 * back into service from `Terminating`, and whatever is on its way may begin to terminate at any point: a hook abandons
 * it, or the machine dies.
 */
export const successors: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  Pending: ['Pending:Wait', 'InService', 'Terminating'],
  'Pending:Wait': ['Pending:Proceed', 'Terminating'],
  'Pending:Proceed': ['InService', 'Terminating'],
  InService: ['ReplacingRootVolume', 'Warmed:Pending', 'Terminating'],
  ReplacingRootVolume: ['ReplacingRootVolume:Wait', 'RootVolumeReplaced', 'Terminating'],
  'ReplacingRootVolume:Wait': ['ReplacingRootVolume:Proceed', 'Terminating'],
  'ReplacingRootVolume:Proceed': ['RootVolumeReplaced', 'Terminating'],
  RootVolumeReplaced: ['Pending', 'Terminating'],
  Terminating: ['Terminating:Wait', 'Terminated'],
  'Terminating:Wait': ['Terminating:Proceed'],
  'Terminating:Proceed': ['Terminating:Retained', 'Terminated'],
  'Terminating:Retained': ['Terminating'],
  Terminated: [],
  'Warmed:Pending': ['Warmed:Pending:Wait', 'Warmed:Stopped', 'Warmed:Running', 'Warmed:Terminating'],
  'Warmed:Pending:Wait': ['Warmed:Pending:Proceed', 'Warmed:Terminating'],
  'Warmed:Pending:Proceed': [
    'Warmed:Stopped',
    'Warmed:Running',
    'Warmed:Pending:Retained',
    'Warmed:Terminating',
  ],
  'Warmed:Pending:Retained': ['Warmed:Terminating'],
  'Warmed:Stopped': ['Pending', 'Warmed:Terminating'],
  'Warmed:Running': ['Pending', 'Warmed:Terminating'],
  'Warmed:Terminating': ['Warmed:Terminating:Wait', 'Warmed:Terminated'],
  'Warmed:Terminating:Wait': ['Warmed:Terminating:Proceed'],
  'Warmed:Terminating:Proceed': ['Warmed:Terminating:Retained', 'Warmed:Terminated'],
  'Warmed:Terminating:Retained': ['Warmed:Terminating'],
  'Warmed:Terminated': [],
}

/** True while the instance counts towards the group's desired capacity. */
export const countsAsCapacity = (state: LifecycleState): boolean =>
  isLaunching(state) ||
  state === 'InService' ||
  state === 'RootVolumeReplaced' ||
  state.startsWith('ReplacingRootVolume')

export const isLaunching = (state: LifecycleState): boolean => state.startsWith('Pending')

/** True for an instance of the warm pool, whatever it is about to do: `DescribeWarmPool` shows it, and not the group. */
export const isWarmed = (state: LifecycleState): boolean => state.startsWith('Warmed:')

/** True for an instance that the warm pool has ready. */
export const isReadyInPool = (state: LifecycleState): boolean =>
  state === 'Warmed:Stopped' || state === 'Warmed:Running'

/** True for an instance that a hook kept from its end: only a person's call moves it on. */
export const isRetained = (state: LifecycleState): boolean => state.endsWith(':Retained')

/** True for an instance on its way to its end, which goes on by itself. */
export const isTerminating = (state: LifecycleState): boolean =>
  /^(Warmed:)?Terminat/.test(state) && !isRetained(state)
