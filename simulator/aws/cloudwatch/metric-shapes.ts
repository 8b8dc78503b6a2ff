import type { Dimension, MetricDatum } from '@aws-sdk/client-cloudwatch'
import { ServiceError } from '../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'
import {
  dimensionsOf,
  NO_UNIT,
  statistics,
  statisticsOf,
  type MetricIdentity,
  type MetricSample,
  type Statistic,
  type StatisticSet,
} from './metric.ts'
import { invalidValue, oneOf, required } from './validation.ts'

/** How the API writes the dimensions of a metric, and back. */
export const toDimensions = ({ dimensions }: MetricIdentity): Dimension[] =>
  dimensionsOf(dimensions).map(([Name, Value]) => ({ Name, Value }))

interface MetricShape {
  readonly Namespace?: string | undefined
  readonly MetricName?: string | undefined
  readonly Dimensions?: readonly Dimension[] | undefined
}

/** @throws {ServiceError} `MissingParameter` without namespace or name. */
export const metricFrom = ({ Namespace, MetricName, Dimensions = [] }: MetricShape): MetricIdentity => ({
  namespace: required('Namespace', Namespace),
  name: required('MetricName', MetricName),
  dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [required('Name', Name), Value ?? ''])),
})

/** @throws {ServiceError} `InvalidParameterValue` for what is no statistic; `NotModelled` for a percentile. */
export const statisticFrom = (value: string | undefined): Statistic => {
  const name = required('Statistic', value)
  if (/^(p|tm|wm|tc|ts|pr|iqm)[\d(]?/i.test(name)) throw notModelled(`the statistic ${name}`)
  return oneOf('Statistic', name, statistics)
}

/** @throws {ServiceError} for a value that is no number, or a metric without name. */
export const sampleFrom = (namespace: string | undefined, datum: MetricDatum, now: number): MetricSample => {
  refuseUnmodelledMembers('PutMetricData', datum, [
    'MetricName',
    'Dimensions',
    'Timestamp',
    'Value',
    'Values',
    'Counts',
    'StatisticValues',
    'Unit',
    'StorageResolution',
  ])
  return {
    ...metricFrom({ ...datum, Namespace: namespace }),
    unit: datum.Unit ?? NO_UNIT,
    at: datum.Timestamp?.getTime() ?? now,
    statistics: statisticsFrom(datum),
  }
}

const statisticsFrom = ({ Value, Values, Counts, StatisticValues: set }: MetricDatum): StatisticSet => {
  if (set !== undefined) {
    const { SampleCount: sampleCount = 0, Sum: sum = 0, Minimum: minimum = 0, Maximum: maximum = 0 } = set
    return { sampleCount, sum, minimum, maximum }
  }
  const values = Value === undefined ? counted(Values ?? [], Counts) : [Value]
  if (values.some((value) => !Number.isFinite(value)))
    throw invalidValue('The value NaN for parameter MetricData.member.1.Value is invalid.')
  const found = statisticsOf(values)
  if (found === undefined)
    throw new ServiceError('MissingParameter', 'The parameter MetricData.member.1.Value is required.')
  return found
}

const counted = (values: readonly number[], counts: readonly number[] | undefined): readonly number[] =>
  values.flatMap((value, index) => Array.from({ length: counts?.[index] ?? 1 }, () => value))
