import { DescribeLifecycleHooksCommand, type AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { during } from '../aws/errors.ts'
import type { HookFacts } from '../decide/facts.ts'
import type { Memo } from './memo.ts'

/** What a group answers about our hook. */
export type HookReading = HookFacts | 'missing'

/** Hooks change by deployments and by hand, so they are read again after this; a beat has three times as long. */
export const HOOK_MEMO_MS = 5 * 60_000

interface HookQuestion {
  readonly autoScaling: AutoScalingClient
  readonly memo: Memo<HookReading>
  readonly autoScalingGroupName: string
  readonly hookName: string
}

/** Our termination hook on one group, from the memo or from AWS. */
export const readHook = async (question: HookQuestion): Promise<HookReading> => {
  const { memo, autoScalingGroupName } = question
  const known = memo.get(autoScalingGroupName)
  if (known !== undefined) return known
  const reading = await describeHook(question)
  memo.set(autoScalingGroupName, reading)
  return reading
}

const describeHook = async ({
  autoScaling,
  autoScalingGroupName,
  hookName,
}: HookQuestion): Promise<HookReading> => {
  const command = new DescribeLifecycleHooksCommand({ AutoScalingGroupName: autoScalingGroupName })
  const { LifecycleHooks = [] } = await during(`describing lifecycle hooks of ${autoScalingGroupName}`, () =>
    autoScaling.send(command),
  )
  const terminating = LifecycleHooks.filter(
    (hook) => hook.LifecycleTransition === 'autoscaling:EC2_INSTANCE_TERMINATING',
  )
  const ours = terminating.find((hook) => hook.LifecycleHookName === hookName)
  if (ours?.HeartbeatTimeout === undefined || ours.GlobalTimeout === undefined) return 'missing'
  return {
    heartbeatTimeoutSeconds: ours.HeartbeatTimeout,
    globalTimeoutSeconds: ours.GlobalTimeout,
    hasCompanions: terminating.length > 1,
  }
}
