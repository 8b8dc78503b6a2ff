import type { TaskDefinition } from './cluster.ts'
import { hasFault } from './faults.ts'

/** The registry that tasks pull their images from. One repository for each family. */
export class Images {
  readonly #now: () => number
  readonly #beganAt: number
  /** Families whose images somebody broke or mended since virtual time began. */
  readonly #isBroken = new Map<string, boolean>()

  constructor(now: () => number) {
    this.#now = now
    this.#beganAt = now()
  }

  break(family: string): void {
    this.#isBroken.set(family, true)
  }

  mend(family: string): void {
    this.#isBroken.set(family, false)
  }

  isPullable({ family, spec }: TaskDefinition): boolean {
    return !(this.#isBroken.get(family) ?? hasFault(spec.failsToStart, this.#now() - this.#beganAt))
  }
}
