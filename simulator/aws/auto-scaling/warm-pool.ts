import type { Group } from './group.ts'
import { isRetained, isTerminating } from './lifecycle-state.ts'
import type { Member } from './member.ts'

/** A group's warm pool as it was asked for. */
export interface WarmPool {
  readonly minSize: number
  /** `Hibernated` is not modelled. */
  readonly poolState: 'Stopped' | 'Running'
  /** Whether scale-in returns instances to the pool instead of terminating them. */
  readonly reuseOnScaleIn: boolean
  /** Undefined: the group's maximum size. */
  readonly maxGroupPreparedCapacity: number | undefined
  /** A pool that is deleted stays until its last instance has gone. */
  readonly status: 'Active' | 'PendingDelete'
}

/** How many instances the pool should hold: what is prepared beyond the desired capacity, and never less than `MinSize`. */
export const wantedPoolSize = (group: Group, pool: WarmPool): number =>
  pool.status === 'PendingDelete'
    ? 0
    : Math.max(pool.minSize, (pool.maxGroupPreparedCapacity ?? group.max) - group.desired)

/** The instances that make up the pool's size: neither those that leave it for good nor those that are retained. */
export const poolMembers = (group: Group): readonly Member[] =>
  group.warmed.filter(({ state }) => !isTerminating(state) && !isRetained(state))
