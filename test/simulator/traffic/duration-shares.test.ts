import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'

import { countByDuration } from '../../../simulator/traffic/duration-shares.ts'

const mixOf = (weights: readonly number[]) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight, index) => ({ share: weight / total, seconds: index + 1 }))
}

const mix = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }).map(mixOf)

describe('the mix of short and long requests', () => {
  it('is exact wherever it can be', () => {
    const durations = [
      { share: 0.97, seconds: 0.2 },
      { share: 0.02, seconds: 5 },
      { share: 0.01, seconds: 120 },
    ]
    expect(countByDuration(durations, 100)).toEqual([97, 2, 1])
    expect(countByDuration(durations, 4_320_000)).toEqual([4_190_400, 86_400, 43_200])
  })

  it('gives every request exactly one duration', () => {
    fc.assert(
      fc.property(mix, fc.nat(10_000_000), (durations, count) => {
        const before = countByDuration(durations, count)
        const grown = countByDuration(durations, count + 1).map((value, index) => value - before[index]!)
        expect(grown.toSorted()).toEqual([...Array<number>(durations.length - 1).fill(0), 1])
      }),
    )
  })

  it('never strays from the shares by more than there are durations', () => {
    fc.assert(
      fc.property(mix, fc.nat(10_000_000), (durations, count) => {
        for (const [index, actual] of countByDuration(durations, count).entries())
          expect(Math.abs(actual - durations[index]!.share * count)).toBeLessThanOrEqual(durations.length)
      }),
    )
  })
})
