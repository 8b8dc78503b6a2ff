import type {
  Datapoint,
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  GetMetricStatisticsCommandInput,
  GetMetricStatisticsCommandOutput,
  ListMetricsCommandInput,
  ListMetricsCommandOutput,
  MetricDataQuery,
  MetricDataResult,
  PutMetricDataCommandInput,
} from '@aws-sdk/client-cloudwatch'
import { ServiceError, type Operation } from '../../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { metricFrom, sampleFrom, statisticFrom, toDimensions } from '../metric-shapes.ts'
import type { MetricStore } from '../metric-store.ts'
import { valueOf, type MetricIdentity, type StatisticSet } from '../metric.ts'
import { pageFrom } from '../page.ts'
import { invalidValue, required, requirePeriod } from '../validation.ts'

type Answer<Output> = Omit<Output, '$metadata'>

interface Parts {
  readonly metrics: MetricStore
  readonly now: () => number
}

/** PutMetricData.MetricData, GetMetricStatistics (datapoints), ListMetrics (page): API reference. */
const MOST_DATA = 1_000
const MOST_DATAPOINTS = 1_440
const LISTED_AT_ONCE = 500

export const metricOperations = (parts: Parts): Readonly<Record<string, Operation>> => ({
  PutMetricData: (input: PutMetricDataCommandInput) => putMetricData(parts, input),
  GetMetricData: (input: GetMetricDataCommandInput) => getMetricData(parts, input),
  GetMetricStatistics: (input: GetMetricStatisticsCommandInput) => getMetricStatistics(parts, input),
  ListMetrics: (input: ListMetricsCommandInput) => listMetrics(parts, input),
})

const putMetricData = ({ metrics, now }: Parts, input: PutMetricDataCommandInput): object => {
  refuseUnmodelledMembers('PutMetricData', input, ['Namespace', 'MetricData', 'StrictEntityValidation'])
  const data = required('MetricData', input.MetricData)
  if (data.length > MOST_DATA) throw invalidValue(`MetricData may hold at most ${MOST_DATA} values.`)
  if (input.Namespace?.startsWith('AWS/') === true)
    throw invalidValue('The value for parameter Namespace is invalid: AWS/ is reserved.')
  const samples = data.map((datum) => sampleFrom(input.Namespace, datum, now()))
  for (const sample of samples) metrics.put(sample)
  return {}
}

interface Window {
  readonly metric: MetricIdentity
  readonly unit: string | undefined
  readonly periodSeconds: number
  readonly from: number
  readonly to: number
}

interface Slot {
  readonly at: number
  readonly set: StatisticSet
}

/** Oldest first; periods without a value are left out. The beginning is rounded down to a period. */
const slotsOf = (
  metrics: MetricStore,
  { metric, unit, periodSeconds, from, to }: Window,
): readonly Slot[] => {
  const periodMs = periodSeconds * 1_000
  const slots: Slot[] = []
  for (let at = Math.floor(from / periodMs) * periodMs; at < to; at += periodMs) {
    const set = metrics.statistics({ metric, unit, from: at, to: at + periodMs })
    if (set !== undefined) slots.push({ at, set })
  }
  return slots
}

const getMetricData = (
  { metrics }: Parts,
  input: GetMetricDataCommandInput,
): Answer<GetMetricDataCommandOutput> => {
  refuseUnmodelledMembers('GetMetricData', input, [
    'MetricDataQueries',
    'StartTime',
    'EndTime',
    'ScanBy',
    'MaxDatapoints',
  ])
  const window = {
    from: required('StartTime', input.StartTime).getTime(),
    to: required('EndTime', input.EndTime).getTime(),
  }
  const isOldestFirst = input.ScanBy === 'TimestampAscending'
  return {
    MetricDataResults: required('MetricDataQueries', input.MetricDataQueries).map((query) =>
      resultOf(metrics, query, { ...window, isOldestFirst }),
    ),
    Messages: [],
  }
}

/** Newest first, unless the call wants it otherwise. */
const resultOf = (
  metrics: MetricStore,
  { Id, MetricStat: stat, Label, ...rest }: MetricDataQuery,
  {
    isOldestFirst,
    ...window
  }: { readonly from: number; readonly to: number; readonly isOldestFirst: boolean },
): MetricDataResult => {
  if (stat === undefined || rest.Expression !== undefined) throw notModelled('GetMetricData with Expression')
  const metric = metricFrom(stat.Metric ?? {})
  const statistic = statisticFrom(stat.Stat)
  const periodSeconds = requirePeriod(required('Period', stat.Period))
  const slots = slotsOf(metrics, { ...window, metric, unit: stat.Unit, periodSeconds })
  const ordered = isOldestFirst ? slots : slots.toReversed()
  return {
    Id,
    Label: Label ?? metric.name,
    Timestamps: ordered.map(({ at }) => new Date(at)),
    Values: ordered.map(({ set }) => valueOf(set, statistic)),
    StatusCode: 'Complete',
  }
}

const getMetricStatistics = (
  { metrics }: Parts,
  input: GetMetricStatisticsCommandInput,
): Answer<GetMetricStatisticsCommandOutput> => {
  refuseUnmodelledMembers('GetMetricStatistics', input, [
    'Namespace',
    'MetricName',
    'Dimensions',
    'StartTime',
    'EndTime',
    'Period',
    'Statistics',
    'Unit',
  ])
  const metric = metricFrom(input)
  const wanted = required('Statistics', input.Statistics).map(statisticFrom)
  const window = {
    metric,
    unit: input.Unit,
    periodSeconds: requirePeriod(required('Period', input.Period)),
    from: required('StartTime', input.StartTime).getTime(),
    to: required('EndTime', input.EndTime).getTime(),
  }
  if ((window.to - window.from) / 1_000 / window.periodSeconds > MOST_DATAPOINTS)
    throw new ServiceError(
      'InvalidParameterCombination',
      `You have requested more than ${MOST_DATAPOINTS} datapoints.`,
    )
  const datapoints = slotsOf(metrics, window).map(({ at, set }): Datapoint => ({
    Timestamp: new Date(at),
    ...Object.fromEntries(wanted.map((statistic) => [statistic, valueOf(set, statistic)])),
    ...(input.Unit !== undefined && { Unit: input.Unit }),
  }))
  return { Label: metric.name, Datapoints: datapoints }
}

const listMetrics = (
  { metrics }: Parts,
  input: ListMetricsCommandInput,
): Answer<ListMetricsCommandOutput> => {
  refuseUnmodelledMembers('ListMetrics', input, ['Namespace', 'MetricName', 'Dimensions', 'NextToken'])
  const { Namespace, MetricName, Dimensions = [] } = input
  const found = metrics
    .list()
    .filter(
      ({ namespace, name, dimensions }) =>
        (Namespace === undefined || namespace === Namespace) &&
        (MetricName === undefined || name === MetricName) &&
        Dimensions.every(
          ({ Name = '', Value }) => Name in dimensions && (Value === undefined || dimensions[Name] === Value),
        ),
    )
  const { page, next } = pageFrom(found, {
    size: LISTED_AT_ONCE,
    most: LISTED_AT_ONCE,
    token: input.NextToken,
  })
  return {
    Metrics: page.map((metric) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: toDimensions(metric),
    })),
    ...next,
  }
}
