import {
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  type AutoScalingClient,
  type AutoScalingGroup,
  type LifecycleHook,
} from '@aws-sdk/client-auto-scaling'
import pMap from 'p-map'

import { allPages } from '../../aws/pages.ts'
import type { InspectedGroup, InspectedHook } from '../../decide/findings/inspection.ts'
import { describeGroups } from '../named-groups.ts'
import { asking } from './asking.ts'
import { AT_ONCE } from './at-once.ts'

/** What a group says of itself. `instances` are still as Auto Scaling alone knows them. */
export type ReadGroup = Omit<
  InspectedGroup,
  'drainTimeoutSeconds' | 'tagProblems' | 'capacityProvider' | 'instances'
> & {
  readonly tags: Readonly<Record<string, string>>
  readonly instances: readonly GroupInstance[]
}

export interface GroupInstance {
  readonly instanceId: string
  readonly lifecycleState: string
  readonly isProtectedFromScaleIn: boolean
}

/** These groups; one that does not exist is absent. */
export const readGroups = async (
  autoScaling: AutoScalingClient,
  names: readonly string[],
): Promise<readonly ReadGroup[]> => {
  const question = {
    action: 'autoscaling:DescribeAutoScalingGroups',
    doing: 'describing the Auto Scaling groups',
  }
  const found = await asking(question, () => describeGroups(autoScaling, names))
  return pMap(found, (group) => readGroup(autoScaling, group), { concurrency: AT_ONCE })
}

const readGroup = async (autoScaling: AutoScalingClient, group: AutoScalingGroup): Promise<ReadGroup> => {
  const name = group.AutoScalingGroupName ?? ''
  return {
    name,
    hooks: await readHooks(autoScaling, name),
    simpleScalingPolicies: await readSimpleScalingPolicies(autoScaling, name),
    tags: Object.fromEntries((group.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    suspendedProcesses: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    protectsNewInstances: group.NewInstancesProtectedFromScaleIn ?? false,
    retainsAbandoned: group.InstanceLifecyclePolicy?.RetentionTriggers?.TerminateHookAbandon === 'retain',
    instances: (group.Instances ?? []).map((instance) => ({
      instanceId: instance.InstanceId ?? '',
      lifecycleState: instance.LifecycleState ?? '',
      isProtectedFromScaleIn: instance.ProtectedFromScaleIn ?? false,
    })),
  }
}

const readHooks = async (autoScaling: AutoScalingClient, AutoScalingGroupName: string) => {
  const question = {
    action: 'autoscaling:DescribeLifecycleHooks',
    doing: `describing the lifecycle hooks of ${AutoScalingGroupName}`,
  }
  const answer = await asking(question, () =>
    autoScaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName })),
  )
  return (answer.LifecycleHooks ?? []).map(hookOf)
}

const hookOf = (hook: LifecycleHook): InspectedHook => ({
  name: hook.LifecycleHookName ?? '',
  transition: hook.LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING' ? 'launching' : 'terminating',
  heartbeatTimeoutSeconds: hook.HeartbeatTimeout ?? 0,
  globalTimeoutSeconds: hook.GlobalTimeout ?? 0,
  defaultResult: hook.DefaultResult ?? '',
})

const readSimpleScalingPolicies = async (autoScaling: AutoScalingClient, AutoScalingGroupName: string) => {
  const question = {
    action: 'autoscaling:DescribePolicies',
    doing: `describing the scaling policies of ${AutoScalingGroupName}`,
  }
  const policies = await asking(question, () =>
    allPages(async (NextToken) => {
      const command = new DescribePoliciesCommand({
        AutoScalingGroupName,
        PolicyTypes: ['SimpleScaling'],
        NextToken,
      })
      const answer = await autoScaling.send(command)
      return { items: answer.ScalingPolicies ?? [], token: answer.NextToken }
    }),
  )
  return policies.flatMap(({ PolicyName }) => PolicyName ?? [])
}
