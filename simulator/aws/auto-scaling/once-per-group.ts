import type { Simulation } from '../../engine/simulation.ts'
import type { Group } from './group.ts'

/**
 * Puts off work on a group and does it once, however often it was asked for meanwhile: a loop of Auto Scaling looks at
 * its group from time to time, and never in the middle of another loop's work.
 */
export class OncePerGroup {
  readonly #simulation: Simulation
  readonly #delaySeconds: number
  readonly #work: (group: Group) => void
  readonly #asked = new Set<Group>()

  constructor(options: {
    readonly simulation: Simulation
    readonly delaySeconds: number
    readonly work: (group: Group) => void
  }) {
    this.#simulation = options.simulation
    this.#delaySeconds = options.delaySeconds
    this.#work = options.work
  }

  ask(group: Group): void {
    if (this.#asked.has(group)) return
    this.#asked.add(group)
    this.#simulation.after(this.#delaySeconds * 1_000, () => {
      this.#asked.delete(group)
      this.#work(group)
    })
  }
}
