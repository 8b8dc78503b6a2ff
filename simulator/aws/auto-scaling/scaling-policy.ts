import { Random } from '../../engine/random.ts'
import { uuid } from '../../engine/uuid.ts'
import type { MetricIdentity, Statistic } from '../cloudwatch/metric.ts'

export type AdjustmentType = 'ChangeInCapacity' | 'ExactCapacity' | 'PercentChangeInCapacity'

/** How a number changes a group's capacity. */
export interface Adjustment {
  readonly type: AdjustmentType
  readonly amount: number
  /** The least change of a percentage, in instances. */
  readonly minMagnitude: number
}

/** Bounds are relative to the alarm's threshold; undefined: there is none on that side. */
export interface StepAdjustment {
  readonly lowerBound: number | undefined
  readonly upperBound: number | undefined
  readonly amount: number
}

export interface SimplePlan {
  readonly kind: 'SimpleScaling'
  readonly adjustment: Adjustment
  /** Undefined: the group's default cooldown. */
  readonly cooldownSeconds: number | undefined
}

export interface StepPlan {
  readonly kind: 'StepScaling'
  readonly adjustmentType: AdjustmentType
  readonly minMagnitude: number
  readonly steps: readonly StepAdjustment[]
  /** Undefined: as long as the group's default cooldown. */
  readonly warmupSeconds: number | undefined
  readonly aggregation: 'Average' | 'Minimum' | 'Maximum'
}

export interface TrackingPlan {
  readonly kind: 'TargetTrackingScaling'
  readonly metric: MetricIdentity
  readonly statistic: Statistic
  readonly unit: string | undefined
  readonly target: number
  readonly isScaleInDisabled: boolean
  /** Undefined: as long as the group's default cooldown. */
  readonly warmupSeconds: number | undefined
}

/** A policy of somebody else, of which only the type is known. It never does anything. */
interface UnknownPlan {
  readonly kind: 'unknown'
  readonly policyType: 'SimpleScaling' | 'StepScaling' | 'TargetTrackingScaling'
}

export interface ScalingPolicy {
  readonly name: string
  readonly arn: string
  readonly isEnabled: boolean
  readonly plan: SimplePlan | StepPlan | TrackingPlan | UnknownPlan
}

/**
 * The ARN of a policy. The id in it follows from the names, so that a template can name a policy that is not there yet;
 * AWS draws it.
 */
export const scalingPolicyArn = (
  { region, accountId }: { readonly region: string; readonly accountId: string },
  groupName: string,
  policyName: string,
): string => {
  const place = `autoScalingGroupName/${groupName}:policyName/${policyName}`
  return `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:${uuid(new Random(0, place))}:${place}`
}
