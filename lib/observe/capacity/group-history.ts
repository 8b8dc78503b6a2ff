import {
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  type Activity,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling'

import { during } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { REGISTRATION_GRACE_MS } from '../../capacity/instance-state.ts'
import { activityPages } from '../activity-pages.ts'

/** What else moves a group, and when it last moved. */
export interface GroupHistory {
  readonly lastScaleInAt?: number
  readonly lastScaleOutAt?: number
  /** When the newest launch began, if it failed. Absent: it did not, or none is known. */
  readonly launchFailedAt?: number
  /** When the launch of each instance began, by instance id. Absent: longer ago than a machine takes to register. */
  readonly launchedAt: ReadonlyMap<string, number>
}

interface GroupQuestion {
  readonly autoScaling: AutoScalingClient
  readonly autoScalingGroupName: string
}

/**
 * When the group last grew and shrank, and what it launched, from its activities, the newest first, as far back as a
 * machine may take to register, and 100 of them at least. Replacements of any kind neither grow nor shrink it.
 */
export const readHistory = async (question: GroupQuestion, now: number): Promise<GroupHistory> => {
  const activities = await readActivities(question, now - REGISTRATION_GRACE_MS)
  const lastScaleInAt = newest(activities, SHRINKING)
  const lastScaleOutAt = newest(activities, GROWING)
  const launchFailedAt = failedLaunch(activities)
  return {
    ...(lastScaleInAt !== undefined && { lastScaleInAt }),
    ...(lastScaleOutAt !== undefined && { lastScaleOutAt }),
    ...(launchFailedAt !== undefined && { launchFailedAt }),
    launchedAt: new Map(activities.flatMap(launchOf)),
  }
}

/** A group that has done more in ten minutes than the pages hold is out of control; its older launches count as old then. */
const readActivities = async (question: GroupQuestion, since: number): Promise<readonly Activity[]> => {
  const all: Activity[] = []
  for await (const page of activityPages(question)) {
    all.push(...page)
    if (all.some(({ StartTime }) => (StartTime?.getTime() ?? Infinity) < since)) break
  }
  return all
}

/** Auto Scaling says so in the prose of the cause, for what it decided itself and for what it was asked alike. */
const SHRINKING = /shrinking the capacity/i
const GROWING = /increasing the capacity/i

const newest = (activities: readonly Activity[], words: RegExp): number | undefined => {
  const times = activities
    .filter(({ Cause = '' }) => words.test(Cause))
    .flatMap(({ StartTime }) => StartTime?.getTime() ?? [])
  return times.length === 0 ? undefined : Math.max(...times)
}

/** A launch that got no instance says why behind "Status Reason:", and names none. */
const LAUNCHING = /^Launching\b/
const LAUNCH = /^Launching\b[^:]{0,200}: (i-[0-9a-f]+)/

const failedLaunch = (activities: readonly Activity[]): number | undefined => {
  const launches = activities.filter(({ Description = '' }) => LAUNCHING.test(Description))
  const timeOf = ({ StartTime }: Activity) => StartTime?.getTime() ?? 0
  const [first] = launches.sort((one, other) => timeOf(other) - timeOf(one))
  return first?.StatusCode === 'Failed' ? timeOf(first) : undefined
}

const launchOf = ({ Description = '', StartTime }: Activity): readonly (readonly [string, number])[] => {
  const id = LAUNCH.exec(Description)?.[1]
  return id === undefined || StartTime === undefined ? [] : [[id, StartTime.getTime()]]
}

/** A refresh in any of these goes on, or may go on (API reference, InstanceRefresh). */
const GOING_ON = ['Pending', 'InProgress', 'Cancelling', 'RollbackInProgress', 'Baking']

/** Whether an instance refresh is going on, and whether it launches before it takes away. */
export const readRefresh = async ({
  autoScaling,
  autoScalingGroupName,
}: GroupQuestion): Promise<'none' | 'going-on' | 'replaces-first'> => {
  const command = new DescribeInstanceRefreshesCommand({
    AutoScalingGroupName: autoScalingGroupName,
    MaxRecords: 100,
  })
  const answer = await during(`describing instance refreshes of ${autoScalingGroupName}`, () =>
    autoScaling.send(command),
  )
  const current = answer.InstanceRefreshes?.find(({ Status = '' }) => GOING_ON.includes(Status))
  if (current === undefined) return 'none'
  return (current.Preferences?.MinHealthyPercentage ?? 0) >= 100 ? 'replaces-first' : 'going-on'
}

/** Names of the scaling policies that set the group's desired capacity. Disabled ones do nothing. */
export const readPolicyNames = async ({
  autoScaling,
  autoScalingGroupName,
}: GroupQuestion): Promise<readonly string[]> => {
  const policies = await during(`describing scaling policies of ${autoScalingGroupName}`, () =>
    allPages(async (NextToken) => {
      const command = new DescribePoliciesCommand({ AutoScalingGroupName: autoScalingGroupName, NextToken })
      const answer = await autoScaling.send(command)
      return { items: answer.ScalingPolicies ?? [], token: answer.NextToken }
    }),
  )
  return policies.filter(({ Enabled }) => Enabled !== false).flatMap(({ PolicyName }) => PolicyName ?? [])
}

/** Whether the group has the hook that drains its instances before they end. */
export const readHasHook = async (
  { autoScaling, autoScalingGroupName }: GroupQuestion,
  hookName: string,
): Promise<boolean> => {
  const command = new DescribeLifecycleHooksCommand({ AutoScalingGroupName: autoScalingGroupName })
  const answer = await during(`describing lifecycle hooks of ${autoScalingGroupName}`, () =>
    autoScaling.send(command),
  )
  return (answer.LifecycleHooks ?? []).some(
    ({ LifecycleHookName, LifecycleTransition }) =>
      LifecycleHookName === hookName && LifecycleTransition === 'autoscaling:EC2_INSTANCE_TERMINATING',
  )
}
