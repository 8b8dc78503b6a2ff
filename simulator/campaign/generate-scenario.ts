import type { Random } from '../engine/random.ts'
import type { FaultOdds } from '../faults/fault-odds.ts'
import { parseScenario } from '../scenario/load-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { generateGroups, ZONES } from './generate-groups.ts'
import { generateScript } from './generate-script.ts'
import { generateDaemons, generateServices, generateStandaloneTasks } from './generate-tasks.ts'
import { LONGEST_DRAIN_SECONDS, stackProfiles } from './stack-profiles.ts'

/** A generated cluster and what happens to it. */
export interface GeneratedRun {
  readonly scenario: Scenario
  /** Here the faults end: what comes after must come to its end. */
  readonly healsAtSeconds: number
}

/** From the end of the faults: the longest drain that begins in them, two resyncs, and time for what follows from it. */
const LIVENESS_SECONDS = LONGEST_DRAIN_SECONDS + 300

/** Long enough for a drain from its start to its deadline, short enough to play many. */
const SAFETY_SECONDS = { least: 300, most: 600 } as const

/** A random cluster, and a random script for it. Small, so that what is rare happens on little ground. */
export const generateRun = (random: Random, odds: FaultOdds, name: string): GeneratedRun => {
  const profile = random.pick(stackProfiles)
  const groups = generateGroups(random, profile)
  const services = generateServices(random)
  const healsAtSeconds = random.integer(SAFETY_SECONDS.least, SAFETY_SECONDS.most)
  const content = {
    description: 'Generated.',
    cluster: 'web',
    zones: ZONES,
    groups,
    services,
    daemons: generateDaemons(random),
    standaloneTasks: generateStandaloneTasks(random, services),
    settings: profile.settings,
    script: generateScript(random, { groups, services, untilSeconds: healsAtSeconds, unplanned: odds.world }),
    lastsSeconds: healsAtSeconds + LIVENESS_SECONDS,
  }
  return { scenario: parseScenario(name, content), healsAtSeconds }
}
