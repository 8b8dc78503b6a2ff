import type { Random } from '../engine/random.ts'
import { ZONES, type GeneratedGroup } from './generate-groups.ts'
import { HOOK, type Step } from './generate-script.ts'

/** A group that the stack was not given, and what happens to its instances. */
export interface Neighbours {
  /** Empty: the stack has the account for itself. */
  readonly groups: readonly GeneratedGroup[]
  readonly script: readonly Step[]
}

/** In so many runs somebody else lives in the account. */
const NEIGHBOUR_ODDS = 0.35

/**
 * Somebody else's group, whose instances leave while the stack is at work. In the stack's own cluster ECS tells our functions
 * of its tasks and its container instances; in another cluster EC2 still tells of its machines, because no rule can tell them
 * apart. Its hook may be called like ours.
 */
export const generateNeighbours = (random: Random, untilSeconds: number): Neighbours => {
  if (!random.chance(NEIGHBOUR_ODDS)) return { groups: [], script: [] }
  const isInOurCluster = random.chance(0.7)
  const group = { ...generateGroup(random), registrationSeconds: isInOurCluster ? 20 : 'never' }
  const leaving = Array.from({ length: random.integer(1, 3) }, () =>
    leave(random, { group, isInOurCluster, atSeconds: random.integer(10, Math.floor(untilSeconds * 0.8)) }),
  )
  return { groups: [group], script: leaving.flat() }
}

const generateGroup = (random: Random): GeneratedGroup => {
  const desired = random.integer(1, 3)
  const isSpot = random.chance(0.4)
  return {
    name: 'ecs-billing',
    cpu: 2_048,
    memory: 7_680,
    desired,
    min: 0,
    max: desired + 1,
    bootSeconds: random.integer(15, 60),
    ...(isSpot && { market: 'spot' as const }),
    ...(random.chance(0.8) && { otherHooks: [hookOf(random)] }),
    ...(random.chance(0.2) && { managedDraining: true }),
  }
}

/** Nobody completes it, and so it ends by its own timeout. */
const hookOf = (random: Random) => ({
  name: random.pick(['billing-drain', HOOK]),
  heartbeatTimeoutSeconds: random.integer(30, 300),
})

interface Leave {
  readonly group: GeneratedGroup
  readonly isInOurCluster: boolean
  readonly atSeconds: number
}

/** Often somebody drains its container instances first, as our own function would. */
const leave = (random: Random, { group, isInOurCluster, atSeconds }: Leave): readonly Step[] => {
  const at = { atSeconds, group: group.name, instances: 1 }
  const isDrained = random.chance(0.5)
  const drained: readonly Step[] =
    isInOurCluster && isDrained ? [{ do: 'set-container-instances', ...at, status: 'DRAINING' }] : []
  const atEnd = { ...at, atSeconds: atSeconds + random.integer(0, 60) }
  return [...drained, end(random, group, atEnd)]
}

const end = (
  random: Random,
  { market }: GeneratedGroup,
  at: { readonly atSeconds: number; readonly group: string; readonly instances: number },
): Step => {
  const ofGroup = { atSeconds: at.atSeconds, group: at.group }
  switch (random.integer(0, market === 'spot' ? 6 : 4)) {
    case 0:
      return { do: 'terminate-by-hand', ...at }
    case 1:
      return { do: 'scheduled-event', ...at, startsInSeconds: random.integer(60, 300), ends: 'terminated' }
    case 2:
      return { do: 'lose-zone', ...ofGroup, zone: random.pick(ZONES) }
    case 5:
      return { do: 'spot-interruption', ...at }
    case 6:
      return { do: 'rebalance-recommendation', ...at }
    default:
      return { do: 'terminate-in-group', ...at, decrementDesiredCapacity: random.chance(0.5) }
  }
}
