import { Random } from '../engine/random.ts'
import { drawFaultOdds } from '../faults/fault-odds.ts'
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
export const verdictOn = (
  scenario: Scenario,
  { world, recording }: Rehearsal,
  seed: number,
): CrashVerdict => {
  const { violations, drains } = recording
  const [first] = violations
  const run = { ...nothingOfCampaigns(seed), scenario, world, recording, violations, drains: drains.length }
  return {
    wrong: violations.map(({ promise, what }) => `promise ${promise}: ${what}`),
    journal: first === undefined ? [] : journalOf(run, first),
  }
}

/** A scenario has no faults of a campaign, and none of its counts; journals tell of neither. */
const nothingOfCampaigns = (seed: number) => {
  const chances = { random: new Random(seed, 'none'), badMessages: new Random(seed, 'none') }
  return {
    seed,
    judged: 'promises' as const,
    odds: drawFaultOdds(chances, 'none'),
    reached: {},
    killedTasks: 0,
    earlyKills: 0,
    refusedSteps: {},
  }
}
