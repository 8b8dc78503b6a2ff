import type {
  PutScalingPolicyCommandInput,
  ScalingPolicy as PolicyShape,
  StepAdjustment as StepShape,
} from '@aws-sdk/client-auto-scaling'
import { toDimensions, metricFrom, statisticFrom } from '../cloudwatch/metric-shapes.ts'
import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'
import type {
  AdjustmentType,
  ScalingPolicy,
  SimplePlan,
  StepAdjustment,
  StepPlan,
  TrackingPlan,
} from './scaling-policy.ts'
import { required, requireAtMost, validationError } from './validation.ts'

/** "Quotas for Amazon EC2 Auto Scaling". */
const MOST_STEPS = 20

const adjustmentTypes: readonly AdjustmentType[] = [
  'ChangeInCapacity',
  'ExactCapacity',
  'PercentChangeInCapacity',
]

/**
 * The policy that a PutScalingPolicy makes.
 *
 * @throws {ServiceError} `ValidationError` for what AWS would not take.
 */
export const policyFrom = (input: PutScalingPolicyCommandInput): Omit<ScalingPolicy, 'arn'> => {
  refuseUnmodelledMembers('PutScalingPolicy', input, [
    'AutoScalingGroupName',
    'PolicyName',
    'PolicyType',
    'AdjustmentType',
    'MinAdjustmentMagnitude',
    'ScalingAdjustment',
    'Cooldown',
    'MetricAggregationType',
    'StepAdjustments',
    'EstimatedInstanceWarmup',
    'TargetTrackingConfiguration',
    'Enabled',
  ])
  return {
    name: required('PolicyName', input.PolicyName),
    isEnabled: input.Enabled ?? true,
    plan: planFrom(input),
  }
}

const planFrom = (input: PutScalingPolicyCommandInput): SimplePlan | StepPlan | TrackingPlan => {
  switch (input.PolicyType ?? 'SimpleScaling') {
    case 'SimpleScaling':
      return simpleFrom(input)
    case 'StepScaling':
      return stepFrom(input)
    case 'TargetTrackingScaling':
      return trackingFrom(input)
    default:
      throw notModelled(`PutScalingPolicy with PolicyType ${input.PolicyType}`)
  }
}

const simpleFrom = (input: PutScalingPolicyCommandInput): SimplePlan => {
  if (input.ScalingAdjustment === undefined)
    throw validationError('ScalingAdjustment is required for policy type SimpleScaling.')
  return {
    kind: 'SimpleScaling',
    adjustment: { ...adjustmentFrom(input), amount: input.ScalingAdjustment },
    cooldownSeconds: input.Cooldown,
  }
}

const stepFrom = (input: PutScalingPolicyCommandInput): StepPlan => {
  const { type, minMagnitude } = adjustmentFrom(input)
  const steps = (input.StepAdjustments ?? []).map(toStep)
  requireAtMost('StepAdjustments', steps, MOST_STEPS)
  checkSteps(steps)
  const aggregation = input.MetricAggregationType ?? 'Average'
  if (aggregation !== 'Average' && aggregation !== 'Minimum' && aggregation !== 'Maximum')
    throw validationError(`MetricAggregationType ${aggregation} is not valid.`)
  return {
    kind: 'StepScaling',
    adjustmentType: type,
    minMagnitude,
    steps,
    aggregation,
    warmupSeconds: input.EstimatedInstanceWarmup,
  }
}

const adjustmentFrom = (input: PutScalingPolicyCommandInput) => {
  const type = adjustmentTypes.find((known) => known === input.AdjustmentType)
  if (type === undefined) throw validationError(`AdjustmentType ${input.AdjustmentType} is not valid.`)
  const minMagnitude = input.MinAdjustmentMagnitude ?? 0
  if (minMagnitude !== 0 && type !== 'PercentChangeInCapacity')
    throw validationError('MinAdjustmentMagnitude is valid only with PercentChangeInCapacity.')
  return { type, minMagnitude }
}

const toStep = (step: StepShape): StepAdjustment => {
  const amount = step.ScalingAdjustment
  if (amount === undefined) throw validationError('ScalingAdjustment is required in a step adjustment.')
  return { lowerBound: step.MetricIntervalLowerBound, upperBound: step.MetricIntervalUpperBound, amount }
}

/** Steps may neither overlap nor leave a gap, and one alone may be open on each side. */
const checkSteps = (steps: readonly StepAdjustment[]): void => {
  if (steps.length === 0) throw validationError('At least one StepAdjustment must be specified.')
  const ordered = steps.toSorted((a, b) => (a.lowerBound ?? -Infinity) - (b.lowerBound ?? -Infinity))
  ordered.forEach(({ lowerBound, upperBound }, index) => {
    if (lowerBound === undefined && upperBound === undefined)
      throw validationError('A step adjustment needs an upper or a lower bound.')
    if (index > 0 && ordered[index - 1]?.upperBound !== lowerBound)
      throw validationError('StepAdjustment intervals can not overlap or have a gap.')
  })
  const [first] = ordered
  const last = ordered.at(-1)
  if ((first?.lowerBound ?? 0) < 0 || (last?.upperBound ?? 0) > 0)
    throw validationError('StepAdjustments that leave the threshold must end in an open interval.')
}

const trackingFrom = ({
  TargetTrackingConfiguration: configuration,
  ...input
}: PutScalingPolicyCommandInput): TrackingPlan => {
  const custom = configuration?.CustomizedMetricSpecification
  if (configuration?.PredefinedMetricSpecification !== undefined)
    throw notModelled('PutScalingPolicy with PredefinedMetricSpecification')
  if (configuration?.TargetValue === undefined || custom === undefined)
    throw validationError('TargetTrackingConfiguration needs a TargetValue and a metric specification.')
  refuseUnmodelledMembers('CustomizedMetricSpecification', custom, [
    'MetricName',
    'Namespace',
    'Dimensions',
    'Statistic',
    'Unit',
  ])
  if (configuration.TargetValue <= 0) throw validationError('TargetValue must be greater than 0.')
  return {
    kind: 'TargetTrackingScaling',
    metric: metricFrom(custom),
    statistic: statisticFrom(custom.Statistic),
    unit: custom.Unit,
    target: configuration.TargetValue,
    isScaleInDisabled: configuration.DisableScaleIn === true,
    warmupSeconds: input.EstimatedInstanceWarmup,
  }
}

/** What DescribePolicies shows of a policy beyond its names. */
export const planShape = ({ plan }: ScalingPolicy): Partial<PolicyShape> => {
  switch (plan.kind) {
    case 'unknown':
      return { PolicyType: plan.policyType, StepAdjustments: [] }
    case 'SimpleScaling':
      return {
        PolicyType: plan.kind,
        StepAdjustments: [],
        AdjustmentType: plan.adjustment.type,
        ScalingAdjustment: plan.adjustment.amount,
        ...magnitudeShape(plan.adjustment.minMagnitude),
        ...(plan.cooldownSeconds !== undefined && { Cooldown: plan.cooldownSeconds }),
      }
    case 'StepScaling':
      return {
        PolicyType: plan.kind,
        AdjustmentType: plan.adjustmentType,
        ...magnitudeShape(plan.minMagnitude),
        MetricAggregationType: plan.aggregation,
        StepAdjustments: plan.steps.map(stepShape),
        ...warmupShape(plan),
      }
    case 'TargetTrackingScaling':
      return {
        PolicyType: plan.kind,
        StepAdjustments: [],
        TargetTrackingConfiguration: trackingShape(plan),
        ...warmupShape(plan),
      }
  }
}

const magnitudeShape = (minMagnitude: number) =>
  minMagnitude === 0 ? {} : { MinAdjustmentMagnitude: minMagnitude }

const warmupShape = ({ warmupSeconds }: StepPlan | TrackingPlan) =>
  warmupSeconds === undefined ? {} : { EstimatedInstanceWarmup: warmupSeconds }

const stepShape = ({ lowerBound, upperBound, amount }: StepAdjustment): StepShape => ({
  ...(lowerBound !== undefined && { MetricIntervalLowerBound: lowerBound }),
  ...(upperBound !== undefined && { MetricIntervalUpperBound: upperBound }),
  ScalingAdjustment: amount,
})

const trackingShape = (plan: TrackingPlan): PolicyShape['TargetTrackingConfiguration'] => ({
  CustomizedMetricSpecification: {
    MetricName: plan.metric.name,
    Namespace: plan.metric.namespace,
    Dimensions: toDimensions(plan.metric).map(({ Name, Value }) => ({ Name, Value })),
    Statistic: plan.statistic as 'Average',
    ...(plan.unit !== undefined && { Unit: plan.unit }),
  },
  TargetValue: plan.target,
  DisableScaleIn: plan.isScaleInDisabled,
})
