import type { StopCause, Task, TaskEnding, TaskStatus } from './cluster.ts'

/** How a task's container ended: what scores and invariants are built on. A task is reported once. */
export interface TaskEnded {
  readonly taskArn: string
  readonly group: string
  readonly containerInstanceArn: string
  readonly instanceId: string
  readonly ending: TaskEnding
  /** `STOPPED`, or what ECS showed when the machine died. */
  readonly lastStatus: TaskStatus
  /** At that moment. A machine that dies under a container that is not `running` takes no request with it. */
  readonly container: 'not-started' | 'running' | 'ended'
  readonly stopCode: StopCause['code'] | undefined
  readonly endedAt: number
}

/** Collects endings and tells each once. */
export class TaskEndings {
  readonly #now: () => number
  readonly #reported = new WeakSet<Task>()
  readonly #listeners: ((ended: TaskEnded) => void)[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  onTaskEnded(listener: (ended: TaskEnded) => void): void {
    this.#listeners.push(listener)
  }

  report(task: Task): void {
    if (this.#reported.has(task)) return
    this.#reported.add(task)
    const ended: TaskEnded = {
      taskArn: task.arn,
      group: task.group,
      containerInstanceArn: task.containerInstance.arn,
      instanceId: task.containerInstance.instanceId,
      // Only a task that was placed on a machine in its last seconds has no ending of its own.
      ending: task.ending ?? 'machine-died',
      lastStatus: task.lastStatus,
      container: containerOf(task),
      stopCode: task.stopCause?.code,
      endedAt: this.#now(),
    }
    for (const listener of this.#listeners) listener(ended)
  }
}

const containerOf = (task: Task): TaskEnded['container'] => {
  if (task.startedAt === undefined) return 'not-started'
  return task.executionStoppedAt === undefined ? 'running' : 'ended'
}
