/** The HTTP requests that clients send to one service. Seconds count from the beginning of virtual time. */
export interface TrafficSpec {
  /** At least one point, in the order of time. Between two points the rate changes evenly. */
  readonly curve: readonly RatePoint[]
  /** The curve begins anew after so many seconds: a day, a week. Undefined: the last rate goes on for ever. */
  readonly repeatsEverySeconds?: number
  /** On top of the curve, each once. */
  readonly bursts: readonly Burst[]
  /** Each point and burst is higher or lower by up to so much, as the seed draws it; absent: none is. */
  readonly variesByPercent?: number
  /** How long requests take to be answered. The shares sum to 1. */
  readonly durations: readonly DurationShare[]
}

export interface RatePoint {
  readonly atSeconds: number
  readonly requestsPerSecond: number
}

interface Burst {
  readonly atSeconds: number
  readonly lastsSeconds: number
  readonly requestsPerSecond: number
}

/** One kind of request: so many of all, and how long each takes. */
export interface DurationShare {
  readonly share: number
  readonly seconds: number
}
