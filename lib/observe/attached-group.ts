import { DescribeAutoScalingGroupsCommand, type AutoScalingClient } from '@aws-sdk/client-auto-scaling'

import { during } from '../aws/errors.ts'
import type { AttachedGroup } from '../decide/attachment.ts'
import { MARK_TAG } from './capacity/scaled-groups.ts'

/** Remembers the termination policies that a group had, separated by spaces, which no policy's name and no ARN holds. */
export const FORMER_POLICIES_TAG = 'ebbtide:former-termination-policies'

/** The role with which Auto Scaling calls a function, unless the group was given one of its own. */
const SERVICE_LINKED_ROLE = /\/AWSServiceRoleForAutoScaling$/

export interface AttachedGroupReading extends AttachedGroup {
  /** Auto Scaling may call our function for it: the function admits the default role alone. */
  readonly hasDefaultRole: boolean
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
  return {
    terminationPolicies: group.TerminationPolicies ?? [],
    hasDefaultRole: SERVICE_LINKED_ROLE.test(group.ServiceLinkedRoleARN ?? ''),
    ...(former !== undefined && { formerPolicies: former.split(' ') }),
    ...(mark !== undefined && { mark }),
  }
}
