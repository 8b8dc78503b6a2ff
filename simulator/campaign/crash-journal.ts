import type { Rehearsal } from '../rehearsal/rehearse.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { journalOf } from './journal.ts'

/** What is wrong after a rehearsal, and what happened around the first of it; both empty: all is well. */
export interface CrashVerdict {
  /** Promises that were broken, or how the simulation came to an end. */
  readonly wrong: readonly string[]
  /** In lines, as for a campaign; empty where no promise was broken. */
  readonly journal: readonly string[]
}

/** Holds a scenario that was played against the promises. */
export const verdictOn = (scenario: Scenario, rehearsal: Rehearsal): CrashVerdict => {
  const { violations } = rehearsal.recording
  const [first] = violations
  return {
    wrong: violations.map(({ promise, what }) => `promise ${promise}: ${what}`),
    journal: first === undefined ? [] : journalOf({ ...rehearsal, scenario }, first),
  }
}
