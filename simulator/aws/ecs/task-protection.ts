import type { Simulation } from '../../engine/simulation.ts'
import type { Service, Task } from './cluster.ts'

/** "Protect your Amazon ECS tasks from being terminated by scale-in events". */
export const DEFAULT_PROTECTION_MINUTES = 120
export const LEAST_PROTECTION_MINUTES = 1
export const MOST_PROTECTION_MINUTES = 2_880

export const isProtected = ({ protectedUntil }: Task, now: number): boolean =>
  protectedUntil !== undefined && now < protectedUntil

/** Protects tasks of services from scale-in and deployments, for a while. */
export class TaskProtection {
  readonly #simulation: Simulation
  readonly #wake: (service: Service) => void

  /** `wake` lets the scheduler look at a service whose tasks may go now. */
  constructor(simulation: Simulation, wake: (service: Service) => void) {
    this.#simulation = simulation
    this.#wake = wake
  }

  /** A later call replaces an earlier one, also by a shorter time. */
  protect(task: Task, minutes: number): void {
    const until = this.#simulation.now() + minutes * 60_000
    task.protectedUntil = until
    this.#simulation.after(minutes * 60_000, () => {
      if (task.protectedUntil === until) this.#end(task)
    })
  }

  clear(task: Task): void {
    if (task.protectedUntil !== undefined) this.#end(task)
  }

  #end(task: Task): void {
    task.protectedUntil = undefined
    if (task.service !== undefined) this.#wake(task.service)
  }
}
