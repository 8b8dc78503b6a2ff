import type { Alternatives } from '../aws/alternatives.ts'
import type { Random } from '../engine/random.ts'
import { switches, type Assumptions } from '../world/assumptions.ts'

/** In so many runs AWS is in some points another one than it is taken to be. */
const OTHERWISE_ODDS = 0.4

/** In those runs, so many of the switches are turned. */
const TURNED_ODDS = 0.3

/** What the documentation leaves open must not matter: nobody may rely on what the simulator takes AWS to do. */
export const generateAssumptions = (random: Random): Assumptions => {
  if (!random.chance(OTHERWISE_ODDS)) return {}
  const { ecs, autoScaling, cloudWatch, ec2 } = switches
  return {
    ecs: turn(random, ecs.alternatives),
    autoScaling: turn(random, autoScaling.alternatives),
    cloudWatch: turn(random, cloudWatch.alternatives),
    ec2: turn(random, ec2.alternatives),
  }
}

const turn = <Values extends object>(random: Random, alternatives: Alternatives<Values>): Partial<Values> => {
  const turned: Partial<Values> = {}
  for (const name of Object.keys(alternatives) as (keyof Values)[])
    if (random.chance(TURNED_ODDS)) turned[name] = random.pick(alternatives[name])
  return turned
}
