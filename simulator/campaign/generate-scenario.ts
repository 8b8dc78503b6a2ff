import type { Random } from '../engine/random.ts'
import type { FaultOdds } from '../faults/fault-odds.ts'
import { parseScenario } from '../scenario/load-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { generateAssumptions } from './generate-assumptions.ts'
import { generateDemand } from './generate-demand.ts'
import { generateRecipe } from './generate-recipes.ts'
import { generateGroups, ZONES } from './generate-groups.ts'
import { generateNeighbours } from './generate-neighbours.ts'
import { generateScript, type Step } from './generate-script.ts'
import { generateDaemons, generateServices, generateStandaloneTasks } from './generate-tasks.ts'
import { LONGEST_DRAIN_SECONDS, stackProfiles } from './stack-profiles.ts'

/** A generated cluster and what happens to it. */
export interface GeneratedRun {
  readonly scenario: Scenario
  /** Here the faults end: what comes after must come to its end. */
  readonly healsAtSeconds: number
  /** Nothing goes wrong before: a stack that cannot be deployed is rolled back, and its cluster has no Ebbtide. */
  readonly deployedAtSeconds: number
}

/** From the end of the faults: the longest drain that begins in them, two resyncs, and time for what follows from it. */
const LIVENESS_SECONDS = LONGEST_DRAIN_SECONDS + 300

/** What is put on groups that Ebbtide scales, a custom resource puts there while time passes. Otherwise none does. */
const DEPLOYMENT_SECONDS = 10

/** Long enough for a drain from its start to its deadline, short enough to play many. */
const SAFETY_SECONDS = { least: 300, most: 600 } as const

/** Chance in several streams, so that what is drawn from one does not move the course of another. */
export interface RunChances {
  readonly random: Random
  readonly neighbours: Random
  readonly assumptions: Random
}

/** A random cluster, and a random script for it. Small, so that what is rare happens on little ground. */
export const generateRun = (
  { random, ...chances }: RunChances,
  odds: FaultOdds,
  name: string,
): GeneratedRun => {
  const profile = random.pick(stackProfiles)
  const groups = generateGroups(random, profile)
  const services = generateServices(random)
  const isRegistered = groups[0]?.['registrationSeconds'] !== 'never'
  const healsAtSeconds = random.integer(SAFETY_SECONDS.least, SAFETY_SECONDS.most)
  const ground = { groups, services, untilSeconds: healsAtSeconds, unplanned: odds.world }
  const neighbours = generateNeighbours(chances.neighbours, healsAtSeconds)
  const content = {
    description: 'Generated.',
    cluster: 'web',
    zones: ZONES,
    groups: [...groups, ...neighbours.groups],
    services,
    daemons: generateDaemons(random),
    standaloneTasks: generateStandaloneTasks(random, { roomFor: services, isRegistered }),
    // Without neighbours, what stands in the account is what the stack is given.
    settings: { ...profile.settings, groups: profile.groupNames.join(',') },
    script: inOrder([
      ...generateScript(random, ground),
      ...generateRecipe(random, ground),
      ...(profile.isScaling ? generateDemand(random, ground) : []),
      ...neighbours.script,
    ]),
    assumptions: generateAssumptions(chances.assumptions),
    lastsSeconds: healsAtSeconds + LIVENESS_SECONDS,
  }
  const deployedAtSeconds = profile.isScaling ? DEPLOYMENT_SECONDS : 0
  return { scenario: parseScenario(name, content), healsAtSeconds, deployedAtSeconds }
}

const inOrder = (script: readonly Step[]): readonly Step[] =>
  script.toSorted((one, other) => Number(one['atSeconds']) - Number(other['atSeconds']))
