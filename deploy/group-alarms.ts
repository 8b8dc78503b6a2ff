import type { MetricName } from '../lib/metric-catalogue.ts'
import { hasLaunchHook } from './event-rules.ts'
import { groupAlarmLogicalId, groupAlarmName } from './names.ts'
import type { StackParameters } from './parameters.ts'
import type { Resource, Resources } from './template.ts'

/** An alarm on a metric that is above 0 when something is wrong with a group. */
interface GroupAlarm {
  readonly metric: MetricName
  /** What is wrong with the group, and what to do. */
  readonly description: (group: string) => string
  readonly evaluationPeriods: number
}

const hookMissing: GroupAlarm = {
  metric: 'HookMissing',
  description: (group) =>
    `${group} has lost its termination hook, so its instances end undrained. Deploy again.`,
  // A hook that is deleted and put again by a deployment is missing for a moment.
  evaluationPeriods: 2,
}

const launchNotReady: GroupAlarm = {
  metric: 'LaunchNotReady',
  description: (group) =>
    `An instance of ${group} went into service unready. Look at its agent and its daemons.`,
  evaluationPeriods: 1,
}

/**
 * The alarms of each group: an alarm names exactly the dimensions of its metric, and cannot search for groups. A dry run
 * has no hooks, and so nothing to miss.
 */
export const groupAlarms = (parameters: StackParameters): Resources => {
  const { cluster, groups, dryRun } = parameters
  const alarms = [...(dryRun ? [] : [hookMissing]), ...(hasLaunchHook(parameters) ? [launchNotReady] : [])]
  return Object.fromEntries(
    alarms.flatMap((alarm) =>
      groups.map((group) => [groupAlarmLogicalId(alarm.metric, group), alarmOf(alarm, cluster, group)]),
    ),
  )
}

const alarmOf = (
  { metric, description, evaluationPeriods }: GroupAlarm,
  cluster: string,
  group: string,
): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: groupAlarmName(metric, cluster, group),
    AlarmDescription: description(group),
    Namespace: 'Ebbtide',
    MetricName: metric,
    Dimensions: [
      { Name: 'ClusterName', Value: cluster },
      { Name: 'AutoScalingGroupName', Value: group },
    ],
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: evaluationPeriods,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    // Resync that does not run has an alarm of its own.
    TreatMissingData: 'notBreaching',
  },
})
