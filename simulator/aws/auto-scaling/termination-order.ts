import type { Group } from './group.ts'
import { allocationRank } from './machine-types.ts'
import type { Member } from './member.ts'

/** The policies that AWS brings along ("Configure termination policies for Amazon EC2 Auto Scaling"). */
export const predefinedPolicies = [
  'Default',
  'AllocationStrategy',
  'OldestLaunchTemplate',
  'OldestLaunchConfiguration',
  'ClosestToNextInstanceHour',
  'NewestInstance',
  'OldestInstance',
] as const

type PredefinedPolicy = (typeof predefinedPolicies)[number]

const HOUR_MS = 3_600_000

/** How near an instance is to going: the least number first, equal numbers are left to what comes after. */
type Rank = (member: Member) => number

interface Situation {
  readonly group: Group
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * The instances that scale-in takes, at most `count` of the eligible: each from the zone with most instances in service
 * that has one to give, and there by the group's policies in their order, a custom one left out. AWS picks at random among
 * equals; here the earlier launch goes first.
 */
export const victimsForScaleIn = (
  { group, now }: Situation,
  eligible: readonly Member[],
  count: number,
): readonly Member[] => {
  const crowd = countByZone(group.inService)
  const inOrder = byPolicies({ group, now }, eligible)
  const victims: Member[] = []
  while (victims.length < count) {
    const left = inOrder.filter((member) => !victims.includes(member))
    const most = Math.max(...left.map(({ availabilityZone }) => crowd.get(availabilityZone) ?? 0))
    const next = left.find(({ availabilityZone }) => (crowd.get(availabilityZone) ?? 0) === most)
    if (next === undefined) return victims
    victims.push(next)
    crowd.set(next.availabilityZone, most - 1)
  }
  return victims
}

/** Whether every zone of the group has as many instances in service as the others. */
export const isBalanced = (group: Group): boolean => {
  const crowd = countByZone(group.inService)
  return new Set(group.zones.map((zone) => crowd.get(zone) ?? 0)).size <= 1
}

const byPolicies = (situation: Situation, members: readonly Member[]): readonly Member[] => {
  const named = situation.group.terminationPolicies.filter(isPredefined)
  const policies = named.length === 0 ? (['Default'] as const) : named
  const ranks = [
    ...policies.flatMap((policy) => ranksOf(policy, situation)),
    ({ launchedAt }: Member) => launchedAt,
  ]
  return members.toSorted((one, other) => {
    const decisive = ranks.find((rank) => rank(one) !== rank(other))
    return decisive === undefined ? 0 : decisive(one) - decisive(other)
  })
}

export const isPredefined = (policy: string): policy is PredefinedPolicy =>
  predefinedPolicies.some((known) => known === policy)

/** A group of the model has one launch template of one version, so that nothing is outdated. */
const ranksOf = (policy: PredefinedPolicy, { group, now }: Situation): readonly Rank[] => {
  const untilNextHour: Rank = ({ launchedAt }) => HOUR_MS - ((now - launchedAt) % HOUR_MS)
  switch (policy) {
    case 'Default':
      return [(member) => allocationRank(group, member), untilNextHour]
    case 'AllocationStrategy':
      return [(member) => allocationRank(group, member)]
    case 'OldestLaunchTemplate':
    case 'OldestLaunchConfiguration':
      return []
    case 'ClosestToNextInstanceHour':
      return [untilNextHour]
    case 'NewestInstance':
      return [({ launchedAt }) => -launchedAt]
    case 'OldestInstance':
      return [({ launchedAt }) => launchedAt]
  }
}

const countByZone = (members: readonly Member[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { availabilityZone } of members)
    counts.set(availabilityZone, (counts.get(availabilityZone) ?? 0) + 1)
  return counts
}
