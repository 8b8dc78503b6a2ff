import type {
  DescribePoliciesCommandInput,
  DescribePoliciesCommandOutput,
  ScalingPolicy,
} from '@aws-sdk/client-auto-scaling'
import type { ScalingPolicySpec } from '../../../world/world-spec.ts'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { Group } from '../group.ts'
import { pageOf } from '../page.ts'
import { requireAtMost } from '../validation.ts'
import { requireGroup, type OperationContext } from './context.ts'

type Output = Omit<DescribePoliciesCommandOutput, '$metadata'>

interface Entry {
  readonly group: Group
  readonly policy: ScalingPolicySpec
}

const policyPages = {
  defaultSize: 50,
  largestSize: 100,
  keyOf: ({ group, policy }: Entry) => `${group.name} ${policy.name}`,
}

/** `DescribePolicies.PolicyNames` (API reference). */
const MOST_NAMES = 50

export const policyOperations = (context: OperationContext) => ({
  /** Names that no policy has are left out, not refused. What a policy would do is not modelled, so it is not shown. */
  DescribePolicies: (input: DescribePoliciesCommandInput): Output => {
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
      .flatMap((group) => (group.spec.scalingPolicies ?? []).map((policy) => ({ group, policy })))
      .filter(({ policy }) => names.length === 0 || names.includes(policy.name))
      .filter(({ policy }) => types.length === 0 || types.includes(policy.policyType))
    const { page, next } = pageOf(found, input, policyPages)
    return { ScalingPolicies: page.map((entry) => toPolicyShape(entry, context)), ...next }
  },
})

const toPolicyShape = ({ group, policy }: Entry, { account }: OperationContext): ScalingPolicy => ({
  AutoScalingGroupName: group.name,
  PolicyName: policy.name,
  PolicyARN:
    `arn:aws:autoscaling:${account.region}:${account.accountId}:scalingPolicy:` +
    `autoScalingGroupName/${group.name}:policyName/${policy.name}`,
  PolicyType: policy.policyType,
  StepAdjustments: [],
  Alarms: [],
  Enabled: true,
})
