import type { Adjustment, StepAdjustment } from './scaling-policy.ts'

/**
 * The capacity after a change ("Step and simple scaling policies", Scaling adjustment types). A percentage of less than
 * one instance is one instance; above that it is cut off.
 */
export const adjustedCapacity = (adjustment: Adjustment, capacity: number): number => {
  const { type, amount, minMagnitude } = adjustment
  switch (type) {
    case 'ExactCapacity':
      return amount
    case 'ChangeInCapacity':
      return Math.max(0, capacity + amount)
    case 'PercentChangeInCapacity':
      return Math.max(0, capacity + Math.sign(amount) * Math.max(wholeShare(amount, capacity), minMagnitude))
  }
}

const wholeShare = (percent: number, capacity: number): number => {
  const share = Math.abs(percent * capacity) / 100
  return share > 0 && share < 1 ? 1 : Math.floor(share)
}

/**
 * The step for a metric that is so far from the alarm's threshold. Above it the lower bound belongs to the step, below it
 * the upper bound does ("Step adjustments for step scaling"). Undefined: no step covers it.
 */
export const stepFor = (steps: readonly StepAdjustment[], difference: number): StepAdjustment | undefined =>
  steps.find(({ lowerBound = -Infinity, upperBound = Infinity }) =>
    difference >= 0
      ? difference >= lowerBound && difference < upperBound
      : difference > lowerBound && difference <= upperBound,
  )
