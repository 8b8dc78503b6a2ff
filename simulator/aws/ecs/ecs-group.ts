import type { GroupSpec } from '../../world/world-spec.ts'
import type { Machine } from '../ec2/machine.ts'

/** What ECS and its agents make of an Auto Scaling group. */
export type EcsGroup = Pick<
  GroupSpec,
  | 'name'
  | 'registrationSeconds'
  | 'instanceAttributes'
  | 'agentVersion'
  | 'managedDraining'
  | 'agentSpotDraining'
>

/** The agent of the newest ECS-optimized AMI. */
export const CURRENT_AGENT_VERSION = '1.105.1'

/** Finds the group of a machine; undefined for one of no group, or of a group that does not join the cluster. */
export type GroupOf = (machine: Pick<Machine, 'autoScalingGroupName'>) => EcsGroup | undefined

export const groupsByName =
  (groups: readonly EcsGroup[]): GroupOf =>
  ({ autoScalingGroupName }) =>
    groups.find(({ name }) => name === autoScalingGroupName)

export const capacityProviderNameOf = ({ name, managedDraining }: EcsGroup): string | undefined =>
  managedDraining === true ? `${name}-capacity` : undefined
