import { DescribeAutoScalingGroupsCommand, type AutoScalingClient } from '@aws-sdk/client-auto-scaling'

import { during } from '../aws/errors.ts'
import { FORMER_POLICIES_TAG, MARK_TAG, type AttachedGroup } from '../decide/attachment.ts'

/** The role with which Auto Scaling calls a function, unless the group was given one of its own. */
const SERVICE_LINKED_ROLE = /\/AWSServiceRoleForAutoScaling$/

export interface AttachedGroupReading extends AttachedGroup {
  /** Auto Scaling may call our function for it: the function admits the default role alone. */
  readonly hasDefaultRole: boolean
  /** Its capacity is counted in weights, not in instances. */
  readonly isWeighted: boolean
}

/** What a group carries. Undefined: there is no such group (any more). */
export const readAttachedGroup = async (
  autoScaling: AutoScalingClient,
  autoScalingGroupName: string,
): Promise<AttachedGroupReading | undefined> => {
  const answer = await during(`describing Auto Scaling group ${autoScalingGroupName}`, () =>
    autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [autoScalingGroupName] })),
  )
  const [group] = answer.AutoScalingGroups ?? []
  if (group === undefined) return undefined
  const tag = (key: string) => group.Tags?.find(({ Key }) => Key === key)?.Value
  const former = tag(FORMER_POLICIES_TAG)
  const mark = tag(MARK_TAG)
  const overrides = group.MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []
  return {
    terminationPolicies: group.TerminationPolicies ?? [],
    hasDefaultRole: SERVICE_LINKED_ROLE.test(group.ServiceLinkedRoleARN ?? ''),
    isWeighted: overrides.some(({ WeightedCapacity }) => WeightedCapacity !== undefined),
    ...(former !== undefined && { formerPolicies: former.split(' ') }),
    ...(mark !== undefined && { mark }),
  }
}
