import * as z from 'zod'
import { NO_UNIT, statisticsOf, type MetricSample } from './metric.ts'

/**
 * A line in embedded metric format ("Specification: Embedded metric format"), such as
 *
 *     {"_aws":{"Timestamp":1763629543904,"CloudWatchMetrics":[{"Namespace":"Ebbtide","Dimensions":[["ClusterName"]],
 *      "Metrics":[{"Name":"PendingTasks","Unit":"Count"}]}]},"ClusterName":"web","PendingTasks":[3]}
 */
const metricLine = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().default(NO_UNIT) })),
      }),
    ),
  }),
})

type MetricLine = z.output<typeof metricLine>

/** What CloudWatch Logs makes of a log line: a sample for each metric and set of dimensions; none of any other line. */
export const samplesIn = (line: Readonly<Record<string, unknown>>): readonly MetricSample[] => {
  if (line['_aws'] === undefined) return []
  const { data } = metricLine.safeParse(line)
  if (data === undefined) return []
  return data._aws.CloudWatchMetrics.flatMap((directive) =>
    directive.Dimensions.flatMap((names) => samplesOf(data, directive, names)),
  )
}

const samplesOf = (
  line: MetricLine,
  { Namespace: namespace, Metrics }: MetricLine['_aws']['CloudWatchMetrics'][number],
  names: readonly string[],
): readonly MetricSample[] => {
  const dimensions = Object.fromEntries(names.map((name) => [name, String(line[name])]))
  return Metrics.flatMap(({ Name: name, Unit: unit }) => {
    const statistics = statisticsOf(numbersIn(line[name]))
    const at = line._aws.Timestamp
    return statistics === undefined ? [] : [{ namespace, name, dimensions, unit, at, statistics }]
  })
}

const numbersIn = (value: unknown): readonly number[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'number')
