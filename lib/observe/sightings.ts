import type { Clock } from '../clock.ts'

/**
 * Since when something has been seen in every look of this environment. Kept in memory only: a fresh environment
 * starts to count anew, which makes Ebbtide slower to believe and never quicker.
 */
export class Sightings {
  readonly #clock: Clock
  readonly #since = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Marks that it was seen now; answers when it was seen first. */
  since(key: string): number {
    const first = this.#since.get(key) ?? this.#clock.now()
    this.#since.set(key, first)
    return first
  }

  /** It was not seen: the next sighting is a first one. */
  forget(key: string): void {
    this.#since.delete(key)
  }
}
