/**
 * How much of a group is needed, in percent: 100 · M / N, where M is the number of instances that it needs and N the number
 * that it has. 100 says just enough, 200 twice as many are needed. With none of either it is 100; needed and none there is
 * 200, since no ratio says it (as ECS does for its CapacityProviderReservation, "Deep dive on Amazon ECS cluster auto
 * scaling"). Example: 4 needed, 3 there: 133.33.
 */
export const capacityReservation = (needed: number, present: number): number => {
  if (present > 0) return (100 * needed) / present
  return needed > 0 ? 200 : 100
}

/** How many instances a change adds at least and at most. */
export interface StepSize {
  readonly min: number
  readonly max: number
}

/** What is added when so many are needed: within the step, and nothing where nothing is needed. */
export const withinStep = (needed: number, { min, max }: StepSize): number =>
  needed <= 0 ? 0 : Math.max(min, Math.min(needed, max))
