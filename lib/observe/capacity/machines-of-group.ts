import type { MachineType } from '../../capacity/snapshot.ts'
import type { CapacityObserver } from './capacity-observer.ts'
import { machinesAmong, readKnownMachines } from './known-machines.ts'
import { estimateMachine, readInstanceTypes, readLaunchedTypes } from './launch-source.ts'
import type { ReadContainerInstance } from './machines-of-cluster.ts'
import type { ReadScaledGroup } from './scaled-groups.ts'

/** The key of what is known of a group's machines. */
export const machinesKey = (group: string): string => `machines/${group}.json`

/**
 * What the group may launch: of each type what registered instances of the group show, else what was seen earlier, else an
 * estimate. A group that lists no types launches what it has, or had; only for one that never had an instance is the
 * launch template asked.
 */
export const machinesOfGroup = async (
  observer: CapacityObserver,
  group: ReadScaledGroup,
  machines: readonly ReadContainerInstance[],
): Promise<readonly MachineType[]> => {
  const ids = new Set(group.members.map(({ instanceId }) => instanceId))
  const registered = machinesAmong(machines.filter(({ instanceId }) => ids.has(instanceId)))
  const listed = group.launches.isByRequirements ? [] : group.launches.instanceTypes
  if (registered.length > 0 && listed.every((type) => isAmong(registered, type)))
    return listed.length === 0
      ? registered
      : registered.filter(({ instanceType }) => listed.includes(instanceType))
  const remembered = await readRemembered(observer, group.name)
  const known = [
    ...registered,
    ...remembered.filter(({ instanceType }) => !isAmong(registered, instanceType)),
  ]
  if (listed.length === 0 && known.length > 0) return known
  const types = listed.length > 0 ? listed : await readTypes(observer, group)
  const estimated = await estimates(
    observer,
    types.filter((type) => !isAmong(known, type)),
  )
  return types.flatMap(
    (type) => [...known, ...estimated].find(({ instanceType }) => instanceType === type) ?? [],
  )
}

const isAmong = (machines: readonly MachineType[], type: string): boolean =>
  machines.some(({ instanceType }) => instanceType === type)

/** Read once for each environment, which keeps it up to date by itself. */
export const readRemembered = async ({ clients, bucket, knownMachines }: CapacityObserver, group: string) => {
  const known = knownMachines.get(group)
  if (known !== undefined) return known
  const stored = await readKnownMachines({ s3: clients.s3, bucket, key: machinesKey(group) })
  knownMachines.set(group, stored)
  return stored
}

const readTypes = async (
  { clients, launchedTypes }: CapacityObserver,
  { name, launches }: ReadScaledGroup,
) => {
  const known = launchedTypes.get(name)
  if (known !== undefined) return known
  const types = await readLaunchedTypes(clients.ec2, launches)
  launchedTypes.set(name, types)
  return types
}

const estimates = async ({ clients, instanceTypes }: CapacityObserver, types: readonly string[]) => {
  const infos = await readInstanceTypes({ ec2: clients.ec2, memo: instanceTypes }, types)
  return [...infos].map(([type, info]) => estimateMachine(type, info))
}
