import type {
  DeletePolicyCommandInput,
  DescribePoliciesCommandInput,
  DescribePoliciesCommandOutput,
  ExecutePolicyCommandInput,
  PutScalingPolicyCommandInput,
  PutScalingPolicyCommandOutput,
  ScalingPolicy as PolicyShape,
} from '@aws-sdk/client-auto-scaling'
import { ServiceError } from '../../operation.ts'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { causes } from '../cause.ts'
import type { Group } from '../group.ts'
import { pageOf } from '../page.ts'
import type { Execution, Order } from '../policy-execution.ts'
import type { ScalingPolicy } from '../scaling-policy.ts'
import { planShape, policyFrom } from '../scaling-policy-request.ts'
import { required, requireAtMost, validationError } from '../validation.ts'
import { requireGroup, type OperationContext } from './context.ts'

type Described = Omit<DescribePoliciesCommandOutput, '$metadata'>
type Put = Omit<PutScalingPolicyCommandOutput, '$metadata'>

interface Entry {
  readonly group: Group
  readonly policy: ScalingPolicy
}

const policyPages = {
  defaultSize: 50,
  largestSize: 100,
  keyOf: ({ group, policy }: Entry) => `${group.name} ${policy.name}`,
}

/** `DescribePolicies.PolicyNames` (API reference), and "Quotas for Amazon EC2 Auto Scaling". */
const MOST_NAMES = 50
const MOST_POLICIES_PER_GROUP = 50

export const policyOperations = (context: OperationContext) => ({
  PutScalingPolicy: (input: PutScalingPolicyCommandInput): Put => {
    const group = requireGroup(context, input.AutoScalingGroupName)
    const wanted = policyFrom(input)
    const others = context.policies.of(group).filter(({ name }) => name !== wanted.name)
    requireAtMost('policies', others, MOST_POLICIES_PER_GROUP - 1)
    const policy = context.policies.put(group, wanted)
    return { PolicyARN: policy.arn, Alarms: alarmsOf(context, policy) }
  },

  DeletePolicy: (input: DeletePolicyCommandInput): object => {
    refuseUnmodelledMembers('DeletePolicy', input, ['AutoScalingGroupName', 'PolicyName'])
    const { group, policy } = requirePolicy(context, input)
    context.policies.delete(group, policy)
    return {}
  },

  ExecutePolicy: (input: ExecutePolicyCommandInput): object => {
    refuseUnmodelledMembers('ExecutePolicy', input, [
      'AutoScalingGroupName',
      'PolicyName',
      'HonorCooldown',
      'MetricValue',
      'BreachThreshold',
    ])
    const entry = requirePolicy(context, input)
    if (execute(context, entry, input) === 'in-progress')
      throw new ServiceError(
        'ScalingActivityInProgress',
        'A scaling activity or its cooldown is in progress.',
      )
    return {}
  },

  DescribePolicies: (input: DescribePoliciesCommandInput) => describePolicies(context, input),
})

/** Names that no policy has are left out, not refused. */
const describePolicies = (context: OperationContext, input: DescribePoliciesCommandInput): Described => {
  refuseUnmodelledMembers('DescribePolicies', input, [
    'AutoScalingGroupName',
    'PolicyNames',
    'PolicyTypes',
    'MaxRecords',
    'NextToken',
  ])
  const { PolicyNames: names = [], PolicyTypes: types = [], AutoScalingGroupName: groupName } = input
  requireAtMost('PolicyNames', names, MOST_NAMES)
  const groups = groupName === undefined ? [...context.groups.values()] : [requireGroup(context, groupName)]
  const found = groups
    .flatMap((group) => context.policies.of(group).map((policy) => ({ group, policy })))
    .filter(({ policy }) => names.length === 0 || names.includes(policy.name) || names.includes(policy.arn))
    .filter(({ policy }) => types.length === 0 || types.includes(planShape(policy).PolicyType ?? ''))
  const { page, next } = pageOf(found, input, policyPages)
  return { ScalingPolicies: page.map((entry) => toPolicyShape(context, entry)), ...next }
}

/** By ARN, or by name and group. */
const requirePolicy = (
  context: OperationContext,
  input: { readonly AutoScalingGroupName?: string | undefined; readonly PolicyName?: string | undefined },
): Entry => {
  const name = required('PolicyName', input.PolicyName)
  const groups =
    input.AutoScalingGroupName === undefined && name.startsWith('arn:')
      ? [...context.groups.values()]
      : [requireGroup(context, input.AutoScalingGroupName)]
  const found = groups
    .flatMap((group) => context.policies.of(group).map((policy) => ({ group, policy })))
    .find(({ policy }) => policy.name === name || policy.arn === name)
  if (found === undefined) throw validationError(`PolicyName not found - there is no policy ${name}`)
  return found
}

const execute = (
  { policies, simulation }: OperationContext,
  { group, policy }: Entry,
  input: ExecutePolicyCommandInput,
): Execution => {
  const because = (from: number, to: number) =>
    causes.executedPolicy(simulation.now(), { policy: policy.name, from, to })
  const order: Order = { group, policy, because }
  const { plan } = policy
  switch (plan.kind) {
    case 'SimpleScaling': {
      const cooldown = input.HonorCooldown === true ? 'honour-cooldown' : 'ignore-cooldown'
      return policies.execution.executeSimple(order, plan, cooldown)
    }
    case 'StepScaling': {
      const { MetricValue: value, BreachThreshold: threshold } = input
      if (value === undefined || threshold === undefined)
        throw validationError('MetricValue and BreachThreshold are required for policy type StepScaling.')
      return policies.execution.executeStep(order, plan, value - threshold)
    }
    case 'TargetTrackingScaling':
    case 'unknown':
      throw validationError(`The policy ${policy.name} cannot be executed by a call.`)
  }
}

const toPolicyShape = (context: OperationContext, { group, policy }: Entry): PolicyShape => ({
  AutoScalingGroupName: group.name,
  PolicyName: policy.name,
  PolicyARN: policy.arn,
  ...planShape(policy),
  Alarms: alarmsOf(context, policy),
  Enabled: policy.isEnabled,
})

const alarmsOf = ({ alarms }: OperationContext, { arn }: ScalingPolicy) =>
  alarms.alarmsActingOn(arn).map((alarm) => ({ AlarmName: alarm.spec.name, AlarmARN: alarm.arn }))
