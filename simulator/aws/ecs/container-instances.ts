import { ServiceError } from '../operation.ts'
import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Machine } from '../ec2/machine.ts'
import type { Arns } from './arns.ts'
import type { EcsAssumptions } from './assumptions.ts'
import type { ClusterEvents } from './cluster-events.ts'
import { isStarting, type Cluster, type ContainerInstance, type StopCause } from './cluster.ts'
import { capacityProviderNameOf, CURRENT_AGENT_VERSION, type GroupOf } from './ecs-group.ts'
import { schedulerStop } from './stop-causes.ts'
import type { TaskLife } from './task-life.ts'
import { INACTIVE_INSTANCE_RETENTION_MS } from './timing.ts'

/** The first of Linux's ephemeral ports, from which dynamic host ports are taken. */
const FIRST_HOST_PORT = 32_768

interface ContainerInstancesOptions {
  readonly simulation: Simulation
  readonly random: Random
  readonly arns: Arns
  readonly cluster: Cluster
  readonly events: ClusterEvents
  readonly life: TaskLife
  readonly assumptions: EcsAssumptions
  readonly groupOf: GroupOf
  /** Called after each change that may let the scheduler do something new. */
  readonly onChange: () => void
}

/** All network interfaces but the machine's own, or what its trunk takes ("Amazon ECS Linux task networking", trunking). */
const taskInterfacesOf = ({ networkInterfaces, trunkedTasks }: Machine): number =>
  trunkedTasks ?? networkInterfaces - 1

export type StatusListener = (instanceId: string, status: 'ACTIVE' | 'DRAINING') => void

/** What ECS knows of the machines: registration, connection, DRAINING, deregistration. */
export class ContainerInstances {
  readonly #options: ContainerInstancesOptions
  readonly #listeners: StatusListener[] = []

  constructor(options: ContainerInstancesOptions) {
    this.#options = options
  }

  /** Called when a container instance turns DRAINING or ACTIVE, whoever made it so, with the id of its machine. */
  onStatusSet(listener: StatusListener): void {
    this.#listeners.push(listener)
  }

  /**
   * The agent of a machine registers for the first time. `registeredAt` may lie before virtual time; an ARN that is not
   * given is drawn.
   */
  register(machine: Machine, registeredAt: number, givenArn?: string): ContainerInstance {
    const { cluster, arns, random, groupOf } = this.#options
    const group = groupOf(machine)
    const containerInstance: ContainerInstance = {
      arn: givenArn ?? arns.containerInstance(random.hex(32)),
      instanceId: machine.instanceId,
      instanceType: machine.instanceType,
      availabilityZone: machine.availabilityZone,
      cpu: machine.cpu,
      memory: machine.memory,
      gpus: machine.gpus ?? 0,
      taskInterfaces: taskInterfacesOf(machine),
      registeredAt,
      agentVersion: group?.agentVersion ?? CURRENT_AGENT_VERSION,
      capacityProviderName: group && capacityProviderNameOf(group),
      customAttributes: new Map(Object.entries(group?.instanceAttributes ?? {})),
      hasTrunk: machine.trunkedTasks !== undefined,
      tasks: new Set(),
      awaitingAgent: [],
      status: 'ACTIVE',
      agentConnected: true,
      agentStateSince: registeredAt,
      isMachineUp: true,
      version: 0,
      nextHostPort: FIRST_HOST_PORT,
    }
    cluster.containerInstances.set(containerInstance.arn, containerInstance)
    return containerInstance
  }

  /** Tells the world of a new or changed container instance. */
  announce(containerInstance: ContainerInstance): void {
    this.#options.events.containerInstanceChanged(containerInstance)
    this.#options.onChange()
  }

  disconnect(containerInstance: ContainerInstance): void {
    if (!containerInstance.agentConnected) return
    this.#setAgentConnected(containerInstance, 'disconnected')
    this.announce(containerInstance)
  }

  /** The agent is back, and does or reports what had to wait. Throws for a machine that is not up. */
  reconnect(containerInstance: ContainerInstance): void {
    if (!containerInstance.isMachineUp)
      throw new ServiceError('ClientException', `the machine ${containerInstance.instanceId} is not up`)
    if (!containerInstance.agentConnected) {
      this.#setAgentConnected(containerInstance, 'connected')
      this.announce(containerInstance)
    }
    for (const step of containerInstance.awaitingAgent.splice(0)) step()
  }

  /** DRAINING stops the pending tasks of services at once; the rest is the scheduler's business. */
  setStatus(containerInstance: ContainerInstance, status: 'ACTIVE' | 'DRAINING'): void {
    if (containerInstance.status === status) return
    containerInstance.status = status
    if (this.#options.assumptions.eventOnStatusUpdate === 'published') this.announce(containerInstance)
    else containerInstance.version += 1
    if (status === 'DRAINING') this.#stopPending(containerInstance)
    for (const listener of this.#listeners) listener(containerInstance.instanceId, status)
    this.#options.onChange()
  }

  /** INACTIVE; its tasks are lost to ECS. */
  deregister(containerInstance: ContainerInstance, cause: StopCause): void {
    const { life, simulation, cluster } = this.#options
    containerInstance.status = 'INACTIVE'
    this.#setAgentConnected(containerInstance, 'disconnected')
    for (const task of [...containerInstance.tasks]) life.lose(task, cause)
    containerInstance.awaitingAgent.length = 0
    this.announce(containerInstance)
    simulation.after(INACTIVE_INSTANCE_RETENTION_MS, () =>
      cluster.containerInstances.delete(containerInstance.arn),
    )
  }

  #setAgentConnected(containerInstance: ContainerInstance, state: 'connected' | 'disconnected'): void {
    containerInstance.agentConnected = state === 'connected'
    containerInstance.agentStateSince = this.#options.simulation.now()
  }

  #stopPending(containerInstance: ContainerInstance): void {
    for (const task of [...containerInstance.tasks]) {
      const isReplica = task.service?.strategy === 'REPLICA'
      if (isReplica && isStarting(task)) this.#options.life.stop(task, schedulerStop(task))
    }
  }
}
