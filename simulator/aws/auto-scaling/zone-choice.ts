import type { Group } from './group.ts'
import type { Member } from './member.ts'
import { poolMembers } from './warm-pool.ts'

/** Where the next instance goes: the zone with fewest, and among equals the first that the group names. */
export const zoneForLaunch = (group: Group): string => {
  const [zone] = healthyOnes(group, zonesByCrowd(group))
  if (zone === undefined) throw new Error(`group ${group.name} has no zone to launch in`)
  return zone
}

/** Where the next instance of the warm pool goes: the zone with fewest, those in service counted in. */
export const zoneForWarming = (group: Group): string => {
  const [zone] = healthyOnes(group, zonesByCrowd(group, [...group.capacity, ...poolMembers(group)]))
  if (zone === undefined) throw new Error(`group ${group.name} has no zone to launch in`)
  return zone
}

/** The candidates, those first whose zone has fewest instances in service or on their way. */
export const sparsestFirst = (group: Group, candidates: readonly Member[]): readonly Member[] => {
  const zones = zonesByCrowd(group)
  const rank = ({ availabilityZone }: Member) => zones.indexOf(availabilityZone)
  return candidates.toSorted((a, b) => rank(a) - rank(b) || a.launchedAt - b.launchedAt)
}

const healthyOnes = ({ launchZones }: Group, zones: readonly string[]): readonly string[] =>
  zones.filter((zone) => launchZones.includes(zone))

/** Two zones whose numbers of instances differ by more than one; undefined: the group is in balance. */
export const imbalance = (
  group: Group,
): { readonly crowded: string; readonly sparse: string } | undefined => {
  const zones = healthyOnes(group, zonesByCrowd(group))
  const sparse = zones[0]
  const crowded = zones.at(-1)
  if (sparse === undefined || crowded === undefined) return undefined
  const counts = countByZone(group.capacity)
  return (counts.get(crowded) ?? 0) - (counts.get(sparse) ?? 0) > 1 ? { crowded, sparse } : undefined
}

const zonesByCrowd = (group: Group, crowd: readonly Member[] = group.capacity): readonly string[] => {
  const counts = countByZone(crowd)
  return [...group.zones].sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))
}

const countByZone = (members: readonly Member[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { availabilityZone } of members)
    counts.set(availabilityZone, (counts.get(availabilityZone) ?? 0) + 1)
  return counts
}
