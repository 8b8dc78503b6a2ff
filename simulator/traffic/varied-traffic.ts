import type { Random } from '../engine/random.ts'
import type { TrafficSpec } from './traffic-spec.ts'

/**
 * The same curve on another day: each point and each burst is higher or lower by up to so many percent, as `random`
 * draws it. Without it, every seed would bring the same requests.
 */
export const variedTraffic = (spec: TrafficSpec, random: Random): TrafficSpec => {
  const { variesByPercent = 0 } = spec
  const vary = <Point extends { readonly requestsPerSecond: number }>(point: Point): Point => ({
    ...point,
    requestsPerSecond: point.requestsPerSecond * (1 + (variesByPercent / 100) * (2 * random.fraction() - 1)),
  })
  return { ...spec, curve: spec.curve.map(vary), bursts: spec.bursts.map(vary) }
}
