import type { AutoScalingClient, AutoScalingGroup } from '@aws-sdk/client-auto-scaling'

import { MARK_TAG } from '../../decide/attachment.ts'
import { readWarmPool } from '../lifecycle-states.ts'
import { describeGroups } from '../named-groups.ts'
import type { LaunchSource } from './launch-source.ts'

/** A group as Auto Scaling describes it, as far as scaling cares. */
export interface ReadScaledGroup {
  readonly name: string
  readonly arn: string
  readonly min: number
  readonly max: number
  readonly desired: number
  readonly zones: readonly string[]
  readonly isWeighted: boolean
  readonly suspendedProcesses: readonly string[]
  /** Its termination policies name a function. */
  readonly hasVictimChooser: boolean
  readonly members: readonly Member[]
  /** Instances of its warm pool: not in service, whatever ECS says of them. */
  readonly pooled: readonly string[]
  readonly launches: LaunchSource
  /** The stack that scales the group, by the mark on it. Absent: it carries none. */
  readonly mark?: string
  /** Auto Scaling may be told to launch into no zone that has failed. */
  readonly mayBeShifted: boolean
  /** It launches the replacement of an instance before it takes the instance away. */
  readonly replacesFirst: boolean
}

/** An instance of the group. */
export interface Member {
  readonly instanceId: string
  readonly zone: string
  readonly instanceType: string
  readonly lifecycleState: string
  readonly isProtectedFromScaleIn: boolean
}

/**
 * These groups, all of them.
 *
 * @throws also when one does not exist: a cluster without one of its groups cannot be measured.
 */
export const readScaledGroups = async (
  autoScaling: AutoScalingClient,
  names: readonly string[],
): Promise<readonly ReadScaledGroup[]> => {
  const found = await describeGroups(autoScaling, names)
  const all: ReadScaledGroup[] = []
  for (const name of names) {
    const group = found.find(({ AutoScalingGroupName }) => AutoScalingGroupName === name)
    if (group === undefined)
      throw new Error(`describing Auto Scaling groups ${names.join(', ')}: there is no group ${name}`)
    const hasPool = group.WarmPoolConfiguration !== undefined
    const pool = hasPool ? await readWarmPool(autoScaling, name) : []
    all.push(
      readingOf(
        name,
        group,
        pool.map(({ instanceId }) => instanceId),
      ),
    )
  }
  return all
}

const readingOf = (name: string, group: AutoScalingGroup, pooled: readonly string[]): ReadScaledGroup => {
  const mark = group.Tags?.find(({ Key }) => Key === MARK_TAG)?.Value
  const overrides = group.MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []
  return {
    name,
    arn: group.AutoScalingGroupARN ?? '',
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    zones: group.AvailabilityZones ?? [],
    isWeighted: overrides.some(({ WeightedCapacity }) => WeightedCapacity !== undefined),
    suspendedProcesses: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    // "Create a custom termination policy with Lambda": a function stands among the policies by its ARN.
    hasVictimChooser: (group.TerminationPolicies ?? []).some((policy) => policy.includes(':lambda:')),
    members: membersOf(group),
    pooled,
    launches: launchesOf(group),
    mayBeShifted: group.AvailabilityZoneImpairmentPolicy?.ZonalShiftEnabled === true,
    // "Instance maintenance policies": launch before terminate.
    replacesFirst: (group.InstanceMaintenancePolicy?.MinHealthyPercentage ?? 0) >= 100,
    ...(mark !== undefined && { mark }),
  }
}

const membersOf = ({ Instances = [] }: AutoScalingGroup): readonly Member[] =>
  Instances.map((instance) => ({
    instanceId: instance.InstanceId ?? '',
    zone: instance.AvailabilityZone ?? '',
    instanceType: instance.InstanceType ?? '',
    lifecycleState: instance.LifecycleState ?? '',
    isProtectedFromScaleIn: instance.ProtectedFromScaleIn ?? false,
  }))

const launchesOf = ({ MixedInstancesPolicy, LaunchTemplate }: AutoScalingGroup): LaunchSource => {
  const mixed = MixedInstancesPolicy?.LaunchTemplate
  const template = mixed?.LaunchTemplateSpecification ?? LaunchTemplate
  const overrides = mixed?.Overrides ?? []
  return {
    instanceTypes: overrides.flatMap(({ InstanceType }) => InstanceType ?? []),
    // Which types meet requirements only EC2 knows, and the list changes with every new type.
    isByRequirements: overrides.some(({ InstanceRequirements }) => InstanceRequirements !== undefined),
    ...(template && { launchTemplate: template }),
  }
}
