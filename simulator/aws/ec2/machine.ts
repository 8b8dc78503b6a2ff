/** EC2's names for the states of an instance. */
export type MachineState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'

/** Who pays for the machine how: AWS may take a Spot machine back with two minutes' notice. */
type Market = 'on-demand' | 'spot'

/** Where Auto Scaling is taking a machine, as its instance metadata says under `autoscaling/target-lifecycle-state`. */
export type TargetLifecycleState = 'InService' | 'Warmed:Stopped' | 'Warmed:Running'

/** One EC2 instance as the other services see it. */
export interface Machine {
  readonly instanceId: string
  readonly availabilityZone: string
  readonly instanceType: string
  /** CPU units as ECS counts them: 1024 for each vCPU. */
  readonly cpu: number
  /** MiB. */
  readonly memory: number
  /** Absent: none. */
  readonly gpus?: number
  /** How many network interfaces it can have, the primary one counted. */
  readonly networkInterfaces: number
  /** How many tasks its trunk interface takes; absent: it has none. */
  readonly trunkedTasks?: number
  readonly launchedAt: number
  readonly state: MachineState
  /** The group that launched it; undefined for a machine that belongs to none. */
  readonly autoScalingGroupName: string | undefined
  /** Those that the group gave it beside its own name. Absent: none. */
  readonly tags?: Readonly<Record<string, string>>
  /** Absent: on demand. */
  readonly market?: Market
  /** Absent: into service. A machine reads it of itself, so what runs on it knows when it only warms up. */
  readonly targetLifecycleState?: TargetLifecycleState
}

export interface LaunchRequest {
  /** Absent: drawn. */
  readonly instanceId?: string
  readonly availabilityZone: string
  readonly instanceType: string
  readonly cpu: number
  readonly memory: number
  readonly gpus?: number
  /** Absent: as many as most machines have. */
  readonly networkInterfaces?: number
  readonly trunkedTasks?: number
  readonly autoScalingGroupName?: string
  /** Tags that the group propagates to what it launches. Absent: none. */
  readonly tags?: Readonly<Record<string, string>>
  /** From `pending` to `running`. */
  readonly bootSeconds: number
  /** By how much a boot may take longer, evenly; absent: no boot does. */
  readonly bootSpreadSeconds?: number
  /**
   * The launch lies this far in the past; absent: it happens now. For worlds that begin with machines running:
   * changes of state that lie in the past are told to listeners, and no event is published for them.
   */
  readonly launchedSecondsAgo?: number
  /** It was stopped again right after its boot; only for a launch in the past. */
  readonly hasStopped?: boolean
  readonly market?: Market
  readonly targetLifecycleState?: TargetLifecycleState
}

/** A reboot that EC2 makes without a change of state: the operating system goes down and comes up again. */
export type RebootPhase = 'down' | 'up'

/** What AWS announces of a machine before it happens. Auto Scaling hears of it as EventBridge does. */
export interface MachineNotice {
  readonly kind: 'spot-interruption' | 'rebalance-recommendation' | 'scheduled-event'
  readonly instanceId: string
}

/** What ECS, Auto Scaling and load balancers need of EC2. */
export interface Machines {
  readonly launch: (request: LaunchRequest) => Machine
  /** `shutting-down` at once, `terminated` some seconds later. Repeating it is harmless. */
  readonly terminate: (instanceId: string) => void
  /** `stopping` at once, `stopped` some seconds later. */
  readonly stop: (instanceId: string) => void
  readonly find: (instanceId: string) => Machine | undefined
  /** Called after each change of state, with the machine in its new state. */
  readonly onStateChange: (listener: (machine: Machine) => void) => void
  readonly onReboot: (listener: (machine: Machine, phase: RebootPhase) => void) => void
}

/** What Auto Scaling needs of EC2 beyond that. */
export interface AutoScaledMachines extends Machines {
  /** `pending` at once, `running` after the boot time of its launch. Throws for a machine that is not stopped. */
  readonly start: (instanceId: string) => void
  /** Reboots a running machine from a new root volume, in the boot time of its launch. Its state stays `running`. */
  readonly replaceRootVolume: (instanceId: string) => void
  readonly setTargetLifecycleState: (instanceId: string, state: TargetLifecycleState) => void
  readonly onNotice: (listener: (notice: MachineNotice) => void) => void
}
