import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'

import type { AutoScaling } from '../aws/auto-scaling/auto-scaling.ts'
import { call } from './call.ts'

export interface GroupInstance {
  readonly instanceId: string
  readonly availabilityZone: string
  readonly lifecycleState: string
}

/** Every instance of a group, oldest first; none for a group that does not exist. */
export const instancesOf = (autoScaling: AutoScaling, group: string): readonly GroupInstance[] => {
  const input = { AutoScalingGroupNames: [group] }
  const answer = call<DescribeAutoScalingGroupsCommandOutput>(
    autoScaling.model,
    'DescribeAutoScalingGroups',
    input,
  )
  return (answer.AutoScalingGroups?.[0]?.Instances ?? []).map((instance) => ({
    instanceId: instance.InstanceId ?? '',
    availabilityZone: instance.AvailabilityZone ?? '',
    lifecycleState: instance.LifecycleState ?? '',
  }))
}

export const instancesInService = (autoScaling: AutoScaling, group: string): readonly string[] =>
  instancesOf(autoScaling, group)
    .filter(({ lifecycleState }) => lifecycleState === 'InService')
    .map(({ instanceId }) => instanceId)
