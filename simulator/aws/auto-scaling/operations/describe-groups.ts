import type {
  DescribeAutoScalingGroupsCommandInput,
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandInput,
  DescribeAutoScalingInstancesCommandOutput,
} from '@aws-sdk/client-auto-scaling'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { Group } from '../group.ts'
import type { Member } from '../member.ts'
import { pageOf } from '../page.ts'
import { requireAtMost } from '../validation.ts'
import type { OperationContext } from './context.ts'
import { toGroupShape, toInstanceShape } from './group-shapes.ts'

type GroupsOutput = Omit<DescribeAutoScalingGroupsCommandOutput, '$metadata'>
type InstancesOutput = Omit<DescribeAutoScalingInstancesCommandOutput, '$metadata'>

/** Page sizes from the API reference of each call. */
const groupPages = { defaultSize: 50, largestSize: 100, keyOf: ({ name }: Group) => name }
const instancePages = {
  defaultSize: 50,
  largestSize: 50,
  keyOf: ({ member }: { readonly member: Member }) => member.instanceId,
}
const MOST_NAMES = 50

export const describeGroupOperations = (context: OperationContext) => ({
  /** Names that no group has are left out, not refused. */
  DescribeAutoScalingGroups: (input: DescribeAutoScalingGroupsCommandInput): GroupsOutput => {
    refuseUnmodelledMembers('DescribeAutoScalingGroups', input, [
      'AutoScalingGroupNames',
      'IncludeInstances',
      'MaxRecords',
      'NextToken',
    ])
    const names = input.AutoScalingGroupNames ?? []
    requireAtMost('AutoScalingGroupNames', names, MOST_NAMES)
    const found = [...context.groups.values()].filter(
      ({ name }) => names.length === 0 || names.includes(name),
    )
    const { page, next } = pageOf(found, input, groupPages)
    const shapes = page.map((group) => toGroupShape(group, context))
    if (input.IncludeInstances !== false) return { AutoScalingGroups: shapes, ...next }
    return { AutoScalingGroups: shapes.map((shape) => ({ ...shape, Instances: [] })), ...next }
  },

  /** Ids that no group has are left out, not refused. The instances of warm pools are among them. */
  DescribeAutoScalingInstances: (input: DescribeAutoScalingInstancesCommandInput): InstancesOutput => {
    refuseUnmodelledMembers('DescribeAutoScalingInstances', input, ['InstanceIds', 'MaxRecords', 'NextToken'])
    requireAtMost('InstanceIds', input.InstanceIds, instancePages.largestSize)
    const { page, next } = pageOf(membersWith(context, input.InstanceIds ?? []), input, instancePages)
    const shapes = page.map(({ group, member }) => ({
      ...toInstanceShape(group, member),
      AutoScalingGroupName: group.name,
      // Here AWS writes HEALTHY, and Healthy in the description of the group.
      HealthStatus: member.health.toUpperCase(),
    }))
    return { AutoScalingInstances: shapes, ...next }
  },
})

/** By id: instances come and go between two pages. */
const membersWith = (context: OperationContext, ids: readonly string[]) =>
  [...context.groups.values()]
    .flatMap((group) => [...group.members.values()].map((member) => ({ group, member })))
    .filter(({ member }) => ids.length === 0 || ids.includes(member.instanceId))
    .sort((a, b) => (a.member.instanceId < b.member.instanceId ? -1 : 1))
