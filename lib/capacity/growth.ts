import { isMember, isStrayed } from './instance-state.ts'
import type { ClusterSnapshot, GroupSnapshot, InstanceSnapshot } from './snapshot.ts'

/** What a group has, and how far it may grow. */
export interface Growth {
  readonly members: readonly InstanceSnapshot[]
  /** Machines that were asked of it and are not there yet, if it can be expected to launch them. */
  readonly asked: number
  /** How many more it may be asked for. */
  readonly most: number
  /** Why it may not grow. Absent: it may. */
  readonly limitedBy?: GrowthLimit
}

export type GrowthLimit = 'launch-suspended' | 'launches-fail' | 'not-registering' | 'group-maximum'

/**
 * How long a failed launch speaks against a group. Auto Scaling tries again within minutes while it has less than it wants,
 * and each failure counts anew; where it no longer tries, the group deserves another chance.
 */
const LAUNCH_FAILURE_MS = 15 * 60_000

/** One machine that never registers may be bad luck; so many in a row are not, and the next would not register either. */
const STRAYED_IN_A_ROW = 3

/**
 * How far the group may grow. Machines are not waited for that Auto Scaling fails to launch, for want of capacity most
 * often: another group may have what this one lacks. And no more are asked for where the newest three, each
 * given ten minutes, all failed to register: a broken launch template would be paid for up to the maximum.
 */
export const growthOf = (group: GroupSnapshot, snapshot: ClusterSnapshot): Growth => {
  const members = membersOf(group, snapshot)
  const limitedBy = limitOf(group, members, snapshot.takenAt)
  const canLaunch = limitedBy !== 'launch-suspended' && limitedBy !== 'launches-fail'
  return {
    members,
    asked: canLaunch ? Math.max(0, group.desired - members.length) : 0,
    most: limitedBy === undefined ? group.max - Math.max(group.desired, members.length) : 0,
    ...(limitedBy !== undefined && { limitedBy }),
  }
}

export const membersOf = (
  { name }: GroupSnapshot,
  { instances }: ClusterSnapshot,
): readonly InstanceSnapshot[] =>
  instances.filter((instance) => instance.group === name && isMember(instance))

export const inServiceCount = (snapshot: ClusterSnapshot, group: GroupSnapshot): number =>
  membersOf(group, snapshot).filter(({ lifecycleState }) => lifecycleState === 'InService').length

const limitOf = (
  { suspendedProcesses, launchFailedAt = -Infinity, desired, max }: GroupSnapshot,
  members: readonly InstanceSnapshot[],
  now: number,
): GrowthLimit | undefined => {
  if (suspendedProcesses.includes('Launch')) return 'launch-suspended'
  if (now - launchFailedAt < LAUNCH_FAILURE_MS) return 'launches-fail'
  if (isNotRegistering(members, now)) return 'not-registering'
  return Math.max(desired, members.length) >= max ? 'group-maximum' : undefined
}

/** What is on its way still says nothing. Among equals in age one that did register goes first: doubt launches. */
const isNotRegistering = (members: readonly InstanceSnapshot[], now: number): boolean => {
  const isLost = (instance: InstanceSnapshot) => isStrayed(instance, now)
  const newest = members
    .filter((instance) => instance.containerInstance !== undefined || isLost(instance))
    .sort(
      (one, other) =>
        (other.launchedAt ?? 0) - (one.launchedAt ?? 0) || Number(isLost(one)) - Number(isLost(other)),
    )
    .slice(0, STRAYED_IN_A_ROW)
  return newest.length === STRAYED_IN_A_ROW && newest.every(isLost)
}
