import { createArrivals } from './arrivals.ts'
import { countByDuration } from './duration-shares.ts'
import type { TrafficSpec } from './traffic-spec.ts'

/**
 * The requests that clients send to one service, as numbers that only grow. Nothing here is one request: whatever
 * happened between two moments is a difference of two counts. Moments are milliseconds since 1970.
 */
export class RequestStream {
  readonly durationsMs: readonly number[]
  readonly #spec: TrafficSpec
  readonly #startsAt: number
  readonly #arrivals: (seconds: number) => number

  constructor(spec: TrafficSpec, startsAt: number) {
    this.durationsMs = spec.durations.map(({ seconds }) => seconds * 1_000)
    this.#spec = spec
    this.#startsAt = startsAt
    this.#arrivals = createArrivals(spec)
  }

  /** Requests that arrived at `at` or before. */
  sentUntil(at: number): number {
    return this.#arrivals((at - this.#startsAt) / 1_000)
  }

  /** The same, for each duration of the mix. */
  sentByDuration(at: number): readonly number[] {
    return countByDuration(this.#spec.durations, this.sentUntil(at))
  }
}
