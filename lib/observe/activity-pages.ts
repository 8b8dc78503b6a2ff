import {
  DescribeScalingActivitiesCommand,
  type Activity,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling'

import { during } from '../aws/errors.ts'

interface GroupQuestion {
  readonly autoScaling: AutoScalingClient
  readonly autoScalingGroupName: string
}

/** 2,000 activities: who finds nothing in so many looks too far back. */
const MOST_PAGES = 20

/** What a group has done, the newest first, page by page: each is read only when somebody wants it. */
export async function* activityPages({
  autoScaling,
  autoScalingGroupName,
}: GroupQuestion): AsyncGenerator<readonly Activity[]> {
  let NextToken: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new DescribeScalingActivitiesCommand({
      AutoScalingGroupName: autoScalingGroupName,
      MaxRecords: 100,
      NextToken,
    })
    const answer = await during(`describing scaling activities of ${autoScalingGroupName}`, () =>
      autoScaling.send(command),
    )
    yield answer.Activities ?? []
    NextToken = answer.NextToken
    if (NextToken === undefined || NextToken === '') return
  }
}
