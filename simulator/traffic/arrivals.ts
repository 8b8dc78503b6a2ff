import type { RatePoint, TrafficSpec } from './traffic-spec.ts'

type Rates = Omit<TrafficSpec, 'durations'>

/** Sums of decimal fractions end a hair below the whole number that they mean. */
const ROUNDING_SLACK = 1e-6

/**
 * How many requests arrive in the first `seconds`: the integral of the rate, rounded down, so it never falls, and any
 * two moments say how many arrive between them. Request n arrives at the moment at which this becomes n.
 */
export const createArrivals = (rates: Rates): ((seconds: number) => number) => {
  const areaOfCurve = createArea(rates)
  return (seconds) => {
    const onTop = rates.bursts.reduce(
      (sum, { atSeconds, lastsSeconds, requestsPerSecond }) =>
        sum + requestsPerSecond * Math.min(Math.max(seconds - atSeconds, 0), lastsSeconds),
      0,
    )
    return Math.floor(areaOfCurve(seconds) + onTop + ROUNDING_SLACK)
  }
}

const createArea = ({ curve, repeatsEverySeconds }: Rates): ((seconds: number) => number) => {
  if (repeatsEverySeconds === undefined) return (seconds) => areaUnder(curve, seconds)
  const round = closeRound(curve, repeatsEverySeconds)
  const areaOfRound = areaUnder(round, repeatsEverySeconds)
  return (seconds) => {
    const rounds = Math.floor(seconds / repeatsEverySeconds)
    return rounds * areaOfRound + areaUnder(round, seconds - rounds * repeatsEverySeconds)
  }
}

/** From its last point the curve runs on to the first point of the next round, so the turn gets a rate of its own. */
const closeRound = (curve: readonly RatePoint[], periodSeconds: number): readonly RatePoint[] => {
  const { first, last } = endsOf(curve)
  const next = { ...first, atSeconds: first.atSeconds + periodSeconds }
  const requestsPerSecond = rateBetween(last, next, periodSeconds)
  return [{ atSeconds: 0, requestsPerSecond }, ...curve, { atSeconds: periodSeconds, requestsPerSecond }]
}

/** Before its first point and after its last one the rate is that point's. */
const areaUnder = (curve: readonly RatePoint[], seconds: number): number => {
  const { first, last } = endsOf(curve)
  let area = first.requestsPerSecond * Math.min(seconds, first.atSeconds)
  for (const [index, to] of curve.entries()) {
    const from = curve[index - 1]
    if (from !== undefined) area += areaBetween(from, to, seconds)
  }
  return area + last.requestsPerSecond * Math.max(seconds - last.atSeconds, 0)
}

/** The part of a trapezium that lies before `seconds`. */
const areaBetween = (from: RatePoint, to: RatePoint, seconds: number): number => {
  const until = Math.min(seconds, to.atSeconds)
  if (until <= from.atSeconds) return 0
  const meanRate = (from.requestsPerSecond + rateBetween(from, to, until)) / 2
  return meanRate * (until - from.atSeconds)
}

/** Two points at the same moment are a jump, to the second one. */
const rateBetween = (from: RatePoint, to: RatePoint, seconds: number): number => {
  if (to.atSeconds === from.atSeconds) return to.requestsPerSecond
  const progress = (seconds - from.atSeconds) / (to.atSeconds - from.atSeconds)
  return from.requestsPerSecond + progress * (to.requestsPerSecond - from.requestsPerSecond)
}

const endsOf = (curve: readonly RatePoint[]): { readonly first: RatePoint; readonly last: RatePoint } => {
  const first = curve[0]
  const last = curve.at(-1)
  if (first === undefined || last === undefined) throw new Error('a curve needs a point')
  return { first, last }
}
