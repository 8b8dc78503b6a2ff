import {
  DescribeAutoScalingGroupsCommand,
  type AutoScalingClient,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling'

import { during } from '../aws/errors.ts'
import { allPages, chunksOf } from '../aws/pages.ts'

/** DescribeAutoScalingGroups takes 50 names and gives 100 groups at most. */
const GROUPS_PER_CALL = 50

/** What Auto Scaling says of the groups that it knows among these. */
export const describeGroups = async (
  autoScaling: AutoScalingClient,
  names: readonly string[],
): Promise<readonly AutoScalingGroup[]> => {
  const found: AutoScalingGroup[] = []
  for (const AutoScalingGroupNames of chunksOf(names, GROUPS_PER_CALL))
    found.push(
      ...(await during(`describing Auto Scaling groups ${AutoScalingGroupNames.join(', ')}`, () =>
        allPages(async (NextToken) => {
          const command = new DescribeAutoScalingGroupsCommand({
            AutoScalingGroupNames,
            NextToken,
            MaxRecords: 100,
          })
          const answer = await autoScaling.send(command)
          return { items: answer.AutoScalingGroups ?? [], token: answer.NextToken }
        }),
      )),
    )
  return found
}
