/** EC2's names for the states of an instance. */
export type MachineState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'

/** One EC2 instance as the other services see it. */
export interface Machine {
  readonly instanceId: string
  readonly availabilityZone: string
  readonly instanceType: string
  /** CPU units as ECS counts them: 1024 for each vCPU. */
  readonly cpu: number
  /** MiB. */
  readonly memory: number
  readonly launchedAt: number
  readonly state: MachineState
  /** The group that launched it; undefined for a machine that belongs to none. */
  readonly autoScalingGroupName: string | undefined
}

export interface LaunchRequest {
  /** Absent: drawn. */
  readonly instanceId?: string
  readonly availabilityZone: string
  readonly instanceType: string
  readonly cpu: number
  readonly memory: number
  readonly autoScalingGroupName?: string
  /** From `pending` to `running`. */
  readonly bootSeconds: number
  /**
   * The launch lies this far in the past; absent: it happens now. For worlds that begin with machines running:
   * changes of state that lie in the past are told to listeners, and no event is published for them.
   */
  readonly launchedSecondsAgo?: number
}

/** What Auto Scaling and ECS need of EC2. */
export interface Machines {
  readonly launch: (request: LaunchRequest) => Machine
  /** `shutting-down` at once, `terminated` some seconds later. Repeating it is harmless. */
  readonly terminate: (instanceId: string) => void
  /** `stopping` at once, `stopped` some seconds later. */
  readonly stop: (instanceId: string) => void
  readonly find: (instanceId: string) => Machine | undefined
  /** Called after each change of state, with the machine in its new state. */
  readonly onStateChange: (listener: (machine: Machine) => void) => void
}
