import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'

import type { DroppedRequests } from '../../../simulator/traffic/dropped-requests.ts'
import { ServiceTraffic } from '../../../simulator/traffic/service-traffic.ts'
import type { TrafficSpec } from '../../../simulator/traffic/traffic-spec.ts'
import { countOneByOne, type Change } from './one-by-one.ts'

const LENGTH_MS = 4_000

const seconds = fc.integer({ min: 1, max: 3_000 }).map((ms) => ms / 1_000)
const requestsPerSecond = fc.integer({ min: 0, max: 60 })

const traffic: fc.Arbitrary<TrafficSpec> = fc.record({
  curve: fc.tuple(requestsPerSecond, seconds, requestsPerSecond).map(([first, atSeconds, second]) => [
    { atSeconds: 0, requestsPerSecond: first },
    { atSeconds, requestsPerSecond: second },
  ]),
  bursts: fc.array(fc.record({ atSeconds: seconds, lastsSeconds: seconds, requestsPerSecond }), {
    maxLength: 2,
  }),
  durations: fc
    .array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), seconds }), { minLength: 1, maxLength: 3 })
    .map((kinds) => {
      const total = kinds.reduce((sum, { weight }) => sum + weight, 0)
      return kinds.map(({ weight, seconds }) => ({ share: weight / total, seconds }))
    }),
})

const target = fc.record({
  id: fc.constantFrom('i-a', 'i-b'),
  port: fc.constantFrom(1, 2),
  state: fc.constantFrom('initial', 'healthy', 'healthy', 'unhealthy', 'draining'),
  answers: fc.constantFrom(true, true, true, false),
})

const change: fc.Arbitrary<Change> = fc.record({
  atMs: fc.integer({ min: 0, max: LENGTH_MS }),
  targets: fc.uniqueArray(target, { maxLength: 4, selector: ({ id, port }) => `${id}:${port}` }),
})

const changes = fc
  .array(change, { maxLength: 8 })
  .map((unordered) => unordered.toSorted((a, b) => a.atMs - b.atMs))

const play = (spec: TrafficSpec, moments: readonly (Change | { readonly atMs: number })[]) => {
  const drops: Omit<DroppedRequests, 'service'>[] = []
  const startsAt = Date.UTC(2026, 0, 1)
  const counted = new ServiceTraffic({
    spec,
    startsAt,
    whySilent: () => 'container-ended',
    onDrop: (drop) => drops.push(drop),
  })
  for (const moment of moments) {
    if ('targets' in moment) counted.targetsChanged(moment.targets, startsAt + moment.atMs)
    else counted.settle(startsAt + moment.atMs)
  }
  const score = counted.score(startsAt + LENGTH_MS)
  counted.settle(startsAt + LENGTH_MS)
  return { score, drops }
}

describe('requests counted in bulk', () => {
  it('are the same as requests counted one by one', () => {
    fc.assert(
      fc.property(traffic, changes, (spec, script) => {
        const { sent, answered, dropped, inFlight } = play(spec, script).score
        expect({ sent, answered, dropped, inFlight }).toEqual(countOneByOne(spec, script, LENGTH_MS))
      }),
      { numRuns: 300 },
    )
  })

  it('tell of every drop, once and with a reason', () => {
    fc.assert(
      fc.property(traffic, changes, (spec, script) => {
        const { score, drops } = play(spec, script)
        const told: Record<string, number> = {}
        for (const { reason, count } of drops) told[reason] = (told[reason] ?? 0) + count
        expect(told).toEqual(score.droppedFor)
        expect(drops.reduce((sum, { count }) => sum + count, 0)).toBe(score.dropped)
      }),
    )
  })

  it('do not depend on when they are looked at', () => {
    const looks = fc.array(
      fc.integer({ min: 0, max: LENGTH_MS }).map((atMs) => ({ atMs })),
      { maxLength: 10 },
    )
    fc.assert(
      fc.property(traffic, changes, looks, (spec, script, extra) => {
        const looked = [...script, ...extra].toSorted((a, b) => a.atMs - b.atMs)
        expect(play(spec, looked).score).toEqual(play(spec, script).score)
      }),
    )
  })
})
