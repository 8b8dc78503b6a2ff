import type {
  Activity as ActivityShape,
  DescribeScalingActivitiesCommandInput,
  DescribeScalingActivitiesCommandOutput,
} from '@aws-sdk/client-auto-scaling'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { Activity } from '../activity.ts'
import type { Group } from '../group.ts'
import { pageOf } from '../page.ts'
import { requireGroup, type OperationContext } from './context.ts'

type Output = Omit<DescribeScalingActivitiesCommandOutput, '$metadata'>

interface Entry {
  readonly activity: Activity
  readonly group: Group
}

const activityPages = {
  defaultSize: 100,
  largestSize: 100,
  keyOf: ({ activity }: Entry) => activity.start.id,
}

export const activityOperations = (context: OperationContext) => ({
  /** Newest first, of one group or of all. The six weeks after which AWS forgets are longer than a rehearsal. */
  DescribeScalingActivities: (input: DescribeScalingActivitiesCommandInput): Output => {
    refuseUnmodelledMembers('DescribeScalingActivities', input, [
      'ActivityIds',
      'AutoScalingGroupName',
      'IncludeDeletedGroups',
      'MaxRecords',
      'NextToken',
    ])
    if (input.IncludeDeletedGroups === true)
      throw notModelled('DescribeScalingActivities with IncludeDeletedGroups')
    const ids = input.ActivityIds ?? []
    const found = entries(context, input.AutoScalingGroupName).filter(
      ({ activity }) => ids.length === 0 || ids.includes(activity.start.id),
    )
    const { page, next } = pageOf(found, input, activityPages)
    return { Activities: page.map(({ activity, group }) => toActivityShape(activity, group)), ...next }
  },
})

const entries = (context: OperationContext, groupName: string | undefined): readonly Entry[] => {
  const groups = groupName === undefined ? [...context.groups.values()] : [requireGroup(context, groupName)]
  return groups
    .flatMap((group) => group.activities.map((activity) => ({ activity, group })).reverse())
    .sort((a, b) => b.activity.start.startedAt - a.activity.start.startedAt)
}

export const toActivityShape = (activity: Activity, group: Group): ActivityShape => ({
  ActivityId: activity.start.id,
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  Description: activity.description,
  Cause: activity.start.cause,
  StartTime: new Date(activity.start.startedAt),
  ...(activity.endedAt === undefined ? {} : { EndTime: new Date(activity.endedAt) }),
  // The SDK's enumeration lacks MidTerminatingLifecycleAction, which AWS sends all the same.
  StatusCode: activity.status as ActivityShape['StatusCode'],
  ...(activity.statusMessage === undefined ? {} : { StatusMessage: activity.statusMessage }),
  Progress: activity.progress,
  Details: activity.details,
})
