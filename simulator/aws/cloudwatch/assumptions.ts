import type { Alternatives } from '../alternatives.ts'

/** Behaviour of CloudWatch that AWS does not document, or leaves open. */
export interface CloudWatchAssumptions {
  /**
   * How many periods beyond EvaluationPeriods an alarm looks at for data. "Configuring how CloudWatch alarms treat missing
   * data" says that the number depends on the period; its tables have two for three periods.
   */
  readonly extraPeriodsRetrieved: number
}

export const defaultCloudWatchAssumptions: CloudWatchAssumptions = { extraPeriodsRetrieved: 2 }

export const cloudWatchAlternatives: Alternatives<CloudWatchAssumptions> = { extraPeriodsRetrieved: [0, 5] }

/**
 * From a log line, or a call of PutMetricData, to the moment in which alarms and statistics see its values. AWS names no
 * figure for metrics that exist; seconds are usual.
 */
export const PUBLICATION_DELAY_MS = { least: 1_000, most: 8_000 } as const
