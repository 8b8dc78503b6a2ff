import type { DescribeLifecycleHooksCommandOutput, LifecycleHook } from '@aws-sdk/client-auto-scaling'
import type {
  ListContainerInstancesCommandOutput,
  DescribeContainerInstancesCommandOutput,
} from '@aws-sdk/client-ecs'

import type { AutoScaling } from '../aws/auto-scaling/auto-scaling.ts'
import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'

/**
 * To be called when the stack has been deployed.
 *
 * @returns what people do when the trouble is over: the stack is deployed again, images are mended, agents come back.
 */
export const prepareHealing = (world: World): (() => void) => {
  const { autoScaling, ecs, spec } = world
  const deployed = spec.groups.flatMap(({ name }) => hooksOf(autoScaling, name))
  return () => {
    for (const { name } of spec.groups)
      call(autoScaling.model, 'ResumeProcesses', { AutoScalingGroupName: name })
    for (const hook of deployed) putBack(world, hook)
    for (const { name } of spec.services) ecs.mendImage(name)
    reconnectAgents(world)
  }
}

/** A deployment puts back what somebody has deleted; what they have changed it leaves, as CloudFormation would. */
const putBack = ({ autoScaling }: World, hook: LifecycleHook): void => {
  const group = { AutoScalingGroupName: hook.AutoScalingGroupName }
  const known = hooksOf(autoScaling, hook.AutoScalingGroupName ?? '')
  if (known.some(({ LifecycleHookName }) => LifecycleHookName === hook.LifecycleHookName)) return
  const { GlobalTimeout: _, ...input } = hook
  call(autoScaling.model, 'PutLifecycleHook', { ...group, ...input })
}

const hooksOf = ({ model }: AutoScaling, group: string): readonly LifecycleHook[] =>
  call<DescribeLifecycleHooksCommandOutput>(model, 'DescribeLifecycleHooks', { AutoScalingGroupName: group })
    .LifecycleHooks ?? []

/** The agents of machines that run. */
const reconnectAgents = ({ ecs, ec2, spec }: World): void => {
  const { cluster } = spec
  const listed = call<ListContainerInstancesCommandOutput>(ecs.model, 'ListContainerInstances', { cluster })
  const containerInstances = listed.containerInstanceArns ?? []
  if (containerInstances.length === 0) return
  const described = call<DescribeContainerInstancesCommandOutput>(ecs.model, 'DescribeContainerInstances', {
    cluster,
    containerInstances,
  })
  for (const { agentConnected, ec2InstanceId = '' } of described.containerInstances ?? []) {
    const isUp = ec2.find(ec2InstanceId)?.state === 'running'
    if (agentConnected !== false || !isUp) continue
    try {
      ecs.reconnectAgent(ec2InstanceId)
    } catch {
      // The machine is in the middle of a reboot, and its agent comes back with it.
    }
  }
}
