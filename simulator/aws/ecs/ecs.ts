import type { DaemonSpec, ServiceSpec, StandaloneTaskSpec, TaskSpec } from '../../world/world-spec.ts'
import type { AwsEvent } from '../event.ts'
import { ServiceError, type ServiceModel } from '../operation.ts'
import { primaryDeployment, type ContainerInstance, type Service, type Task } from './cluster.ts'
import type { StatusListener } from './container-instances.ts'
import { buildEcsParts, type EcsOptions, type EcsParts } from './ecs-parts.ts'
import { clusterOperations } from './operations/cluster-operations.ts'
import { containerInstanceOperations } from './operations/container-instance-operations.ts'
import { serviceOperations } from './operations/service-operations.ts'
import { taskOperations } from './operations/task-operations.ts'
import { tasksWithoutHome, type Departure } from './room-elsewhere.ts'
import { countUnplaced, demandOn, type Demand } from './wanted-tasks.ts'
import { taskProtectionOperations } from './operations/task-protection-operations.ts'
import { DEFAULT_STRATEGY } from './placement-strategies.ts'
import { settleService, settleStandaloneTasks, type Workload } from './settled-cluster.ts'
import type { TaskEnded } from './task-endings.ts'
import { SETTLED_AGE_MS } from './timing.ts'

/** What is true of a task at this moment, whatever the API shows. */
export interface TaskSnapshot {
  readonly taskArn: string
  readonly group: string
  readonly desiredStatus: Task['desiredStatus']
  readonly lastStatus: Task['lastStatus']
}

export interface ContainerInstanceSnapshot {
  readonly containerInstanceArn: string
  readonly status: ContainerInstance['status']
  readonly agentConnected: boolean
  readonly registeredAt: number
}

/**
 * Amazon ECS with the EC2 launch type: one cluster with its agents, services and tasks. It follows the machines of
 * `machines`; SDK clients reach it through `model`.
 */
export class Ecs {
  readonly #parts: EcsParts

  constructor(options: EcsOptions) {
    this.#parts = buildEcsParts(options)
  }

  get model(): ServiceModel {
    const parts = this.#parts
    const operations = {
      ...clusterOperations(parts),
      ...containerInstanceOperations(parts),
      ...serviceOperations({ ...parts, onUpdate: (service) => parts.scheduler.serviceUpdated(service) }),
      ...taskOperations(parts),
      ...taskProtectionOperations(parts),
    }
    return { serviceId: 'ECS', operations }
  }

  /**
   * A machine that has been a container instance since before virtual time began: no event, no wait. Machines of a
   * group that boot later register by themselves. Returns the container instance's ARN, which is drawn unless it is
   * given; repeating it is harmless.
   */
  registerInstance(instanceId: string, givenArn?: string): string {
    const { machines, containerInstances, cluster, now } = this.#parts
    const known = cluster.onMachine(instanceId)
    if (known !== undefined) return known.arn
    const machine = machines.find(instanceId)
    if (machine?.state !== 'running') throw new Error(`the machine ${instanceId} is not running`)
    return containerInstances.register(machine, now() - SETTLED_AGE_MS, givenArn).arn
  }

  /**
   * Creates services, daemons and standalone tasks, already running and healthy on the registered instances, daemons
   * first. Tasks of services that do not fit are left to the scheduler; a standalone task that does not fit throws.
   */
  settle({ services, daemons, standaloneTasks }: Workload): void {
    const { now, scheduler } = this.#parts
    const created = [
      ...daemons.map((spec) => ({
        service: this.#addDaemon(spec),
        givenTaskArns: [],
        protectedTasks: 0,
      })),
      ...services.map(({ givenTaskArns = [], protectedTasks = 0, ...spec }) => ({
        service: this.#addService(spec),
        givenTaskArns,
        protectedTasks,
      })),
    ]
    for (const settled of created) settleService(settled, this.#parts, now())
    for (const spec of standaloneTasks) {
      const definition = this.#parts.services.registerTaskDefinition(spec)
      settleStandaloneTasks(definition, spec.count, this.#parts)
    }
    scheduler.wakeAll()
  }

  /** Creates a replica service without tasks; the scheduler starts them. */
  createService(spec: ServiceSpec): void {
    this.#parts.scheduler.wake(this.#addService(spec))
  }

  /** Creates a daemon service without tasks; the scheduler starts them. */
  createDaemon(spec: DaemonSpec): void {
    this.#parts.scheduler.wake(this.#addDaemon(spec))
  }

  /** Makes a task known to RunTask, under its name. */
  registerStandaloneTask(spec: Omit<StandaloneTaskSpec, 'count'>): void {
    this.#parts.services.registerTaskDefinition(spec)
  }

  /** Registers the next revision of a service's task and rolls it out. Throws for an unknown service. */
  deploy(serviceName: string, changes: Partial<Omit<TaskSpec, 'name'>>): void {
    const { services, scheduler } = this.#parts
    const service = this.#service(serviceName)
    const { spec } = primaryDeployment(service).taskDefinition
    services.deploy(service, services.registerTaskDefinition({ ...spec, ...changes }))
    scheduler.serviceUpdated(service)
  }

  /** The image of the service's task can no longer be pulled. Throws for an unknown service. */
  breakImage(serviceName: string): void {
    this.#parts.images.break(primaryDeployment(this.#service(serviceName)).taskDefinition.family)
  }

  /** It can be pulled again. ECS does not learn of it: a service that was slowed down is tried when its wait is over. */
  mendImage(serviceName: string): void {
    this.#parts.images.mend(primaryDeployment(this.#service(serviceName)).taskDefinition.family)
  }

  /** Tells ECS and its agents of an event of another service: the end of an instance, by a hook or a Spot notice. */
  hear(event: AwsEvent): void {
    this.#parts.hear(event)
  }

  /** ECS loses its connection to the agent; containers run on. Throws for a machine that is not registered. */
  disconnectAgent(instanceId: string): void {
    this.#parts.containerInstances.disconnect(this.#on(instanceId))
  }

  /** Throws for a machine that is not registered or not up. */
  reconnectAgent(instanceId: string): void {
    this.#parts.containerInstances.reconnect(this.#on(instanceId))
  }

  /** Called once for each task, when it is STOPPED or when its machine dies before that. */
  onTaskEnded(listener: (ended: TaskEnded) => void): void {
    this.#parts.endings.onTaskEnded(listener)
  }

  /** Called when a container instance turns DRAINING or ACTIVE, whoever made it so, with the id of its machine. */
  onStatusSet(listener: StatusListener): void {
    this.#parts.containerInstances.onStatusSet(listener)
  }

  /** Tasks on a machine whose lastStatus is not STOPPED; none for a machine that is not registered. */
  tasksOn(instanceId: string): readonly TaskSnapshot[] {
    return Array.from(this.#parts.cluster.onMachine(instanceId)?.tasks ?? [], (task) => ({
      taskArn: task.arn,
      group: task.group,
      desiredStatus: task.desiredStatus,
      lastStatus: task.lastStatus,
    }))
  }

  /** Undefined for a machine that never registered or was deregistered. */
  containerInstanceOn(instanceId: string): ContainerInstanceSnapshot | undefined {
    const containerInstance = this.#parts.cluster.onMachine(instanceId)
    if (containerInstance === undefined) return undefined
    const { arn, status, agentConnected, registeredAt } = containerInstance
    return { containerInstanceArn: arn, status, agentConnected, registeredAt }
  }

  /** Tasks that replica services want and that are on no instance. */
  get unplacedTaskCount(): number {
    return countUnplaced(this.#parts.cluster)
  }

  /** What is asked of the cluster now. */
  get demand(): Demand {
    return demandOn(this.#parts.cluster)
  }

  /** The tasks that would have no home if instances went, named by their groups. */
  tasksWithoutHome(departure: Departure): readonly string[] {
    return tasksWithoutHome(this.#parts.cluster, departure)
  }

  /** The ARN of the service's target group. Undefined without a load balancer, and for an unknown service. */
  targetGroupOf(serviceName: string): string | undefined {
    return this.#parts.cluster.services.get(serviceName)?.targetGroupArn
  }

  #service(name: string): Service {
    const service = this.#parts.cluster.services.get(name)
    if (service === undefined) throw new Error(`there is no service ${name}`)
    return service
  }

  #on(instanceId: string): ContainerInstance {
    const containerInstance = this.#parts.cluster.onMachine(instanceId)
    if (containerInstance === undefined)
      throw new ServiceError('ClientException', `the machine ${instanceId} is no container instance`)
    return containerInstance
  }

  #addService({
    desired,
    minimumHealthyPercent,
    maximumPercent,
    loadBalancer,
    placementConstraints = [],
    placementStrategy = DEFAULT_STRATEGY,
    ...taskDefinition
  }: ServiceSpec): Service {
    const bounds = { desired, minimumHealthyPercent, maximumPercent }
    const placement = { placementConstraints, placementStrategy }
    const rest = { taskDefinition, strategy: 'REPLICA' as const, loadBalancer }
    return this.#parts.services.create({ ...bounds, ...placement, ...rest })
  }

  /** The API's defaults for daemons: the old task ends before the new one starts. */
  #addDaemon(taskDefinition: DaemonSpec): Service {
    const bounds = { desired: 0, minimumHealthyPercent: 0, maximumPercent: 100 }
    return this.#parts.services.create({
      ...bounds,
      taskDefinition,
      strategy: 'DAEMON',
      loadBalancer: undefined,
      placementConstraints: [],
      placementStrategy: [],
    })
  }
}
