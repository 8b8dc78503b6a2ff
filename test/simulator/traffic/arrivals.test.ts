import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'

import { createArrivals } from '../../../simulator/traffic/arrivals.ts'
import type { TrafficSpec } from '../../../simulator/traffic/traffic-spec.ts'

const DAY_SECONDS = 86_400

const arrivals = (rates: Partial<TrafficSpec>) => createArrivals({ curve: [], bursts: [], ...rates })

const constant = (requestsPerSecond: number) => [{ atSeconds: 0, requestsPerSecond }]

const day = [
  { atSeconds: 6 * 3_600, requestsPerSecond: 10 },
  { atSeconds: 18 * 3_600, requestsPerSecond: 50 },
]

describe('requests at a constant rate', () => {
  it('arrive evenly, the first one a gap after the beginning', () => {
    const sent = arrivals({ curve: constant(4) })
    expect([0, 0.2, 0.25, 0.5, 10, DAY_SECONDS].map(sent)).toEqual([0, 0, 1, 2, 40, 4 * DAY_SECONDS])
  })

  it('are whole requests, however awkward the rate', () => {
    const sent = arrivals({ curve: constant(0.1) })
    expect([9.999, 10, 30, 70].map(sent)).toEqual([0, 1, 3, 7])
  })
})

describe('requests along a curve', () => {
  it('change their rate evenly from point to point, and hold it before the first and after the last', () => {
    const curve = [
      { atSeconds: 10, requestsPerSecond: 2 },
      { atSeconds: 20, requestsPerSecond: 6 },
    ]
    expect([10, 15, 20, 30].map(arrivals({ curve }))).toEqual([20, 35, 60, 120])
  })

  it('jump where two points share a moment', () => {
    const curve = [
      { atSeconds: 0, requestsPerSecond: 1 },
      { atSeconds: 10, requestsPerSecond: 1 },
      { atSeconds: 10, requestsPerSecond: 5 },
    ]
    expect([10, 12].map(arrivals({ curve }))).toEqual([10, 20])
  })

  it('begin anew after each round, running on from the last point to the first one', () => {
    const sent = arrivals({ curve: day, repeatsEverySeconds: DAY_SECONDS })
    // The mean of 10 and 50 all day, because the curve rises for twelve hours and falls for twelve.
    expect(sent(DAY_SECONDS)).toBe(30 * DAY_SECONDS)
    expect(sent(6 * 3_600)).toBe(20 * 6 * 3_600)
    expect(sent(7 * DAY_SECONDS + 6 * 3_600) - sent(7 * DAY_SECONDS)).toBe(20 * 6 * 3_600)
  })
})

describe('bursts', () => {
  it('come on top of the curve while they last, each once', () => {
    const bursts = [
      { atSeconds: 5, lastsSeconds: 10, requestsPerSecond: 100 },
      { atSeconds: 10, lastsSeconds: 1, requestsPerSecond: 7 },
    ]
    const sent = arrivals({ curve: constant(1), bursts, repeatsEverySeconds: 20 })
    expect([5, 6, 10, 11, 15, 100].map(sent)).toEqual([5, 106, 510, 618, 1_022, 1_107])
  })
})

describe('any traffic', () => {
  it('never takes a request back', () => {
    const rate = fc.double({ min: 0, max: 1_000, noNaN: true })
    const curve = fc
      .uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 5 })
      .chain((times) =>
        fc
          .array(rate, { minLength: times.length, maxLength: times.length })
          .map((rates) =>
            times
              .toSorted((a, b) => a - b)
              .map((atSeconds, index) => ({ atSeconds, requestsPerSecond: rates[index]! })),
          ),
      )
    const moment = fc.double({ min: 0, max: 10_000, noNaN: true })
    fc.assert(
      fc.property(curve, fc.boolean(), moment, moment, (points, repeats, a, b) => {
        const sent = arrivals({ curve: points, ...(repeats && { repeatsEverySeconds: 1_000 }) })
        expect(sent(Math.max(a, b))).toBeGreaterThanOrEqual(sent(Math.min(a, b)))
      }),
    )
  })
})
