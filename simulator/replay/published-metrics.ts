import * as z from 'zod'

/** One value of a metric, as CloudWatch would read it. */
export interface PublishedMetric {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly dimensions: Readonly<Record<string, string>>
}

/** A line in CloudWatch's embedded metric format ("Specification: Embedded metric format"). */
const metricLine = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
})

/** The metrics in a line of product code; none in a line that is no metric. */
export const metricsIn = (line: unknown): readonly PublishedMetric[] => {
  const { data: fields } = metricLine.safeParse(line)
  return (fields?._aws.CloudWatchMetrics ?? []).flatMap(({ Dimensions: [names = []], Metrics }) => {
    const dimensions = Object.fromEntries(names.map((name) => [name, String(fields?.[name])]))
    return Metrics.flatMap(({ Name: name, Unit: unit }) =>
      valuesOf(fields?.[name]).map((value) => ({ name, unit, value, dimensions })),
    )
  })
}

const valuesOf = (value: unknown): readonly number[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'number')
