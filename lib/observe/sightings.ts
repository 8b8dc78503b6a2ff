import type { Clock } from '../clock.ts'

/** Resync comes each minute. */
const LONGEST_GAP_MS = 3 * 60_000

interface Sighting {
  readonly what: string
  readonly first: number
  readonly last: number
}

/**
 * Since when something has been seen in every look of this environment. Kept in memory only: a fresh environment
 * starts to count anew, which makes Ebbtide slower to believe and never quicker.
 */
export class Sightings {
  readonly #clock: Clock
  readonly #longestGapMs: number
  readonly #sightings = new Map<string, Sighting>()

  /** @param longestGapMs looks further apart than this are not one after another. */
  constructor(clock: Clock, longestGapMs = LONGEST_GAP_MS) {
    this.#clock = clock
    this.#longestGapMs = longestGapMs
  }

  /** Marks that it was seen now; answers when it was seen first. What looks different than before was not seen before. */
  since(key: string, what = ''): number {
    const now = this.#clock.now()
    const known = this.#sightings.get(key)
    const isSame = known !== undefined && known.what === what && now - known.last <= this.#longestGapMs
    const first = isSame ? known.first : now
    this.#sightings.set(key, { what, first, last: now })
    return first
  }

  /** As `since`, if it is seen now. Undefined: it is not, and the next sighting is a first one. */
  track(
    key: string,
    { isSeen, what }: { readonly isSeen: boolean; readonly what?: string },
  ): number | undefined {
    if (isSeen) return this.since(key, what)
    this.forget(key)
    return undefined
  }

  /** It was not seen: the next sighting is a first one. */
  forget(key: string): void {
    this.#sightings.delete(key)
  }
}
