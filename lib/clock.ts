/** The seam for time: the only way product code learns what time it is. Milliseconds since 1970. */
export interface Clock {
  readonly now: () => number
}

export const systemClock: Clock = { now: () => Date.now() }
