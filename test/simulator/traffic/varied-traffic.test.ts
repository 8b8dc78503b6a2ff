import { describe, expect, it } from '@jest/globals'

import { Random } from '../../../simulator/engine/random.ts'
import { variedTraffic } from '../../../simulator/traffic/varied-traffic.ts'

const spec = {
  curve: [
    { atSeconds: 0, requestsPerSecond: 10 },
    { atSeconds: 600, requestsPerSecond: 100 },
  ],
  bursts: [{ atSeconds: 60, lastsSeconds: 10, requestsPerSecond: 50 }],
  durations: [{ share: 1, seconds: 0.2 }],
}

const ratesOf = (variesByPercent: number, seed: number): readonly number[] => {
  const { curve, bursts } = variedTraffic({ ...spec, variesByPercent }, new Random(seed))
  return [...curve, ...bursts].map(({ requestsPerSecond }) => requestsPerSecond)
}

describe('traffic that varies', () => {
  it('is higher or lower at each point by no more than it may, and another with another seed', () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const shares = ratesOf(20, seed).map((rate, index) => rate / ([10, 100, 50][index] ?? 0))
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.8)
      expect(Math.max(...shares)).toBeLessThanOrEqual(1.2)
      expect(new Set(shares).size).toBe(3)
    }
    expect(ratesOf(20, 1)).not.toEqual(ratesOf(20, 2))
    expect(ratesOf(20, 1)).toEqual(ratesOf(20, 1))
  })

  it('is the curve itself where nothing is said', () => {
    expect(variedTraffic(spec, new Random(1))).toEqual(spec)
  })
})
