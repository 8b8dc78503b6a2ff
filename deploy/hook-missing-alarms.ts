import type { MetricName } from '../lib/metric-catalogue.ts'
import { hookMissingAlarmLogicalId, hookMissingAlarmName } from './names.ts'
import type { StackParameters } from './parameters.ts'
import type { Resource, Resources } from './template.ts'

/** One alarm for each group: an alarm names exactly the dimensions of its metric, and cannot search for groups. */
export const hookMissingAlarms = ({ cluster, groups }: StackParameters): Resources =>
  Object.fromEntries(
    groups.map((group) => [hookMissingAlarmLogicalId(group), hookMissingAlarm(cluster, group)]),
  )

const METRIC: MetricName = 'HookMissing'

const hookMissingAlarm = (cluster: string, group: string): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: hookMissingAlarmName(cluster, group),
    AlarmDescription: `${group} has lost its termination hook, so its instances end undrained. Deploy again.`,
    Namespace: 'Ebbtide',
    MetricName: METRIC,
    Dimensions: [
      { Name: 'ClusterName', Value: cluster },
      { Name: 'AutoScalingGroupName', Value: group },
    ],
    Statistic: 'Maximum',
    Period: 60,
    // A hook that is deleted and put again by a deployment is missing for a moment.
    EvaluationPeriods: 2,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    // Resync that does not run has an alarm of its own.
    TreatMissingData: 'notBreaching',
  },
})
