import type {
  DeleteWarmPoolCommandInput,
  DescribeWarmPoolCommandInput,
  DescribeWarmPoolCommandOutput,
  PutWarmPoolCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { Group } from '../group.ts'
import type { Member } from '../member.ts'
import { pageOf } from '../page.ts'
import { requireWithin, validationError } from '../validation.ts'
import type { WarmPool } from '../warm-pool.ts'
import { requireGroup, type OperationContext } from './context.ts'
import { toInstanceShape, toPoolShape } from './group-shapes.ts'

type DescribeOutput = Omit<DescribeWarmPoolCommandOutput, '$metadata'>

/** `DescribeWarmPool.MaxRecords` (API reference). */
const instancePages = { defaultSize: 50, largestSize: 50, keyOf: ({ instanceId }: Member) => instanceId }

/** `MaxGroupPreparedCapacity` of this takes a value away that was set before (API reference). */
const NO_PREPARED_CAPACITY = -1

export const warmPoolOperations = (context: OperationContext) => ({
  /** What is left out stays as it was, or takes AWS's default. */
  PutWarmPool: (input: PutWarmPoolCommandInput): object => {
    refuseUnmodelledMembers('PutWarmPool', input, putMembers)
    const group = requireGroup(context, input.AutoScalingGroupName)
    requireRoomForPool(context, group)
    context.warmPools.put(group, poolFrom(input, group.warmPool))
    return {}
  },

  DescribeWarmPool: (input: DescribeWarmPoolCommandInput): DescribeOutput => {
    refuseUnmodelledMembers('DescribeWarmPool', input, ['AutoScalingGroupName', 'MaxRecords', 'NextToken'])
    const group = requireGroup(context, input.AutoScalingGroupName)
    const byId = group.warmed.toSorted((a, b) => (a.instanceId < b.instanceId ? -1 : 1))
    const { page, next } = pageOf(byId, input, instancePages)
    const instances = page.map((member) => toInstanceShape(group, member))
    const { warmPool } = group
    return {
      ...(warmPool === undefined ? {} : { WarmPoolConfiguration: toPoolShape(warmPool) }),
      Instances: instances,
      ...next,
    }
  },

  DeleteWarmPool: (input: DeleteWarmPoolCommandInput): object => {
    refuseUnmodelledMembers('DeleteWarmPool', input, ['AutoScalingGroupName', 'ForceDelete'])
    const group = requireGroup(context, input.AutoScalingGroupName)
    if (group.warmPool === undefined)
      throw validationError(`No warm pool found for Auto Scaling group ${group.name}.`)
    if (input.ForceDelete === true) context.warmPools.deleteByForce(group)
    else context.warmPools.delete(group)
    return {}
  },
})

const putMembers = [
  'AutoScalingGroupName',
  'MaxGroupPreparedCapacity',
  'MinSize',
  'PoolState',
  'InstanceReusePolicy',
]

/** "Limitations for warm pools" and "Replace root volumes during instance refresh". */
const requireRoomForPool = (context: OperationContext, group: Group): void => {
  if (group.spec.market === 'spot') throw validationError('A warm pool cannot have Spot Instances.')
  if (group.warmPool?.status === 'PendingDelete')
    throw validationError(`The warm pool of Auto Scaling group ${group.name} is being deleted.`)
  if (context.refreshes.isReplacingRootVolumes(group))
    throw validationError('A warm pool cannot be added while an instance refresh replaces root volumes.')
}

const poolFrom = (input: PutWarmPoolCommandInput, old: WarmPool | undefined): WarmPool => {
  const minSize = input.MinSize ?? old?.minSize ?? 0
  requireWithin('MinSize', minSize, { least: 0, most: Number.MAX_SAFE_INTEGER })
  return {
    minSize,
    poolState: poolStateFrom(input.PoolState ?? old?.poolState ?? 'Stopped'),
    reuseOnScaleIn: input.InstanceReusePolicy?.ReuseOnScaleIn ?? old?.reuseOnScaleIn ?? false,
    maxGroupPreparedCapacity: preparedCapacityFrom(input.MaxGroupPreparedCapacity, old),
    status: 'Active',
  }
}

const poolStateFrom = (state: string): WarmPool['poolState'] => {
  if (state === 'Stopped' || state === 'Running') return state
  throw notModelled(`PutWarmPool with PoolState ${state}`)
}

const preparedCapacityFrom = (given: number | undefined, old: WarmPool | undefined): number | undefined => {
  if (given === undefined) return old?.maxGroupPreparedCapacity
  requireWithin('MaxGroupPreparedCapacity', given, { least: -1, most: Number.MAX_SAFE_INTEGER })
  return given === NO_PREPARED_CAPACITY ? undefined : given
}
