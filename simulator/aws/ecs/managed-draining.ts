import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Timer } from '../../engine/timer-queue.ts'
import type { AwsEvent } from '../event.ts'
import { ServiceError } from '../operation.ts'
import type { Cluster, ContainerInstance } from './cluster.ts'
import type { ContainerInstances } from './container-instances.ts'
import { capacityProviderNameOf, type EcsGroup } from './ecs-group.ts'
import { MANAGED_DRAINING_HEARTBEAT_SECONDS, MANAGED_DRAINING_HOOK_NAME } from './managed-draining-hook.ts'
import { OWN_REACTION_LEAST_MS, OWN_REACTION_MOST_MS } from './timing.ts'

/** Asks Auto Scaling, as ECS does through its service-linked role. @throws {ServiceError} as Auto Scaling answers. */
type AskAutoScaling = (
  operation: 'CompleteLifecycleAction' | 'RecordLifecycleActionHeartbeat',
  input: object,
) => void

interface ManagedDrainingOptions {
  readonly simulation: Simulation
  readonly random: Random
  readonly cluster: Cluster
  readonly containerInstances: ContainerInstances
  readonly groups: readonly EcsGroup[]
  readonly askAutoScaling: AskAutoScaling
}

/** A lifecycle action of ECS's own hook. */
interface Wait {
  readonly action: object
  readonly endsAt: number
  heartbeat: Timer | undefined
}

/** ECS gives up on tasks that do not stop after 48 hours ("Safely stop Amazon ECS workloads running on EC2 instances"). */
const LONGEST_WAIT_MS = 172_800_000

/** Twice in each timeout, so that one lost heartbeat costs nothing. AWS does not say how often ECS beats. */
const HEARTBEAT_MS = (MANAGED_DRAINING_HEARTBEAT_SECONDS * 1_000) / 2

/**
 * Managed instance draining of a capacity provider: ECS sets an instance DRAINING when its own hook begins to wait, or
 * at a Spot interruption notice, and completes its hook when all tasks have stopped.
 */
export class ManagedDraining {
  readonly #options: ManagedDrainingOptions
  /** By container instance. */
  readonly #waits = new Map<ContainerInstance, Wait>()

  constructor(options: ManagedDrainingOptions) {
    this.#options = options
  }

  /** What the managed rule of ECS brings from EventBridge. */
  hear({ detailType, detail }: AwsEvent): void {
    if (detailType === 'EC2 Spot Instance Interruption Warning') {
      this.#react(() => this.#drainForSpot(String(detail['instance-id'])))
    }
    const isOurs =
      detailType === 'EC2 Instance-terminate Lifecycle Action' &&
      detail['LifecycleHookName'] === MANAGED_DRAINING_HOOK_NAME &&
      this.#options.groups.some(
        (group) => group.name === detail['AutoScalingGroupName'] && group.managedDraining === true,
      )
    if (isOurs) this.#react(() => this.#begin(detail))
  }

  /** A task on the instance has stopped. */
  taskStopped(containerInstance: ContainerInstance): void {
    const wait = this.#waits.get(containerInstance)
    if (wait === undefined || containerInstance.tasks.size > 0) return
    this.#react(() => this.#complete(containerInstance, wait))
  }

  #react(step: () => void): void {
    const { simulation, random } = this.#options
    simulation.after(random.integer(OWN_REACTION_LEAST_MS, OWN_REACTION_MOST_MS), step)
  }

  #isManaged({ capacityProviderName }: ContainerInstance): boolean {
    return this.#options.groups.some(
      (group) => group.managedDraining === true && capacityProviderNameOf(group) === capacityProviderName,
    )
  }

  #drainForSpot(instanceId: string): void {
    const containerInstance = this.#options.cluster.onMachine(instanceId)
    if (containerInstance === undefined || !this.#isManaged(containerInstance)) return
    this.#options.containerInstances.setStatus(containerInstance, 'DRAINING')
  }

  /** A machine that is no container instance, or holds no task, is not held any longer. */
  #begin(detail: AwsEvent['detail']): void {
    const { cluster, containerInstances, simulation } = this.#options
    const { AutoScalingGroupName, LifecycleHookName, LifecycleActionToken, EC2InstanceId } = detail
    const action = { AutoScalingGroupName, LifecycleHookName, LifecycleActionToken }
    const containerInstance = cluster.onMachine(String(EC2InstanceId))
    if (containerInstance === undefined) return this.#ask('CompleteLifecycleAction', action)
    const wait: Wait = { action, endsAt: simulation.now() + LONGEST_WAIT_MS, heartbeat: undefined }
    this.#waits.set(containerInstance, wait)
    containerInstances.setStatus(containerInstance, 'DRAINING')
    this.#beatLater(containerInstance, wait)
    this.taskStopped(containerInstance)
  }

  #beatLater(containerInstance: ContainerInstance, wait: Wait): void {
    const { simulation } = this.#options
    const delayMs = Math.min(HEARTBEAT_MS, wait.endsAt - simulation.now())
    wait.heartbeat = simulation.after(delayMs, () => {
      if (simulation.now() >= wait.endsAt) return this.#complete(containerInstance, wait)
      this.#ask('RecordLifecycleActionHeartbeat', wait.action)
      this.#beatLater(containerInstance, wait)
    })
  }

  #complete(containerInstance: ContainerInstance, wait: Wait): void {
    if (this.#waits.get(containerInstance) !== wait) return
    this.#waits.delete(containerInstance)
    wait.heartbeat?.cancel()
    this.#ask('CompleteLifecycleAction', wait.action)
  }

  /** An action that somebody else has ended is none of ECS's business any more. */
  #ask(operation: 'CompleteLifecycleAction' | 'RecordLifecycleActionHeartbeat', action: object): void {
    const isEnd = operation === 'CompleteLifecycleAction'
    try {
      this.#options.askAutoScaling(operation, {
        ...action,
        ...(isEnd && { LifecycleActionResult: 'CONTINUE' }),
      })
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'ValidationError')) throw error
    }
  }
}
