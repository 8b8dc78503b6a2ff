import * as z from 'zod'
import type { PutScalingPolicyCommandInput } from '@aws-sdk/client-auto-scaling'
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { Specified, Stack } from './stack.ts'

/** Numbers may be written as text in a template. */
const number = z.coerce.number().optional()

const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional()

/** Loose: what PutScalingPolicy does not model it refuses by name. Only what a template may write differently is read. */
const policyProperties = z.looseObject({
  AutoScalingGroupName: z.string(),
  PolicyType: z.string().optional(),
  AdjustmentType: z.string().optional(),
  ScalingAdjustment: number,
  MinAdjustmentMagnitude: number,
  Cooldown: number,
  EstimatedInstanceWarmup: number,
  StepAdjustments: z
    .array(
      z.strictObject({
        MetricIntervalLowerBound: number,
        MetricIntervalUpperBound: number,
        ScalingAdjustment: z.coerce.number(),
      }),
    )
    .optional(),
  TargetTrackingConfiguration: z.looseObject({ TargetValue: z.coerce.number() }).optional(),
})

/** The policies as PutScalingPolicy takes them. CloudFormation makes up their names, which the reference ends with. */
export const scalingPoliciesOf = (stack: Stack): Specified<PutScalingPolicyCommandInput>[] =>
  stack
    .resources('AWS::AutoScaling::ScalingPolicy', policyProperties)
    .map(({ logicalId, ref, properties }) => ({
      logicalId,
      spec: definedOnly({
        ...properties,
        PolicyName: ref.split(':policyName/').at(-1),
      }) as PutScalingPolicyCommandInput,
    }))

const alarmProperties = z.looseObject({
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Dimensions: dimensions,
  Period: number,
  EvaluationPeriods: number,
  DatapointsToAlarm: number,
  Threshold: number,
})

/** The alarms as PutMetricAlarm takes them. */
export const alarmsOf = (stack: Stack): Specified<PutMetricAlarmCommandInput>[] =>
  stack.resources('AWS::CloudWatch::Alarm', alarmProperties).map(({ logicalId, ref, properties }) => ({
    logicalId,
    spec: definedOnly({ ...properties, AlarmName: ref }) as PutMetricAlarmCommandInput,
  }))

/** The services check their inputs themselves, as they do for every caller: they take what a template holds as it is. */
const definedOnly = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
