import type { GroupSpec, ManagedScalingSpec } from '../../world/world-spec.ts'
import type { Machine } from '../ec2/machine.ts'

/** What ECS and its agents make of an Auto Scaling group. */
export type EcsGroup = Pick<
  GroupSpec,
  | 'name'
  | 'registrationSeconds'
  | 'instanceAttributes'
  | 'agentVersion'
  | 'managedDraining'
  | 'managedScaling'
  | 'newInstancesProtectedFromScaleIn'
  | 'cpu'
  | 'memory'
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

/** Undefined: the group stands behind no capacity provider. */
export const capacityProviderNameOf = ({
  name,
  managedDraining,
  managedScaling,
}: EcsGroup): string | undefined =>
  managedDraining === true || managedScaling !== undefined ? `${name}-capacity` : undefined

export type ManagedScaling = Required<ManagedScalingSpec>

/**
 * With the API's defaults (API reference, ManagedScaling). Undefined: the group is not scaled by its provider.
 *
 * @throws {Error} when instances are to be protected and the group launches them free, which CreateCapacityProvider refuses.
 */
export const managedScalingOf = (group: EcsGroup): ManagedScaling | undefined => {
  const { managedScaling, newInstancesProtectedFromScaleIn, name } = group
  if (managedScaling === undefined) return undefined
  if (managedScaling.managedTerminationProtection === true && newInstancesProtectedFromScaleIn !== true)
    throw new Error(`group ${name}: managed termination protection needs newInstancesProtectedFromScaleIn`)
  return {
    targetCapacity: 100,
    minimumScalingStepSize: 1,
    maximumScalingStepSize: 10_000,
    instanceWarmupPeriodSeconds: 300,
    managedTerminationProtection: false,
    ...managedScaling,
  }
}
