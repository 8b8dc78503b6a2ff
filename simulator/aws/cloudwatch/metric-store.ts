import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { PUBLICATION_DELAY_MS } from './assumptions.ts'
import { merged, metricKey, type MetricIdentity, type MetricSample, type StatisticSet } from './metric.ts'

export const MINUTE_MS = 60_000

/** By the beginning of each minute. */
type Minutes = Map<number, StatisticSet>

interface Series {
  readonly identity: MetricIdentity
  /** Values with different units do not mix ("Amazon CloudWatch concepts", Units). */
  readonly byUnit: Map<string, Minutes>
}

interface StatisticsQuery {
  readonly metric: MetricIdentity
  /** Milliseconds since 1970: the first moment, and the first one that is not meant any more. */
  readonly from: number
  readonly to: number
  /** Undefined: whatever the unit. */
  readonly unit: string | undefined
}

interface Pending {
  readonly sample: MetricSample
  readonly visibleAt: number
}

/**
 * The values of all metrics, a minute at a time. What is put in is seen a moment later; it is taken in when somebody asks,
 * so that a value nobody asks for costs no timer.
 */
export class MetricStore {
  readonly #simulation: Simulation
  readonly #random: Random
  readonly #series = new Map<string, Series>()
  #pending: Pending[] = []

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#random = simulation.randomFor('cloudwatch metrics')
  }

  put(sample: MetricSample): void {
    const { least, most } = PUBLICATION_DELAY_MS
    this.#pending.push({ sample, visibleAt: this.#simulation.now() + this.#random.integer(least, most) })
  }

  /** Undefined: there is no value in that time. */
  statistics({ metric, from, to, unit }: StatisticsQuery): StatisticSet | undefined {
    this.#takeIn()
    const byUnit = this.#series.get(metricKey(metric))?.byUnit ?? new Map<string, Minutes>()
    const wanted =
      unit === undefined ? [...byUnit.values()] : [byUnit.get(unit) ?? new Map<number, StatisticSet>()]
    const found = wanted.flatMap((minutes) => within(minutes, from, to))
    const [first, ...rest] = found
    return first === undefined ? undefined : rest.reduce(merged, first)
  }

  /** Every metric that has a value. */
  list(): readonly MetricIdentity[] {
    this.#takeIn()
    return Array.from(this.#series.values(), ({ identity }) => identity)
  }

  #takeIn(): void {
    const now = this.#simulation.now()
    const stillPending: Pending[] = []
    for (const pending of this.#pending) {
      if (pending.visibleAt <= now) this.#add(pending.sample)
      else stillPending.push(pending)
    }
    this.#pending = stillPending
  }

  #add(sample: MetricSample): void {
    const minutes = this.#minutesOf(sample)
    const minute = Math.floor(sample.at / MINUTE_MS) * MINUTE_MS
    const known = minutes.get(minute)
    minutes.set(minute, known === undefined ? sample.statistics : merged(known, sample.statistics))
  }

  #minutesOf({ namespace, name, dimensions, unit }: MetricSample): Minutes {
    const identity = { namespace, name, dimensions }
    const key = metricKey(identity)
    const series = this.#series.get(key) ?? { identity, byUnit: new Map<string, Minutes>() }
    this.#series.set(key, series)
    const minutes: Minutes = series.byUnit.get(unit) ?? new Map<number, StatisticSet>()
    series.byUnit.set(unit, minutes)
    return minutes
  }
}

/** A minute belongs to a time when it begins in it. */
const within = (minutes: Minutes, from: number, to: number): StatisticSet[] => {
  const found: StatisticSet[] = []
  for (let minute = Math.ceil(from / MINUTE_MS) * MINUTE_MS; minute < to; minute += MINUTE_MS) {
    const set = minutes.get(minute)
    if (set !== undefined) found.push(set)
  }
  return found
}
