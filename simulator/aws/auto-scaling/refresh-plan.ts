import type { Group } from './group.ts'
import type { Member } from './member.ts'

/** How far a rolling refresh may go. Percentages of the desired capacity. */
export interface RefreshBounds {
  readonly minHealthyPercentage: number
  /** Undefined: not given, which AWS treats as 100 but for bounds that leave no room (see `refreshStep`). */
  readonly maxHealthyPercentage: number | undefined
}

/** What `StartInstanceRefresh` takes when nothing is given (API reference, `RefreshPreferences`). */
export const DEFAULT_MIN_HEALTHY_PERCENTAGE = 90
const DEFAULT_MAX_HEALTHY_PERCENTAGE = 100

export interface RefreshStep {
  /** Taken out and replaced at once. */
  readonly atOnce: readonly Member[]
  /** Taken out when their replacement is in service. */
  readonly launchFirst: readonly Member[]
}

/**
 * How many of the candidates go next. The minimum rounds up and the maximum rounds down. Where that leaves no room at
 * all, one instance goes nevertheless: with an explicit maximum its replacement is launched first, without one it is
 * taken out first ("Understand the default values for an instance refresh").
 */
export const refreshStep = (
  group: Group,
  bounds: RefreshBounds,
  situation: {
    readonly candidates: readonly Member[]
    readonly healthyCount: number
    readonly isSettled: boolean
  },
): RefreshStep => {
  const { candidates, healthyCount, isSettled } = situation
  const max = bounds.maxHealthyPercentage ?? DEFAULT_MAX_HEALTHY_PERCENTAGE
  const takeable = healthyCount - Math.ceil((group.desired * bounds.minHealthyPercentage) / 100)
  const launchable = Math.floor((group.desired * max) / 100) - group.capacity.length
  const atOnce = candidates.slice(0, Math.max(0, takeable))
  const launchFirst = candidates.slice(atOnce.length, atOnce.length + Math.max(0, launchable))
  if (atOnce.length + launchFirst.length > 0 || !isSettled) return { atOnce, launchFirst }
  const one = candidates.slice(0, 1)
  return bounds.maxHealthyPercentage === undefined
    ? { atOnce: one, launchFirst: [] }
    : { atOnce: [], launchFirst: one }
}
