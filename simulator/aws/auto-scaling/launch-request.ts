import type { MachineTypeSpec } from '../../world/world-spec.ts'
import type { LaunchRequest } from '../ec2/machine.ts'
import type { Group } from './group.ts'
import { typesForLaunch } from './machine-types.ts'

/** What is not the group's to say of a launch. */
export type GroupLaunch = Pick<
  LaunchRequest,
  'availabilityZone' | 'instanceId' | 'launchedSecondsAgo' | 'hasStopped' | 'targetLifecycleState'
>

/** What Auto Scaling asks of EC2 for a machine of the group, of its first choice where no type is given. */
export const launchRequest = (
  group: Group,
  launch: GroupLaunch,
  type: MachineTypeSpec | undefined = typesForLaunch(group)[0],
): LaunchRequest => {
  const { spec } = group
  if (type === undefined) throw new Error(`group ${spec.name} has no machine to launch`)
  return {
    ...launch,
    ...type,
    bootSeconds: spec.bootSeconds,
    ...(spec.bootSpreadSeconds !== undefined && { bootSpreadSeconds: spec.bootSpreadSeconds }),
    autoScalingGroupName: spec.name,
    ...(spec.tags !== undefined && { tags: spec.tags }),
    ...(spec.market !== undefined && { market: spec.market }),
  }
}
