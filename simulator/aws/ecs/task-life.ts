import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { LoadBalancing } from '../load-balancing/load-balancing.ts'
import type { TargetAddress } from '../load-balancing/target-group.ts'
import type { Arns } from './arns.ts'
import {
  isStarting,
  isWanted,
  type Cluster,
  type StopCause,
  type Task,
  type TaskEnding,
  type TaskStatus,
} from './cluster.ts'
import { hasFault } from './faults.ts'
import type { Images } from './images.ts'
import { cannotPullImage, containerExited } from './stop-causes.ts'
import { imageOf } from './task-definition-view.ts'
import type { TaskEndings } from './task-endings.ts'
import { createTask, type TaskLaunch } from './task-launch.ts'
import { TaskSteps } from './task-steps.ts'
import { DEFAULT_STOP_TIMEOUT_SECONDS, SETTLED_AGE_MS, STOPPED_TASK_RETENTION_MS } from './timing.ts'

/** How long a starting task is in each state, as shares of the time from PROVISIONING to RUNNING. */
const PROVISIONING_SHARE = 0.1
const PENDING_SHARE = 0.6
const ACTIVATING_SHARE = 0.3

interface TaskLifeOptions {
  readonly simulation: Simulation
  readonly random: Random
  readonly arns: Arns
  readonly cluster: Cluster
  readonly loadBalancing: LoadBalancing
  readonly endings: TaskEndings
  readonly images: Images
  readonly onChange: (task: Task) => void
}

/**
 * The life of tasks ("Amazon ECS task lifecycle"). ECS first decides that a task shall stop (desiredStatus), then waits
 * until its target is unused, and only then has the agent send SIGTERM. What the agent does waits while ECS cannot
 * reach it; what happens on a machine ends with the machine.
 */
export class TaskLife {
  readonly #options: TaskLifeOptions
  readonly #steps: TaskSteps
  /** By EC2 instance id: tasks that run on although ECS lost sight of them. */
  readonly #orphans = new Map<string, Task[]>()
  readonly #beganAt: number

  constructor(options: TaskLifeOptions) {
    this.#options = options
    this.#beganAt = options.simulation.now()
    this.#steps = new TaskSteps(options.simulation, options.random)
    options.loadBalancing.onTargetStateChange((change) => {
      if (change.state === 'unused') this.#targetIsUnused(change)
    })
  }

  launch(launch: TaskLaunch): Task {
    const task = createTask(launch, this.#options, this.#now())
    this.#options.onChange(task)
    const startMs = task.definition.spec.startSeconds * 1_000
    this.#steps.onMachine(task, startMs * PROVISIONING_SHARE, () => {
      this.#enter(task, 'PENDING')
      this.#steps.onMachine(task, startMs * PENDING_SHARE, () =>
        this.#activate(task, startMs * ACTIVATING_SHARE),
      )
    })
    return task
  }

  /** A task that has been running and healthy since before virtual time began. No event, no wait. */
  launchSettled(launch: TaskLaunch): Task {
    const createdAt = this.#now() - SETTLED_AGE_MS
    const task = createTask(launch, this.#options, createdAt)
    task.lastStatus = 'RUNNING'
    task.startedAt = createdAt
    if (task.target !== undefined) this.#options.loadBalancing.registerHealthy(task.target)
    this.#exitInTime(task)
    return task
  }

  /** ECS decides that the task shall stop. Repeating it is harmless. */
  stop(task: Task, cause: StopCause): void {
    if (!isWanted(task)) return
    task.machineTimer?.cancel()
    this.#doom(task, cause)
    this.#options.onChange(task)
    const isUp = !isStarting(task)
    this.#steps.inControlPlane(task, () => {
      if (isUp) this.#deactivate(task)
      else this.#steps.throughAgent(task, () => this.#endContainer(task, 'graceful'))
    })
  }

  /** ECS loses the task together with its container instance: STOPPED at once, whatever its container does. */
  lose(task: Task, cause: StopCause): void {
    task.machineTimer?.cancel()
    if (isWanted(task)) this.#doom(task, cause)
    if (task.target !== undefined) this.#options.loadBalancing.deregister(task.target)
    if (task.containerInstance.isMachineUp) this.#orphan(task)
    this.#finish(task)
  }

  /** Every container on the machine is gone, and nothing there can report it. */
  machineDied(instanceId: string): void {
    for (const task of this.#options.cluster.onMachine(instanceId)?.tasks ?? []) {
      task.machineTimer?.cancel()
      this.#silence(task)
      task.ending = 'machine-died'
      this.#options.endings.report(task)
    }
    for (const task of this.#orphans.get(instanceId) ?? []) this.#silence(task)
    this.#orphans.delete(instanceId)
  }

  #activate(task: Task, activatingMs: number): void {
    this.#steps.throughAgent(task, () => {
      if (!isWanted(task)) return
      if (!this.#options.images.isPullable(task.definition)) return this.#failToStart(task)
      this.#enter(task, 'ACTIVATING')
      this.#steps.onMachine(task, activatingMs, () => this.#steps.throughAgent(task, () => this.#run(task)))
    })
  }

  #run(task: Task): void {
    if (!isWanted(task)) return
    task.startedAt = this.#now()
    if (task.target !== undefined) this.#options.loadBalancing.register(task.target)
    const isMute = hasFault(task.definition.spec.neverHealthy, this.#now() - this.#beganAt)
    if (isMute && task.target !== undefined) this.#options.loadBalancing.fallSilent(task.target)
    this.#exitInTime(task)
    this.#enter(task, 'RUNNING')
  }

  /** From PENDING right to STOPPED: there is no container whose end anybody would wait for. */
  #failToStart(task: Task): void {
    this.#doom(task, cannotPullImage(imageOf(task.definition)))
    task.ending = 'never-started'
    this.#finish(task)
  }

  /** A job's container ends by itself. */
  #exitInTime(task: Task): void {
    const { runSeconds } = task.definition.spec
    if (runSeconds === undefined) return
    this.#steps.onMachine(task, runSeconds * 1_000, () => this.#endContainer(task, 'graceful'))
  }

  #deactivate(task: Task): void {
    const { loadBalancing } = this.#options
    this.#enter(task, 'DEACTIVATING')
    if (task.target === undefined || loadBalancing.stateOf(task.target) === 'unused') {
      this.#steps.inControlPlane(task, () => this.#signal(task))
    } else {
      loadBalancing.deregister(task.target)
    }
  }

  #targetIsUnused(address: TargetAddress): void {
    for (const task of this.#options.cluster.onMachine(address.id)?.tasks ?? []) {
      const isItsTask =
        task.hostPort === address.port && task.target?.targetGroupArn === address.targetGroupArn
      if (!isItsTask || task.lastStatus !== 'DEACTIVATING') continue
      this.#steps.inControlPlane(task, () => this.#signal(task))
    }
  }

  /** SIGTERM, then SIGKILL when the stop timeout is over. */
  #signal(task: Task): void {
    this.#enter(task, 'STOPPING')
    const { stopSeconds, stopTimeoutSeconds = DEFAULT_STOP_TIMEOUT_SECONDS } = task.definition.spec
    const ending = stopSeconds > stopTimeoutSeconds ? 'killed-at-stop-timeout' : 'graceful'
    this.#steps.throughAgent(task, () => {
      const stopMs = Math.min(stopSeconds, stopTimeoutSeconds) * 1_000
      this.#steps.onMachine(task, stopMs, () => this.#endContainer(task, ending))
    })
  }

  #endContainer(task: Task, ending: TaskEnding): void {
    this.#silence(task)
    task.ending = ending
    this.#steps.throughAgent(task, () => {
      if (isWanted(task)) this.#doom(task, containerExited)
      this.#steps.inControlPlane(task, () => {
        this.#enter(task, 'DEPROVISIONING')
        this.#steps.inControlPlane(task, () => this.#finish(task))
      })
    })
  }

  #finish(task: Task): void {
    const { cluster, simulation, endings } = this.#options
    task.stoppedAt = this.#now()
    task.containerInstance.tasks.delete(task)
    task.service?.tasks.delete(task)
    this.#enter(task, 'STOPPED')
    endings.report(task)
    simulation.after(STOPPED_TASK_RETENTION_MS, () => cluster.tasks.delete(task.arn))
  }

  #doom(task: Task, cause: StopCause): void {
    task.desiredStatus = 'STOPPED'
    task.stoppingAt = this.#now()
    task.stopCause = cause
  }

  #orphan(task: Task): void {
    const { instanceId } = task.containerInstance
    this.#orphans.set(instanceId, [...(this.#orphans.get(instanceId) ?? []), task])
    task.ending ??= 'orphaned'
  }

  #silence(task: Task): void {
    if (task.target !== undefined) this.#options.loadBalancing.fallSilent(task.target)
    if (task.containerInstance.isMachineUp) task.executionStoppedAt ??= this.#now()
  }

  #enter(task: Task, status: TaskStatus): void {
    task.lastStatus = status
    this.#options.onChange(task)
  }

  #now(): number {
    return this.#options.simulation.now()
  }
}
