import type { TaskTarget } from '../aws/application-auto-scaling/task-target.ts'
import type { TrafficSpec } from '../traffic/traffic-spec.ts'
import type { Assumptions } from './assumptions.ts'

/**
 * A cluster to simulate: what exists when virtual time begins. Seconds and MiB throughout; CPU in ECS units (1024 for
 * each vCPU).
 */
export interface WorldSpec {
  readonly region: string
  readonly accountId: string
  readonly cluster: string
  readonly zones: readonly string[]
  readonly groups: readonly GroupSpec[]
  readonly services: readonly ServiceSpec[]
  readonly daemons: readonly DaemonSpec[]
  readonly standaloneTasks: readonly StandaloneTaskSpec[]
  /** Absent: every service does what it is taken to do. */
  readonly assumptions?: Assumptions
  /** When virtual time begins, milliseconds since 1970; absent: at a fixed date. */
  readonly startsAt?: number
}

/** An Auto Scaling group whose instances join the cluster. */
export interface GroupSpec {
  readonly name: string
  readonly instanceType: string
  readonly cpu: number
  readonly memory: number
  /** Absent: none. */
  readonly gpus?: number
  /** How many network interfaces its machines can have, the primary one counted; absent: 4, as many sizes have. */
  readonly networkInterfaces?: number
  /** ENI trunking: how many tasks in awsvpc mode the trunk of one machine takes; absent: no trunking. */
  readonly trunkedTasks?: number
  /** What else it may launch (a mixed instances policy), the most preferred first after its own type; absent: nothing. */
  readonly otherTypes?: readonly MachineTypeSpec[]
  /** Which of its types is launched: the first that can be had, or any, by chance in place of prices. Absent: any. */
  readonly allocationStrategy?: 'prioritized' | 'lowest-price'
  readonly desired: number
  readonly min: number
  readonly max: number
  /** EC2 `pending` to `running`. */
  readonly bootSeconds: number
  /** By how much a boot may take longer: each draws from it evenly. Absent: none does. */
  readonly bootSpreadSeconds?: number
  /** `running` until the ECS agent registers; undefined: it never does. */
  readonly registrationSeconds: number | undefined
  /** Lifecycle hooks that are not ours, such as ECS managed draining's. Ours come from the packaged template. */
  readonly otherHooks?: readonly OtherHookSpec[]
  /** Absent: on demand. */
  readonly market?: 'on-demand' | 'spot'
  /** Whether Auto Scaling replaces Spot instances when EC2 recommends it. */
  readonly capacityRebalance?: boolean
  /** Filled when virtual time begins. */
  readonly warmPool?: WarmPoolSpec
  /** What becomes of an instance whose termination hook is abandoned; absent: it is terminated. */
  readonly terminateHookAbandon?: 'retain' | 'terminate'
  readonly instanceMaintenancePolicy?: InstanceMaintenancePolicySpec
  /** Absent: no limit. */
  readonly maxInstanceLifetimeSeconds?: number
  readonly newInstancesProtectedFromScaleIn?: boolean
  /** It may be shifted away from a zone, and what becomes then of unhealthy instances there; absent: it may not. */
  readonly zonalShift?: 'ReplaceUnhealthy' | 'IgnoreUnhealthy'
  /** Names of AWS's own policies, or first among them the ARN of a function; absent: `Default`. */
  readonly terminationPolicies?: readonly string[]
  readonly suspendedProcesses?: readonly ScalingProcess[]
  /** Policies that can be described; none of them acts. */
  readonly scalingPolicies?: readonly ScalingPolicySpec[]
  readonly tags?: Readonly<Record<string, string>>
  /** Custom attributes that the agent registers its instances with (`ECS_INSTANCE_ATTRIBUTES`). */
  readonly instanceAttributes?: Readonly<Record<string, string>>
  /** The ECS agent on the group's AMI; absent: a current one. */
  readonly agentVersion?: string
  /** The group stands behind a capacity provider with managed draining: ECS adds its own hook and drains by itself. */
  readonly managedDraining?: boolean
  /**
   * The group's capacity provider scales it. Services and standalone tasks then use the cluster's default strategy, in
   * which all providers that scale have the same weight, and tasks without room wait in PROVISIONING.
   */
  readonly managedScaling?: ManagedScalingSpec
  /** `ECS_ENABLE_SPOT_INSTANCE_DRAINING`: the agent sets its instance DRAINING at the interruption notice. */
  readonly agentSpotDraining?: boolean
  /** The first instances that run when virtual time begins, where their ids are given instead of drawn. */
  readonly givenInstances?: readonly GivenInstance[]
}

/** A type of machine. */
export interface MachineTypeSpec {
  readonly instanceType: string
  readonly cpu: number
  readonly memory: number
  readonly gpus?: number
  readonly networkInterfaces?: number
  readonly trunkedTasks?: number
}

export interface WarmPoolSpec {
  readonly minSize: number
  readonly poolState: 'Stopped' | 'Running'
  /** Whether scale-in returns instances to the pool instead of terminating them. */
  readonly reuseOnScaleIn: boolean
  /** The pool holds what this exceeds the desired capacity by; absent: the group's maximum size. */
  readonly maxGroupPreparedCapacity?: number
}

/** Managed scaling of a capacity provider; what is absent has the API's default. */
export interface ManagedScalingSpec {
  /** Percent of the instances that run tasks; the rest is kept spare. Absent: 100. */
  readonly targetCapacity?: number
  /** How many instances a scale-out adds at least and at most. Absent: 1 and 10,000. */
  readonly minimumScalingStepSize?: number
  readonly maximumScalingStepSize?: number
  /** Absent: 300. */
  readonly instanceWarmupPeriodSeconds?: number
  /** ECS keeps scale-in away from instances that run tasks; the group must protect new instances. */
  readonly managedTerminationProtection?: boolean
}

/** Percentages of the desired capacity that replacements keep to; 100 and more than 100: launch before terminate. */
interface InstanceMaintenancePolicySpec {
  readonly minHealthyPercentage: number
  readonly maxHealthyPercentage: number
}

interface ScalingPolicySpec {
  readonly name: string
  readonly policyType: 'SimpleScaling' | 'StepScaling' | 'TargetTrackingScaling'
}

/** The processes that can be suspended ("Suspend and resume Amazon EC2 Auto Scaling processes"). */
export type ScalingProcess =
  | 'Launch'
  | 'Terminate'
  | 'AddToLoadBalancer'
  | 'AlarmNotification'
  | 'AZRebalance'
  | 'HealthCheck'
  | 'InstanceRefresh'
  | 'ReplaceUnhealthy'
  | 'ScheduledActions'

/** Ids that something outside of the world has already named, such as a stored event. */
interface GivenInstance {
  readonly instanceId: string
  /** Absent: drawn. */
  readonly containerInstanceArn?: string
}

export interface OtherHookSpec {
  readonly name: string
  readonly transition: 'terminating' | 'launching'
  readonly heartbeatTimeoutSeconds: number
  readonly defaultResult: 'CONTINUE' | 'ABANDON'
}

export interface TaskSpec {
  readonly name: string
  readonly cpu: number
  readonly memory: number
  /** PROVISIONING until RUNNING: image pull and container start. */
  readonly startSeconds: number
  /** What the container takes to end after SIGTERM; longer than `stopTimeoutSeconds`: it is killed. */
  readonly stopSeconds: number
  /** The container's own `stopTimeout`; undefined: the agent's default of 30 s. */
  readonly stopTimeoutSeconds?: number
  /** Absent: `bridge`. In `awsvpc` mode each task has a network interface, and ports, of its own. */
  readonly networkMode?: 'bridge' | 'awsvpc'
  readonly gpus?: number
  /** A fixed port of the instance, so that it holds one such task; undefined: a dynamic one. */
  readonly hostPort?: number
  /** Constraints of the task definition, which knows `memberOf` alone. */
  readonly taskPlacementConstraints?: readonly MemberOfConstraint[]
  /** Attributes that an instance must have to run the task, such as the capability of a volume driver. */
  readonly requiresAttributes?: readonly string[]
  /** Its image cannot be pulled. Tasks that run when virtual time begins have theirs already. */
  readonly failsToStart?: Fault
  /** Containers run, and answer no health check of their load balancer. */
  readonly neverHealthy?: Fault
}

/** From the beginning of virtual time, or so many seconds after it. It concerns what starts from then on. */
export type Fault = boolean | { readonly fromSeconds: number }

export interface MemberOfConstraint {
  readonly type: 'memberOf'
  /** In the cluster query language. */
  readonly expression: string
}

export type PlacementConstraintSpec = MemberOfConstraint | { readonly type: 'distinctInstance' }

export type PlacementStrategySpec =
  | { readonly type: 'random' }
  /** `instanceId`, `host` or `attribute:<name>`. */
  | { readonly type: 'spread'; readonly field: string }
  | { readonly type: 'binpack'; readonly field: 'cpu' | 'memory' }

/** A replica service. */
export interface ServiceSpec extends TaskSpec {
  readonly desired: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly loadBalancer?: LoadBalancerSpec
  /** Requests that reach the tasks through the load balancer; undefined: nobody counts them. */
  readonly traffic?: TrafficSpec
  /** Application Auto Scaling follows the requests; absent: the desired count stays as it is. */
  readonly autoScaling?: TaskTarget
  /** Task protection of the first tasks that run when virtual time begins: ends after ECS's default of two hours. */
  readonly protectedTasks?: number
  readonly placementConstraints?: readonly PlacementConstraintSpec[]
  /** Absent: spread over zones, and then over instances. */
  readonly placementStrategy?: readonly PlacementStrategySpec[]
  /** ARNs of the first tasks that run when virtual time begins, given instead of drawn. */
  readonly givenTaskArns?: readonly string[]
}

/** One target group of an Application Load Balancer, `ip` or `instance` targets alike. */
export interface LoadBalancerSpec {
  readonly deregistrationDelaySeconds: number
  readonly healthCheckIntervalSeconds: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
}

/** A daemon service: one task on each instance. */
export type DaemonSpec = TaskSpec

/** Tasks started by RunTask: nothing replaces or stops them. */
export interface StandaloneTaskSpec extends TaskSpec {
  readonly count: number
  /** How long the job runs; undefined: for ever. */
  readonly runSeconds?: number
}
