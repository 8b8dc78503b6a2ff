import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Arns } from './arns.ts'
import type { ClusterEvents } from './cluster-events.ts'
import type { Cluster, Service, StopCause } from './cluster.ts'
import { choosePlacement, type PlacementNeed } from './placement.ts'
import { noCapacityInTime } from './stop-causes.ts'
import type { TaskLife } from './task-life.ts'
import { STOPPED_TASK_RETENTION_MS } from './timing.ts'
import type { WaitingTask } from './waiting-task.ts'

/** "Amazon ECS service quotas": tasks in the PROVISIONING state for each cluster. */
const MOST_WAITING_TASKS = 500

interface WaitingTasksOptions {
  readonly simulation: Simulation
  readonly random: Random
  readonly arns: Arns
  readonly cluster: Cluster
  readonly events: ClusterEvents
  readonly life: TaskLife
  /** How long a task waits before ECS gives it up. */
  readonly longestWaitMs: number
  /** Lets the scheduler look at a service whose task was given up. */
  readonly wake: (service: Service) => void
}

/** A task that is to wait, and for which capacity provider. */
export interface WaitRequest extends PlacementNeed {
  readonly startedBy: string | undefined
  readonly capacityProviderName: string
}

/**
 * Tasks that wait for their capacity provider instead of failing ("Deep dive on Amazon ECS cluster auto scaling"). Only
 * managed scaling makes tasks wait.
 */
export class WaitingTasks {
  readonly #options: WaitingTasksOptions

  constructor(options: WaitingTasksOptions) {
    this.#options = options
  }

  /** Those that still wait: all of them, of a service, or of no service. Oldest first. */
  all(): readonly WaitingTask[] {
    return [...this.#options.cluster.waitingTasks.values()].filter(isWaiting)
  }

  of(service: Service | undefined): readonly WaitingTask[] {
    return this.all().filter((task) => task.service === service)
  }

  /** Undefined: as many wait already as the cluster may have. */
  begin({
    definition,
    service,
    group,
    startedBy,
    capacityProviderName,
  }: WaitRequest): WaitingTask | undefined {
    const { random, arns, cluster, events, simulation, longestWaitMs } = this.#options
    if (this.all().length >= MOST_WAITING_TASKS) return undefined
    const id = random.hex(32)
    const task: WaitingTask = {
      ...{ id, arn: arns.task(id), definition, service, group, startedBy, capacityProviderName },
      createdAt: simulation.now(),
      containerInstance: undefined,
      desiredStatus: 'RUNNING',
      lastStatus: 'PROVISIONING',
      version: 0,
      stopCause: undefined,
      stoppedAt: undefined,
    }
    cluster.waitingTasks.set(task.arn, task)
    events.waitingTaskChanged(task)
    simulation.after(longestWaitMs, () => this.#giveUp(task))
    return task
  }

  /** Places those of the service that have room by now, oldest first; tasks of no service likewise. */
  place(service: Service | undefined): void {
    const { cluster, random, life } = this.#options
    for (const task of this.of(service)) {
      const placement = choosePlacement(cluster.registered(), task, random)
      // Tasks of one service and revision are alike, so the next one would not fit either.
      if (placement.kind === 'refused' && service !== undefined) return
      if (placement.kind === 'refused') continue
      cluster.waitingTasks.delete(task.arn)
      life.launch({ ...launchOf(task), containerInstance: placement.containerInstance })
    }
  }

  stop(task: WaitingTask, cause: StopCause): void {
    const { simulation, cluster, events } = this.#options
    if (!isWaiting(task)) return
    Object.assign(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED', stopCause: cause })
    task.stoppedAt = simulation.now()
    events.waitingTaskChanged(task)
    simulation.after(STOPPED_TASK_RETENTION_MS, () => cluster.waitingTasks.delete(task.arn))
  }

  #giveUp(task: WaitingTask): void {
    if (this.#options.cluster.waitingTasks.get(task.arn) !== task) return
    this.stop(task, noCapacityInTime)
    if (task.service !== undefined) this.#options.wake(task.service)
  }
}

const isWaiting = ({ lastStatus }: WaitingTask): boolean => lastStatus !== 'STOPPED'

const launchOf = (task: WaitingTask) => {
  const { arn, definition, service, group, startedBy, capacityProviderName, createdAt, version } = task
  const launch = { arn, definition, service, group, startedBy, capacityProviderName }
  return { ...launch, waited: { createdAt, version } }
}
