import type { LaunchRequest } from '../ec2/machine.ts'
import type { Group } from './group.ts'

/** What is not the group's to say of a launch. */
export type GroupLaunch = Pick<
  LaunchRequest,
  'availabilityZone' | 'instanceId' | 'launchedSecondsAgo' | 'hasStopped' | 'targetLifecycleState'
>

/** What Auto Scaling asks of EC2 for a machine of the group. */
export const launchRequest = ({ spec }: Group, launch: GroupLaunch): LaunchRequest => ({
  ...launch,
  instanceType: spec.instanceType,
  cpu: spec.cpu,
  memory: spec.memory,
  bootSeconds: spec.bootSeconds,
  ...(spec.bootSpreadSeconds !== undefined && { bootSpreadSeconds: spec.bootSpreadSeconds }),
  autoScalingGroupName: spec.name,
  ...(spec.market !== undefined && { market: spec.market }),
})
