import type { MetricAlarm, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import { ServiceError } from '../operation.ts'
import { refuseUnmodelledMembers } from '../unmodelled-input.ts'
import type { ComparisonOperator, EvaluationRule, MissingDataTreatment } from './alarm-evaluation.ts'
import type { Alarm, AlarmSpec } from './alarm.ts'
import { metricFrom, statisticFrom, toDimensions } from './metric-shapes.ts'
import { invalidValue, oneOf, required, requirePeriod } from './validation.ts'

const operators: readonly ComparisonOperator[] = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]
const treatments: readonly MissingDataTreatment[] = ['missing', 'ignore', 'breaching', 'notBreaching']

/** An alarm looks back a day at most, and a week with periods of an hour or more (API reference, PutMetricAlarm). */
const LONGEST_RANGE_SECONDS = { ofShortPeriods: 86_400, ofHours: 604_800 } as const
const HOUR_SECONDS = 3_600

/** "CloudWatch service quotas": actions for each state of an alarm. */
const MOST_ACTIONS = 5

/** @throws {ServiceError} for what PutMetricAlarm refuses, and `NotModelled` for metric math and percentiles. */
export const alarmFrom = (input: PutMetricAlarmCommandInput): AlarmSpec => {
  refuseUnmodelledMembers('PutMetricAlarm', input, [
    'AlarmName',
    'AlarmDescription',
    'ActionsEnabled',
    'OKActions',
    'AlarmActions',
    'InsufficientDataActions',
    'MetricName',
    'Namespace',
    'Statistic',
    'Dimensions',
    'Period',
    'Unit',
    'EvaluationPeriods',
    'DatapointsToAlarm',
    'Threshold',
    'ComparisonOperator',
    'TreatMissingData',
    'Tags',
  ])
  const periodSeconds = requirePeriod(required('Period', input.Period))
  const rule = ruleFrom(input)
  checkRange(periodSeconds * rule.evaluationPeriods, periodSeconds)
  return {
    name: required('AlarmName', input.AlarmName),
    description: input.AlarmDescription,
    metric: metricFrom(input),
    statistic: statisticFrom(input.Statistic),
    unit: input.Unit,
    periodSeconds,
    rule,
    areActionsEnabled: input.ActionsEnabled ?? true,
    actions: actionsFrom(input),
  }
}

const ruleFrom = (input: PutMetricAlarmCommandInput): EvaluationRule => {
  const evaluationPeriods = required('EvaluationPeriods', input.EvaluationPeriods)
  const datapointsToAlarm = input.DatapointsToAlarm ?? evaluationPeriods
  if (evaluationPeriods < 1 || datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods)
    throw invalidValue('DatapointsToAlarm must be between 1 and EvaluationPeriods.')
  return {
    comparison: oneOf(
      'ComparisonOperator',
      required('ComparisonOperator', input.ComparisonOperator),
      operators,
    ),
    threshold: required('Threshold', input.Threshold),
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: oneOf('TreatMissingData', input.TreatMissingData ?? 'missing', treatments),
  }
}

const checkRange = (rangeSeconds: number, periodSeconds: number): void => {
  const { ofShortPeriods, ofHours } = LONGEST_RANGE_SECONDS
  if (rangeSeconds <= (periodSeconds >= HOUR_SECONDS ? ofHours : ofShortPeriods)) return
  throw new ServiceError(
    'ValidationError',
    'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
  )
}

const actionsFrom = (input: PutMetricAlarmCommandInput): AlarmSpec['actions'] => {
  const actions = {
    OK: input.OKActions ?? [],
    ALARM: input.AlarmActions ?? [],
    INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
  }
  if (Object.values(actions).some((arns) => arns.length > MOST_ACTIONS))
    throw invalidValue(`An alarm has at most ${MOST_ACTIONS} actions for each state.`)
  return actions
}

/** As DescribeAlarms shows it. */
export const toAlarmShape = ({ spec, arn, ...alarm }: Alarm): MetricAlarm => ({
  AlarmName: spec.name,
  AlarmArn: arn,
  ...(spec.description !== undefined && { AlarmDescription: spec.description }),
  AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
  ActionsEnabled: spec.areActionsEnabled,
  OKActions: [...spec.actions.OK],
  AlarmActions: [...spec.actions.ALARM],
  InsufficientDataActions: [...spec.actions.INSUFFICIENT_DATA],
  StateValue: alarm.state,
  StateReason: alarm.reason,
  StateUpdatedTimestamp: new Date(alarm.stateSince),
  StateTransitionedTimestamp: new Date(alarm.stateSince),
  MetricName: spec.metric.name,
  Namespace: spec.metric.namespace,
  Statistic: spec.statistic,
  Dimensions: toDimensions(spec.metric),
  Period: spec.periodSeconds,
  ...(spec.unit !== undefined && { Unit: spec.unit as NonNullable<MetricAlarm['Unit']> }),
  EvaluationPeriods: spec.rule.evaluationPeriods,
  DatapointsToAlarm: spec.rule.datapointsToAlarm,
  Threshold: spec.rule.threshold,
  ComparisonOperator: spec.rule.comparison,
  TreatMissingData: spec.rule.treatMissingData,
})
