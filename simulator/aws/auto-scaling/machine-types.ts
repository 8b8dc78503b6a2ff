import type { GroupSpec, MachineTypeSpec } from '../../world/world-spec.ts'
import type { Group } from './group.ts'
import type { Member } from './member.ts'

/** What a group may launch, the most preferred type first. More than one makes it a mixed instances group. */
export const machineTypesOf = ({
  instanceType,
  cpu,
  memory,
  ...spec
}: GroupSpec): readonly MachineTypeSpec[] => [
  {
    instanceType,
    cpu,
    memory,
    ...(spec.gpus !== undefined && { gpus: spec.gpus }),
    ...(spec.networkInterfaces !== undefined && { networkInterfaces: spec.networkInterfaces }),
    ...(spec.trunkedTasks !== undefined && { trunkedTasks: spec.trunkedTasks }),
  },
  ...(spec.otherTypes ?? []),
]

/** The types in the order in which they are tried for the next launch. */
export const typesForLaunch = ({ spec, random }: Group): readonly MachineTypeSpec[] => {
  const types = machineTypesOf(spec)
  if (types.length === 1 || spec.allocationStrategy === 'prioritized') return types
  const cheapest = random.pick(types)
  return [cheapest, ...types.filter((type) => type !== cheapest)]
}

/**
 * How little the allocation strategy speaks for an instance, the least number for the one that goes first. Only priorities
 * are known here: prices and spare capacity are not modelled ("Allocation strategies for multiple instance types").
 */
export const allocationRank = (
  { spec }: Pick<Group, 'spec'>,
  { instanceType }: Pick<Member, 'instanceType'>,
): number =>
  spec.allocationStrategy === 'prioritized'
    ? -machineTypesOf(spec).findIndex((type) => type.instanceType === instanceType)
    : 0
