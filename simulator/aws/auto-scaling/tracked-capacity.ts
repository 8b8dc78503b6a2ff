/** A metric of utilisation against its target, and the instances that brought it about. */
interface TrackedUtilisation {
  readonly value: number
  readonly target: number
  readonly instanceCount: number
}

/** What binary fractions may add to a number of instances that is whole. */
const WHOLE_TOLERANCE = 1e-6

/** "Managed scale-in behavior" (ECS): a scale-in takes less than half of the instances each minute. */
const MOST_REMOVED_SHARE = 0.5

/** How many instances bring the metric back to its target: rounded up, so that they suffice. */
export const capacityForTarget = ({ value, target, instanceCount }: TrackedUtilisation): number =>
  Math.ceil((instanceCount * value) / target - WHOLE_TOLERANCE)

/** Scale-in is gradual: at most half of the instances go at once, and the number that stays is rounded up. */
export const capacityAfterScaleIn = (utilisation: TrackedUtilisation): number => {
  const { instanceCount } = utilisation
  const wanted = capacityForTarget(utilisation)
  return Math.max(wanted, instanceCount === 1 ? 0 : Math.ceil(instanceCount * MOST_REMOVED_SHARE))
}
