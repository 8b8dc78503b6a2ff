import type {
  DescribeInstanceRefreshesCommandInput,
  DescribeInstanceRefreshesCommandOutput,
  InstanceRefresh as RefreshShape,
  RefreshPreferences as PreferencesShape,
  StartInstanceRefreshCommandInput,
  StartInstanceRefreshCommandOutput,
} from '@aws-sdk/client-auto-scaling'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { InstanceRefresh, RefreshPreferences } from '../instance-refreshes.ts'
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
      'Preferences',
    ])
    if (input.Strategy !== undefined && input.Strategy !== 'Rolling')
      throw notModelled(`StartInstanceRefresh with Strategy ${input.Strategy}`)
    const group = requireGroup(context, input.AutoScalingGroupName)
    return { InstanceRefreshId: context.refreshes.start(group, preferencesFrom(input.Preferences ?? {})).id }
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

/** `SkipMatching` would skip everything, since an instance of the model always matches its launch template. */
const preferencesFrom = (shape: PreferencesShape): RefreshPreferences => {
  refuseUnmodelledMembers('StartInstanceRefresh.Preferences', shape, [
    'MinHealthyPercentage',
    'MaxHealthyPercentage',
    'InstanceWarmup',
    'ScaleInProtectedInstances',
  ])
  return {
    ...percentagesFrom(shape),
    instanceWarmupSeconds: shape.InstanceWarmup ?? 0,
    protectedInstances: shape.ScaleInProtectedInstances ?? 'Wait',
  }
}

const percentagesFrom = ({ MinHealthyPercentage, MaxHealthyPercentage }: PreferencesShape) => {
  const min = MinHealthyPercentage ?? DEFAULT_MIN_HEALTHY_PERCENTAGE
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
  Strategy: 'Rolling',
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

/** Those that have not begun to leave, and those whose replacement still launches. */
const notYetReplaced = ({ left, group, endedAt }: InstanceRefresh): number =>
  endedAt === undefined ? left.size + group.launching.length : left.size

const percentageComplete = (refresh: InstanceRefresh): number =>
  refresh.total === 0
    ? 100
    : Math.max(0, Math.floor(((refresh.total - notYetReplaced(refresh)) / refresh.total) * 100))
