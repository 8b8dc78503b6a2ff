import { describe, expect, it } from '@jest/globals'
import { adjustedCapacity, stepFor } from '../../../../simulator/aws/auto-scaling/capacity-adjustment.ts'
import {
  capacityAfterScaleIn,
  capacityForTarget,
} from '../../../../simulator/aws/auto-scaling/tracked-capacity.ts'

describe('an adjustment', () => {
  // "Step and simple scaling policies": the examples of rounding, and of the least magnitude.
  it.each([
    ['ChangeInCapacity', 5, 3, 8],
    ['ChangeInCapacity', -5, 3, 0],
    ['ExactCapacity', 5, 3, 5],
    ['PercentChangeInCapacity', 10, 10, 11],
    ['PercentChangeInCapacity', 30, 11, 14],
    ['PercentChangeInCapacity', -30, 13, 10],
    ['PercentChangeInCapacity', 10, 6, 7],
    ['PercentChangeInCapacity', -10, 6, 5],
  ] as const)('%s of %i on %i instances makes %i', (type, amount, capacity, wanted) => {
    expect(adjustedCapacity({ type, amount, minMagnitude: 0 }, capacity)).toBe(wanted)
  })

  it('changes at least the least magnitude', () => {
    const adjust = (amount: number) =>
      adjustedCapacity({ type: 'PercentChangeInCapacity', amount, minMagnitude: 2 }, 4)
    expect(adjust(25)).toBe(6)
    expect(adjust(-25)).toBe(2)
  })
})

describe('a step', () => {
  const out = [
    { lowerBound: 0, upperBound: 10, amount: 0 },
    { lowerBound: 10, upperBound: 20, amount: 10 },
    { lowerBound: 20, upperBound: undefined, amount: 30 },
  ]
  const into = [
    { lowerBound: -10, upperBound: 0, amount: 0 },
    { lowerBound: -20, upperBound: -10, amount: -10 },
    { lowerBound: undefined, upperBound: -20, amount: -30 },
  ]

  it('above the threshold has its lower bound, and below it its upper bound', () => {
    expect([0, 9.9, 10, 19.9, 20, 90].map((breach) => stepFor(out, breach)?.amount)).toEqual([
      0, 0, 10, 10, 30, 30,
    ])
    expect([-9.9, -10, -19.9, -20, -90].map((breach) => stepFor(into, breach)?.amount)).toEqual([
      0, -10, -10, -30, -30,
    ])
  })

  it('is none where no interval is', () => {
    expect(stepFor(out, -1)).toBeUndefined()
  })
})

describe('target tracking', () => {
  it('scales out in proportion, rounded up', () => {
    expect(capacityForTarget({ value: 75, target: 50, instanceCount: 3 })).toBe(5)
    expect(capacityForTarget({ value: 100, target: 50, instanceCount: 4 })).toBe(8)
    expect(capacityForTarget({ value: 100, target: 90, instanceCount: 7 })).toBe(8)
    expect(capacityForTarget({ value: 180, target: 90, instanceCount: 10 })).toBe(20)
  })

  it('does not take a binary fraction for an instance', () => {
    expect(capacityForTarget({ value: (4 / 7) * 100, target: 100, instanceCount: 7 })).toBe(4)
    expect(capacityForTarget({ value: (11 / 10) * 100, target: 100, instanceCount: 10 })).toBe(11)
  })

  it('scales in by half at most, and leaves one more rather than one less', () => {
    expect(capacityAfterScaleIn({ value: 40, target: 50, instanceCount: 8 })).toBe(7)
    expect(capacityAfterScaleIn({ value: 10, target: 50, instanceCount: 8 })).toBe(4)
    expect(capacityAfterScaleIn({ value: 10, target: 50, instanceCount: 7 })).toBe(4)
    expect(capacityAfterScaleIn({ value: 0, target: 50, instanceCount: 1 })).toBe(0)
    expect(capacityAfterScaleIn({ value: 0, target: 50, instanceCount: 0 })).toBe(0)
  })
})
