/** What names a metric. Each set of dimensions is a metric of its own: nothing is summed up over dimensions. */
export interface MetricIdentity {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** Values that came at one time. */
export interface MetricSample extends MetricIdentity {
  readonly unit: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly statistics: StatisticSet
}

export interface StatisticSet {
  readonly sampleCount: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

/** Percentiles are not modelled: only these four numbers of each minute are kept. */
export const statistics = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'] as const
export type Statistic = (typeof statistics)[number]

/** What a value has that says nothing of its unit (API reference, MetricDatum). */
export const NO_UNIT = 'None'

const keys = new WeakMap<MetricIdentity, string>()

/** One text for each metric, whatever the order of its dimensions. An alarm asks for its metric's every minute. */
export const metricKey = (metric: MetricIdentity): string => {
  const known = keys.get(metric)
  if (known !== undefined) return known
  const { namespace, name, dimensions } = metric
  const key = JSON.stringify([namespace, name, dimensionsOf(dimensions)])
  keys.set(metric, key)
  return key
}

/** In the order of their names. */
export const dimensionsOf = (
  dimensions: MetricIdentity['dimensions'],
): readonly (readonly [string, string])[] =>
  Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** Undefined: no value at all. */
export const statisticsOf = (values: readonly number[]): StatisticSet | undefined =>
  values.length === 0
    ? undefined
    : {
        sampleCount: values.length,
        sum: values.reduce((sum, value) => sum + value, 0),
        minimum: Math.min(...values),
        maximum: Math.max(...values),
      }

export const merged = (one: StatisticSet, other: StatisticSet): StatisticSet => ({
  sampleCount: one.sampleCount + other.sampleCount,
  sum: one.sum + other.sum,
  minimum: Math.min(one.minimum, other.minimum),
  maximum: Math.max(one.maximum, other.maximum),
})

export const valueOf = (set: StatisticSet, statistic: Statistic): number => {
  switch (statistic) {
    case 'SampleCount':
      return set.sampleCount
    case 'Sum':
      return set.sum
    case 'Average':
      return set.sum / set.sampleCount
    case 'Minimum':
      return set.minimum
    case 'Maximum':
      return set.maximum
  }
}
