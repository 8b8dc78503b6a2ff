/** The seam for time: the only way product code learns what time it is. Milliseconds since 1970. */
export interface Clock {
  readonly now: () => number
}

export const systemClock: Clock = { now: () => Date.now() }

/** Never below 0: the two times may come from two clocks. */
export const secondsBetween = (from: number, to: number): number => Math.max(0, to - from) / 1_000
