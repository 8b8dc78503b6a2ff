import { isManagedByEcs } from '../ecs/managed-scaling-metric.ts'
import type { AlarmSpec } from '../cloudwatch/alarm.ts'
import type { ComparisonOperator } from '../cloudwatch/alarm-evaluation.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import type { TrackingPlan } from './scaling-policy.ts'

/** Target tracking reads its metric by the minute, which is the default period of its alarms. */
const PERIOD_SECONDS = 60

/** The alarms that Auto Scaling makes for a custom metric: three minutes for scale-out, fifteen for scale-in. */
const MINUTES_ABOVE_TARGET = 3
const MINUTES_BELOW_TARGET = 15

/** Cluster auto scaling acts on the first minute above its target (DescribeAlarms, as users show it). */
const MANAGED_MINUTES_ABOVE_TARGET = 1

export interface TrackingAlarms {
  readonly high: AlarmSpec
  /** Undefined: scale-in is disabled. */
  readonly low: AlarmSpec | undefined
}

interface TrackingAlarmsOptions {
  readonly groupName: string
  readonly policyArn: string
  readonly plan: TrackingPlan
  readonly assumptions: AutoScalingAssumptions
  readonly newId: () => string
}

/**
 * The two alarms that belong to a target tracking policy. Without data both are INSUFFICIENT_DATA and nothing is scaled
 * ("Target tracking scaling policies for Amazon EC2 Auto Scaling").
 */
export const trackingAlarms = (options: TrackingAlarmsOptions): TrackingAlarms => {
  const { plan, assumptions } = options
  const isManaged = isManagedByEcs(plan.metric)
  // ECS's own metric is a count of instances, so that anything below the target is a whole instance too many.
  const lowShare = isManaged ? 1 : assumptions.scaleInThresholdShare
  return {
    high: alarm(options, {
      side: 'High',
      comparison: 'GreaterThanThreshold',
      threshold: plan.target,
      minutes: isManaged ? MANAGED_MINUTES_ABOVE_TARGET : MINUTES_ABOVE_TARGET,
    }),
    low: plan.isScaleInDisabled
      ? undefined
      : alarm(options, {
          side: 'Low',
          comparison: 'LessThanThreshold',
          threshold: plan.target * lowShare,
          minutes: MINUTES_BELOW_TARGET,
        }),
  }
}

interface Side {
  readonly side: 'High' | 'Low'
  readonly comparison: ComparisonOperator
  readonly threshold: number
  readonly minutes: number
}

const alarm = (
  { groupName, policyArn, plan, newId }: TrackingAlarmsOptions,
  { side, comparison, threshold, minutes }: Side,
): AlarmSpec => ({
  name: `TargetTracking-${groupName}-Alarm${side}-${newId()}`,
  description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`,
  metric: plan.metric,
  statistic: plan.statistic,
  unit: plan.unit,
  periodSeconds: PERIOD_SECONDS,
  rule: {
    comparison,
    threshold,
    evaluationPeriods: minutes,
    datapointsToAlarm: minutes,
    treatMissingData: 'missing',
  },
  areActionsEnabled: true,
  actions: { OK: [], ALARM: [policyArn], INSUFFICIENT_DATA: [] },
})
