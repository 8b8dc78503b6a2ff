import type { Alternatives } from '../alternatives.ts'

/** Behaviour of ECS that AWS does not document, or documents in two ways. Scenarios run with each setting. */
export interface EcsAssumptions {
  /**
   * When a running task without load balancer counts as healthy. "Service definition parameters" says 40 s after
   * RUNNING, "Draining Amazon ECS container instances" says at RUNNING.
   */
  readonly healthyWithoutLoadBalancerAfterSeconds: 0 | 40
  /**
   * What becomes of a container instance whose machine is terminated. ECS deregisters it when its agent was connected
   * (API reference, DeregisterContainerInstance); `lingers` is the case of a machine that died without telling anybody.
   */
  readonly terminatedMachine: 'deregistered-if-agent-connected' | 'lingers'
  /** Whether UpdateContainerInstancesState publishes an ECS Container Instance State Change event. */
  readonly eventOnStatusUpdate: 'published' | 'silent'
  /** Whether a container instance that is DRAINING may be set DRAINING again. Existing tools rely on it. */
  readonly repeatedDraining: 'accepted' | 'refused'
  /**
   * Whether DRAINING stops a task that is protected. "Protect your Amazon ECS tasks from being terminated by scale-in
   * events" names scale-in and deployments only; AWS's staff say that draining ignores protection.
   */
  readonly taskProtectionWhileDraining: 'ignored' | 'honoured'
  /**
   * The longest wait before a service whose tasks do not start tries again. "Amazon ECS service throttle logic" says 27
   * minutes and that this may change; it was 15.
   */
  readonly longestStartRetryMinutes: 27 | 15
  /**
   * How empty instances lower CapacityProviderReservation. "Deep dive on Amazon ECS cluster auto scaling" has M / N × 100;
   * "Amazon ECS managed scaling behavior" subtracts one percent for each of them.
   */
  readonly emptyInstancesInReservation: 'share-of-instances' | 'one-percent-each'
  /** How the needs of several groups of waiting tasks make one number of instances. AWS says only that it estimates. */
  readonly severalTaskGroups: 'largest' | 'sum'
  /** Whether that estimate leaves room for daemons on new instances. AWS says "resource availability". */
  readonly daemonsInEstimate: 'subtracted' | 'ignored'
  /**
   * How a group in several zones scales out. An older text of the API reference's page ManagedScaling says by the minimum
   * step alone; "Amazon ECS managed scaling behavior" makes no difference.
   */
  readonly scaleOutOverSeveralZones: 'estimated' | 'minimum-step'
  /** How long a task waits in PROVISIONING: "between 10 and 30 minutes" ("Deep dive on Amazon ECS cluster auto scaling"). */
  readonly longestProvisioningMinutes: number
}

export const defaultEcsAssumptions: EcsAssumptions = {
  healthyWithoutLoadBalancerAfterSeconds: 40,
  terminatedMachine: 'deregistered-if-agent-connected',
  eventOnStatusUpdate: 'published',
  repeatedDraining: 'accepted',
  taskProtectionWhileDraining: 'ignored',
  longestStartRetryMinutes: 27,
  emptyInstancesInReservation: 'share-of-instances',
  severalTaskGroups: 'largest',
  daemonsInEstimate: 'subtracted',
  scaleOutOverSeveralZones: 'estimated',
  longestProvisioningMinutes: 30,
}

export const ecsAlternatives: Alternatives<EcsAssumptions> = {
  healthyWithoutLoadBalancerAfterSeconds: [0],
  terminatedMachine: ['lingers'],
  eventOnStatusUpdate: ['silent'],
  repeatedDraining: ['refused'],
  taskProtectionWhileDraining: ['honoured'],
  longestStartRetryMinutes: [15],
  emptyInstancesInReservation: ['one-percent-each'],
  severalTaskGroups: ['sum'],
  daemonsInEstimate: ['ignored'],
  scaleOutOverSeveralZones: ['minimum-step'],
  longestProvisioningMinutes: [10],
}
