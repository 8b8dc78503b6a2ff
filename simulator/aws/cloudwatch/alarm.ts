import type { AlarmState, EvaluationRule } from './alarm-evaluation.ts'
import type { MetricIdentity, Statistic } from './metric.ts'

/** An alarm on one metric, as PutMetricAlarm takes it. Metric math and anomaly detection are not modelled. */
export interface AlarmSpec {
  readonly name: string
  readonly description: string | undefined
  readonly metric: MetricIdentity
  readonly statistic: Statistic
  /** Undefined: values of any unit. */
  readonly unit: string | undefined
  readonly periodSeconds: number
  readonly rule: EvaluationRule
  readonly areActionsEnabled: boolean
  /** ARNs by the state that the alarm comes to. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>
}

/** What an alarm tells its actions. */
export interface AlarmNotice {
  readonly alarm: AlarmSpec
  readonly state: AlarmState
  readonly previousState: AlarmState
  readonly reason: string
  /** The newest value of the metric; undefined: there is none in the evaluation range. */
  readonly value: number | undefined
  /** When the period of that value began. */
  readonly valueAt: number | undefined
  readonly at: number
}

/** An alarm and the state that it is in. */
export interface Alarm {
  spec: AlarmSpec
  readonly arn: string
  readonly createdAt: number
  configuredAt: number
  state: AlarmState
  reason: string
  stateSince: number
}
