import {
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
  type AutoScalingClient,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling'

import { during } from '../aws/errors.ts'
import type { HookFacts } from '../decide/facts.ts'
import type { Memo } from './memo.ts'

/** What a group says of itself, as far as drains care. */
export interface GroupReading {
  /** Our termination hook. Absent: the group has none of our hook's name. */
  readonly hook?: HookFacts
  /** Our launch hook. Absent: there is none. */
  readonly launchHook?: HookFacts
  readonly tags: Readonly<Record<string, string>>
}

/** Hooks, tags and policies change by deployments and by hand; some minutes of the old ones do no harm. */
export const GROUP_MEMO_MS = 5 * 60_000

interface GroupQuestion {
  readonly autoScaling: AutoScalingClient
  readonly memo: Memo<GroupReading>
  readonly autoScalingGroupName: string
  readonly hookName: string
  /** What this stack gave its hooks. */
  readonly stackHeartbeatTimeoutSeconds: number
  /** Absent: the stack has no launch hook. */
  readonly launchHookName?: string
}

/** One group, from the memo or from AWS. A group that does not exist has neither hooks nor tags. */
export const readGroup = async (question: GroupQuestion): Promise<GroupReading> => {
  const { memo, autoScalingGroupName } = question
  const known = memo.get(autoScalingGroupName)
  if (known !== undefined) return known
  const reading = await describe(question)
  // A hook that is missing may be put the next moment: the first deployment puts it when the functions run already.
  if (reading.hook !== undefined) memo.set(autoScalingGroupName, reading)
  return reading
}

const describe = async (question: GroupQuestion) => {
  const { autoScaling, autoScalingGroupName, hookName, launchHookName, stackHeartbeatTimeoutSeconds } =
    question
  const hooks = await during(`describing lifecycle hooks of ${autoScalingGroupName}`, () =>
    autoScaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: autoScalingGroupName })),
  )
  const groups = await during(`describing Auto Scaling group ${autoScalingGroupName}`, () =>
    autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [autoScalingGroupName] })),
  )
  const [group] = groups.AutoScalingGroups ?? []
  const find = (name: string | undefined, transition: string): HookFacts | undefined => {
    const ofTransition = (hooks.LifecycleHooks ?? []).filter(
      (hook) => hook.LifecycleTransition === transition,
    )
    const ours = ofTransition.find((hook) => hook.LifecycleHookName === name)
    if (ours?.HeartbeatTimeout === undefined || ours.GlobalTimeout === undefined) return undefined
    return {
      heartbeatTimeoutSeconds: Math.min(ours.HeartbeatTimeout, stackHeartbeatTimeoutSeconds),
      globalTimeoutSeconds: ours.GlobalTimeout,
      hasCompanions: ofTransition.length > 1,
      ...settingsOf(group),
    }
  }
  const hook = find(hookName, 'autoscaling:EC2_INSTANCE_TERMINATING')
  const launchHook = find(launchHookName, 'autoscaling:EC2_INSTANCE_LAUNCHING')
  return { ...(hook && { hook }), ...(launchHook && { launchHook }), tags: tagsOf(group) }
}

const settingsOf = (group: AutoScalingGroup | undefined) => ({
  retainsAbandoned: group?.InstanceLifecyclePolicy?.RetentionTriggers?.TerminateHookAbandon === 'retain',
  isLaunchSuspended: group?.SuspendedProcesses?.some(({ ProcessName }) => ProcessName === 'Launch') ?? false,
})

const tagsOf = (group: AutoScalingGroup | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((group?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
