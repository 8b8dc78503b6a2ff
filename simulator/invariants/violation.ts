/** A promise of `lib/README.md` that was not kept, as the simulated world shows it. */
export interface Violation {
  readonly promise: PromiseNumber
  /** Absent: it concerns no instance. */
  readonly instanceId?: string
  /** Milliseconds since 1970, virtual. */
  readonly at: number
  /** What happened, in a sentence without a full stop. */
  readonly what: string
}

/** The promises that are watched. The numbers are those of `lib/README.md`. */
export type PromiseNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10
