import { targetKey, type TargetView } from '../../../simulator/aws/load-balancing/target-group.ts'
import { createArrivals } from '../../../simulator/traffic/arrivals.ts'
import { countByDuration } from '../../../simulator/traffic/duration-shares.ts'
import { chooseTargets } from '../../../simulator/traffic/routing.ts'
import type { TrafficSpec } from '../../../simulator/traffic/traffic-spec.ts'

/** The targets of a group from a moment on. */
export interface Change {
  readonly atMs: number
  readonly targets: readonly TargetView[]
}

type Fate = 'answered' | 'dropped' | 'inFlight'

/**
 * What the counting in bulk is held against: each request is a request, with a moment, a target and a fate of its own.
 * Moments are whole milliseconds after the beginning; the changes are in the order of time.
 */
export const countOneByOne = (spec: TrafficSpec, changes: readonly Change[], untilMs: number) => {
  const counts = { sent: 0, answered: 0, dropped: 0, inFlight: 0 }
  const arrivals = createArrivals(spec)
  for (let ms = 1; ms <= untilMs; ms += 1) {
    while (counts.sent < arrivals(ms / 1_000)) {
      counts.sent += 1
      counts[fateOf(requestNumber(spec, counts.sent), ms, { changes, untilMs })] += 1
    }
  }
  return counts
}

interface Request {
  readonly durationMs: number
  /** Its number among the requests of its duration. */
  readonly number: number
}

const requestNumber = ({ durations }: TrafficSpec, number: number): Request => {
  const before = countByDuration(durations, number - 1)
  const after = countByDuration(durations, number)
  const index = after.findIndex((count, place) => count > before[place]!)
  return { durationMs: durations[index]!.seconds * 1_000, number: after[index]! }
}

interface Times {
  readonly changes: readonly Change[]
  readonly untilMs: number
}

const fateOf = ({ durationMs, number }: Request, arrivesMs: number, { changes, untilMs }: Times): Fate => {
  const places = chooseTargets(changes.findLast(({ atMs }) => atMs < arrivesMs)?.targets ?? [])
  const target = places[number % places.length]
  if (target === undefined || !target.answers) return 'dropped'
  const endsMs = arrivesMs + durationMs
  const during = changes.filter(({ atMs }) => atMs >= arrivesMs && atMs < endsMs)
  const isStillThere = during.every(({ targets }) =>
    targets.some((candidate) => targetKey(candidate) === targetKey(target) && candidate.answers),
  )
  if (!isStillThere) return 'dropped'
  return endsMs <= untilMs ? 'answered' : 'inFlight'
}
