import type { TrafficSpec } from '../traffic/traffic-spec.ts'

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
  /** When virtual time begins, milliseconds since 1970; absent: at a fixed date. */
  readonly startsAt?: number
}

/** An Auto Scaling group whose instances join the cluster. */
export interface GroupSpec {
  readonly name: string
  readonly instanceType: string
  readonly cpu: number
  readonly memory: number
  readonly desired: number
  readonly min: number
  readonly max: number
  /** EC2 `pending` to `running`. */
  readonly bootSeconds: number
  /** `running` until the ECS agent registers; undefined: it never does. */
  readonly registrationSeconds: number | undefined
  /** Lifecycle hooks that are not ours, such as ECS managed draining's. Ours come from the packaged template. */
  readonly otherHooks?: readonly OtherHookSpec[]
  /** The first instances that run when virtual time begins, where their ids are given instead of drawn. */
  readonly givenInstances?: readonly GivenInstance[]
}

/** Ids that something outside of the world has already named, such as a stored event. */
export interface GivenInstance {
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
}

/** A replica service. */
export interface ServiceSpec extends TaskSpec {
  readonly desired: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly loadBalancer?: LoadBalancerSpec
  /** Requests that reach the tasks through the load balancer; undefined: nobody counts them. */
  readonly traffic?: TrafficSpec
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
