import type { Ecs } from '../aws/ecs/ecs.ts'
import type { Simulation } from '../engine/simulation.ts'

/**
 * Want of capacity, in task-seconds: one for each second and task that a replica service wants and that is on no
 * instance, neither running nor starting. A task on an instance that drains still counts as placed while it serves; one
 * that is being stopped does not. Read from the cluster's own state after every step, not from anybody's metrics.
 */
export class UnplacedTasks {
  readonly #simulation: Simulation
  readonly #ecs: Ecs
  #taskMs = 0
  #count: number
  #since: number

  constructor({ simulation, ecs }: { readonly simulation: Simulation; readonly ecs: Ecs }) {
    this.#simulation = simulation
    this.#ecs = ecs
    this.#count = ecs.unplacedTaskCount
    this.#since = simulation.now()
    simulation.watch(() => this.#look())
  }

  /** Until now. Asking changes nothing. */
  get taskSeconds(): number {
    return (this.#taskMs + this.#count * (this.#simulation.now() - this.#since)) / 1_000
  }

  #look(): void {
    const now = this.#simulation.now()
    this.#taskMs += this.#count * (now - this.#since)
    this.#since = now
    this.#count = this.#ecs.unplacedTaskCount
  }
}
