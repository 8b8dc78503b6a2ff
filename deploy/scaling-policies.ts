import type { MetricName } from '../lib/metric-catalogue.ts'
import { groupAlarmLogicalId, groupAlarmName, scalingPolicyLogicalId } from './names.ts'
import type { StackParameters } from './parameters.ts'
import type { Resource, Resources } from './template.ts'

/**
 * Scaling policies of AWS's own that follow Ebbtide's metrics, for people who keep AWS's scaling. Never simple scaling: it
 * waits for the activity before it to end, and an instance that drains holds it up for as long.
 */
export const scalingPolicies = (parameters: StackParameters): Resources => {
  const { scalingPolicies: kind, groups } = parameters
  if (kind === 'off') return {}
  const ofGroup = kind === 'target-tracking' ? targetTracking : stepScaling
  return Object.fromEntries(groups.flatMap((group) => Object.entries(ofGroup(group, parameters))))
}

/** A new instance counts once its agent has registered and its daemons run. */
const WARMUP_SECONDS = 180

const policy = (group: string, properties: Resource['Properties']): Resource => ({
  Type: 'AWS::AutoScaling::ScalingPolicy',
  Properties: { AutoScalingGroupName: group, EstimatedInstanceWarmup: WARMUP_SECONDS, ...properties },
})

/** The reservation halves when the instances double, which is what target tracking asks of a metric. */
const targetTracking = (group: string, { cluster, reservationTarget }: StackParameters): Resources => ({
  [scalingPolicyLogicalId('ReservationPolicy', group)]: policy(group, {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      TargetValue: reservationTarget,
      CustomizedMetricSpecification: {
        Namespace: 'Ebbtide',
        MetricName: 'CapacityReservation' satisfies MetricName,
        Dimensions: dimensionsOf(cluster, group),
        Statistic: 'Average',
      },
    },
  }),
})

/**
 * Out by one as soon as the group lacks a machine for what waits and the headroom; in by one when for a quarter of an hour
 * there was an instance that nobody needs. Both are measured of the group itself: what a service of one group lacks must not
 * drive another one to its maximum.
 */
const stepScaling = (group: string, { cluster }: StackParameters): Resources => {
  const outId = scalingPolicyLogicalId('ScaleOutPolicy', group)
  const inId = scalingPolicyLogicalId('ScaleInPolicy', group)
  return {
    [outId]: stepPolicy(group, { MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }),
    [inId]: stepPolicy(group, { MetricIntervalLowerBound: 0, ScalingAdjustment: -1 }),
    ...alarm(group, cluster, {
      metric: 'InstancesNeeded',
      description: `${group} lacks a machine for tasks or headroom, so it grows.`,
      periods: 1,
      policyId: outId,
    }),
    ...alarm(group, cluster, {
      metric: 'RemovableInstances',
      description: `${group} has an instance whose tasks fit elsewhere, so it shrinks.`,
      periods: 15,
      policyId: inId,
    }),
  }
}

const stepPolicy = (group: string, step: Readonly<Record<string, number>>): Resource =>
  policy(group, {
    PolicyType: 'StepScaling',
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: [step],
  })

interface ScalingAlarm {
  readonly metric: MetricName
  readonly description: string
  readonly periods: number
  readonly policyId: string
}

/** The threshold is one instance. */
const alarm = (group: string, cluster: string, about: ScalingAlarm): Resources => ({
  [groupAlarmLogicalId(about.metric, group)]: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: groupAlarmName(about.metric, cluster, group),
      AlarmDescription: about.description,
      Namespace: 'Ebbtide',
      MetricName: about.metric,
      Dimensions: dimensionsOf(cluster, group),
      Statistic: 'Minimum',
      Period: 60,
      EvaluationPeriods: about.periods,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      // What could not be measured changes nothing: a step policy acts each minute for as long as its alarm stays.
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: about.policyId }],
    },
  },
})

const dimensionsOf = (cluster: string, group: string): readonly object[] => [
  { Name: 'ClusterName', Value: cluster },
  { Name: 'AutoScalingGroupName', Value: group },
]
