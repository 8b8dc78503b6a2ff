import type { WaitingTask } from './waiting-task.ts'
import type { TaskStopCode } from '@aws-sdk/client-ecs'
import type { Timer } from '../../engine/timer-queue.ts'
import type { PlacementStrategySpec, TaskSpec } from '../../world/world-spec.ts'
import type { TargetAddress } from '../load-balancing/target-group.ts'
import type { MemberOf, PlacementConstraint } from './placement-constraints.ts'

export interface TaskDefinition {
  readonly arn: string
  readonly family: string
  readonly revision: number
  readonly registeredAt: number
  /** With `runSeconds` the container ends by itself; undefined: it runs until it is stopped. */
  readonly spec: TaskSpec & { readonly runSeconds?: number }
  readonly constraints: readonly MemberOf[]
}

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED'

/**
 * How a task's container ended; `never-started`: its image could not be pulled; `orphaned`: ECS lost sight of it while
 * its machine lives.
 */
export type TaskEnding = 'graceful' | 'killed-at-stop-timeout' | 'never-started' | 'machine-died' | 'orphaned'

export interface StopCause {
  readonly code: TaskStopCode
  readonly reason: string
}

export interface Task {
  readonly id: string
  readonly arn: string
  readonly definition: TaskDefinition
  readonly containerInstance: ContainerInstance
  /** Undefined for a standalone task. */
  readonly service: Service | undefined
  /** `service:<name>` or `family:<family>`, unless RunTask named another. */
  readonly group: string
  /** For a service's task, the id of its deployment. */
  readonly startedBy: string | undefined
  /** The provider that its strategy chose; undefined: it has a launch type. */
  readonly capacityProviderName: string | undefined
  readonly createdAt: number
  readonly hostPort: number
  readonly target: TargetAddress | undefined
  desiredStatus: 'RUNNING' | 'STOPPED'
  lastStatus: TaskStatus
  version: number
  startedAt: number | undefined
  stoppingAt: number | undefined
  /** When the container ended; undefined while it may still run. */
  executionStoppedAt: number | undefined
  stoppedAt: number | undefined
  stopCause: StopCause | undefined
  ending: TaskEnding | undefined
  /** When task protection ends; undefined: never set, or cleared. */
  protectedUntil: number | undefined
  /** The next thing that happens on the machine. A machine that dies cancels it. */
  machineTimer: Timer | undefined
}

export interface ContainerInstance {
  readonly arn: string
  readonly instanceId: string
  readonly instanceType: string
  readonly availabilityZone: string
  readonly cpu: number
  readonly memory: number
  readonly gpus: number
  /** How many tasks in awsvpc mode it can hold. */
  readonly taskInterfaces: number
  /** ENI trunking: it has an attribute that says so. */
  readonly hasTrunk: boolean
  readonly registeredAt: number
  readonly agentVersion: string
  /** Undefined: its group stands behind no capacity provider. */
  readonly capacityProviderName: string | undefined
  readonly customAttributes: Map<string, string | undefined>
  /** Tasks whose lastStatus is not STOPPED: they hold the machine's resources. */
  readonly tasks: Set<Task>
  /** What the agent will do or report as soon as ECS can reach it again. */
  readonly awaitingAgent: (() => void)[]
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE'
  agentConnected: boolean
  /** Since when the agent is connected, or is not. */
  agentStateSince: number
  isMachineUp: boolean
  version: number
  nextHostPort: number
}

export interface Deployment {
  readonly id: string
  readonly taskDefinition: TaskDefinition
  readonly createdAt: number
  updatedAt: number
  rolloutState: 'IN_PROGRESS' | 'COMPLETED'
  /** Tasks that failed before the first one ran well; from then on nobody counts (API reference, Deployment). */
  failedTasks: number
  hasRunWell: boolean
}

interface ServiceMessage {
  readonly id: string
  readonly createdAt: number
  readonly message: string
}

export interface Service {
  readonly name: string
  readonly arn: string
  readonly strategy: 'REPLICA' | 'DAEMON'
  readonly targetGroupArn: string | undefined
  readonly createdAt: number
  readonly placementConstraints: readonly PlacementConstraint[]
  readonly placementStrategy: readonly PlacementStrategySpec[]
  /** Tasks whose lastStatus is not STOPPED. */
  readonly tasks: Set<Task>
  /** The primary deployment first, then those that it replaces. */
  readonly deployments: Deployment[]
  /** Newest first. */
  readonly messages: ServiceMessage[]
  /** What a replica service was asked for. A daemon's desired count follows from the instances. */
  desired: number
  minimumHealthyPercent: number
  maximumPercent: number
  /** What the service last said of each matter, and when; what is not here is news. */
  readonly notices: Map<ServiceNotice, { readonly text: string; readonly at: number }>
}

export type ServiceNotice = 'steady' | 'placement-failure' | 'bounds' | 'protection' | 'start-impaired'

/** Everything that one ECS cluster knows. The changes are made by the classes beside this file. */
export class Cluster {
  /** Capacity providers with managed scaling: the cluster's default strategy. */
  readonly scalingProviders: readonly string[]
  /** By ARN, in the order of registration; deregistered ones for an hour. */
  readonly containerInstances = new Map<string, ContainerInstance>()
  /** By ARN; stopped ones for an hour. */
  readonly tasks = new Map<string, Task>()
  /** Tasks in PROVISIONING without an instance, by ARN; stopped ones for an hour. */
  readonly waitingTasks = new Map<string, WaitingTask>()
  readonly services = new Map<string, Service>()
  /** Revisions by family, oldest first. */
  readonly taskDefinitions = new Map<string, TaskDefinition[]>()

  constructor(scalingProviders: readonly string[] = []) {
    this.scalingProviders = scalingProviders
  }

  /** The registered container instance on a machine; undefined when there is none or it was deregistered. */
  onMachine(instanceId: string): ContainerInstance | undefined {
    for (const containerInstance of this.containerInstances.values()) {
      if (containerInstance.instanceId === instanceId && containerInstance.status !== 'INACTIVE')
        return containerInstance
    }
    return undefined
  }

  registered(): readonly ContainerInstance[] {
    return [...this.containerInstances.values()].filter(({ status }) => status !== 'INACTIVE')
  }
}

/** Whether the task is meant to go on. This alone decides what the counters and the default ListTasks show. */
export const isWanted = (task: Pick<Task, 'desiredStatus'>): boolean => task.desiredStatus === 'RUNNING'

export const isStarting = (task: Pick<Task, 'lastStatus'>): boolean =>
  task.lastStatus === 'PROVISIONING' || task.lastStatus === 'PENDING' || task.lastStatus === 'ACTIVATING'

/**
 * Tasks as the counters of ECS see them. A task that ECS has decided to stop is in neither, although it may serve
 * requests for minutes (API reference, ContainerInstance.runningTasksCount: "have a desired status of RUNNING").
 */
export const countTasks = (
  tasks: Iterable<Pick<Task, 'desiredStatus' | 'lastStatus'>>,
): { readonly running: number; readonly pending: number } => {
  let running = 0
  let pending = 0
  for (const task of tasks) {
    if (!isWanted(task)) continue
    if (isStarting(task)) pending += 1
    else running += 1
  }
  return { running, pending }
}

export const primaryDeployment = (service: Service): Deployment => {
  const [primary] = service.deployments
  if (primary === undefined) throw new Error(`service ${service.name} has no deployment`)
  return primary
}
