import type {
  DescribeInstanceRefreshesCommandInput,
  DescribeInstanceRefreshesCommandOutput,
  InstanceRefresh as RefreshShape,
  RefreshPreferences as PreferencesShape,
  StartInstanceRefreshCommandInput,
  StartInstanceRefreshCommandOutput,
} from '@aws-sdk/client-auto-scaling'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { Group } from '../group.ts'
import type { InstanceRefresh, RefreshPreferences, RefreshStrategy } from '../instance-refreshes.ts'
import { pageOf } from '../page.ts'
import { DEFAULT_MIN_HEALTHY_PERCENTAGE } from '../refresh-plan.ts'
import { requireWithin, validationError } from '../validation.ts'
import { requireGroup, type OperationContext } from './context.ts'

type StartOutput = Omit<StartInstanceRefreshCommandOutput, '$metadata'>
type DescribeOutput = Omit<DescribeInstanceRefreshesCommandOutput, '$metadata'>

const refreshPages = { defaultSize: 50, largestSize: 100, keyOf: ({ id }: InstanceRefresh) => id }

/** Minimum and maximum may lie at most this far apart (API reference, `RefreshPreferences`). */
const MOST_PERCENTAGE_DIFFERENCE = 100

export const refreshOperations = (context: OperationContext) => ({
  StartInstanceRefresh: (input: StartInstanceRefreshCommandInput): StartOutput => {
    refuseUnmodelledMembers('StartInstanceRefresh', input, [
      'AutoScalingGroupName',
      'Strategy',
      'DesiredConfiguration',
      'Preferences',
    ])
    const group = requireGroup(context, input.AutoScalingGroupName)
    const strategy = strategyFrom(group, input)
    const preferences = preferencesFrom(group, input.Preferences ?? {})
    return { InstanceRefreshId: context.refreshes.start(group, strategy, preferences).id }
  },

  DescribeInstanceRefreshes: (input: DescribeInstanceRefreshesCommandInput): DescribeOutput => {
    refuseUnmodelledMembers('DescribeInstanceRefreshes', input, [
      'AutoScalingGroupName',
      'InstanceRefreshIds',
      'MaxRecords',
      'NextToken',
    ])
    const ids = input.InstanceRefreshIds ?? []
    const group = requireGroup(context, input.AutoScalingGroupName)
    const found = context.refreshes.of(group).filter(({ id }) => ids.length === 0 || ids.includes(id))
    const { page, next } = pageOf(found, input, refreshPages)
    return { InstanceRefreshes: page.map(toRefreshShape), ...next }
  },
})

/**
 * Replacing root volumes needs the images in a mixed instances policy, and no warm pool ("Replace root volumes during
 * instance refresh"). The model takes the policy from the call alone: its groups have a launch template.
 */
const strategyFrom = (group: Group, input: StartInstanceRefreshCommandInput): RefreshStrategy => {
  if (input.Strategy !== 'ReplaceRootVolume') {
    if (input.DesiredConfiguration !== undefined)
      throw notModelled('StartInstanceRefresh with DesiredConfiguration for a rolling refresh')
    return { name: 'Rolling' }
  }
  if (group.warmPool !== undefined)
    throw validationError('An instance refresh cannot replace root volumes of a group with a warm pool.')
  const overrides = input.DesiredConfiguration?.MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []
  const imageIds = overrides.map(({ ImageId }) => ImageId).filter((imageId) => imageId !== undefined)
  const [imageId] = imageIds
  if (imageId === undefined || imageIds.length < overrides.length)
    throw validationError(
      'Replacing root volumes needs a mixed instances policy with an ImageId in each override.',
    )
  return { name: 'ReplaceRootVolume', imageId }
}

/** `SkipMatching` would skip everything, since an instance of the model always matches its launch template. */
const preferencesFrom = (group: Group, shape: PreferencesShape): RefreshPreferences => {
  refuseUnmodelledMembers('StartInstanceRefresh.Preferences', shape, [
    'MinHealthyPercentage',
    'MaxHealthyPercentage',
    'InstanceWarmup',
    'ScaleInProtectedInstances',
  ])
  return {
    ...percentagesFrom(group, shape),
    instanceWarmupSeconds: shape.InstanceWarmup ?? 0,
    protectedInstances: shape.ScaleInProtectedInstances ?? 'Wait',
  }
}

/** What the preferences leave out comes from the group's maintenance policy, and only then from the defaults. */
const percentagesFrom = ({ maintenancePolicy }: Group, shape: PreferencesShape) => {
  const min =
    shape.MinHealthyPercentage ?? maintenancePolicy?.minHealthyPercentage ?? DEFAULT_MIN_HEALTHY_PERCENTAGE
  const MaxHealthyPercentage = shape.MaxHealthyPercentage ?? maintenancePolicy?.maxHealthyPercentage
  requireWithin('MinHealthyPercentage', min, { least: 0, most: 100 })
  if (MaxHealthyPercentage !== undefined) {
    requireWithin('MaxHealthyPercentage', MaxHealthyPercentage, { least: 100, most: 200 })
    if (MaxHealthyPercentage - min > MOST_PERCENTAGE_DIFFERENCE)
      throw validationError(
        `MinHealthyPercentage and MaxHealthyPercentage may differ by at most ${MOST_PERCENTAGE_DIFFERENCE}.`,
      )
  }
  return { minHealthyPercentage: min, maxHealthyPercentage: MaxHealthyPercentage }
}

const toRefreshShape = (refresh: InstanceRefresh): RefreshShape => ({
  InstanceRefreshId: refresh.id,
  AutoScalingGroupName: refresh.group.name,
  Status: refresh.status,
  ...(refresh.statusReason === undefined ? {} : { StatusReason: refresh.statusReason }),
  StartTime: new Date(refresh.startedAt),
  ...(refresh.endedAt === undefined ? {} : { EndTime: new Date(refresh.endedAt) }),
  PercentageComplete: percentageComplete(refresh),
  InstancesToUpdate: notYetReplaced(refresh),
  Strategy: refresh.strategy.name,
  Preferences: {
    MinHealthyPercentage: refresh.preferences.minHealthyPercentage,
    ...(refresh.preferences.maxHealthyPercentage === undefined
      ? {}
      : { MaxHealthyPercentage: refresh.preferences.maxHealthyPercentage }),
    InstanceWarmup: refresh.preferences.instanceWarmupSeconds,
    SkipMatching: false,
    ScaleInProtectedInstances: refresh.preferences.protectedInstances,
  },
})

/** Those that have not begun to leave, and those that are under way into service. */
const notYetReplaced = ({ left, group, endedAt }: InstanceRefresh): number =>
  endedAt === undefined ? left.size + group.capacity.length - group.inService.length : left.size

const percentageComplete = (refresh: InstanceRefresh): number =>
  refresh.total === 0
    ? 100
    : Math.max(0, Math.floor(((refresh.total - notYetReplaced(refresh)) / refresh.total) * 100))
