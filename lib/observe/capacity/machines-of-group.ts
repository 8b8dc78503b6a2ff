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
 * estimate. The types are those that the group lists, or the one that its launch template names now, whatever the machines
 * that it has: somebody may have changed the template since. Where neither tells, it launches what it has, or had.
 */
export const machinesOfGroup = async (
  observer: CapacityObserver,
  group: ReadScaledGroup,
  machines: readonly ReadContainerInstance[],
): Promise<readonly MachineType[]> => {
  const ids = new Set(group.members.map(({ instanceId }) => instanceId))
  const registered = machinesAmong(machines.filter(({ instanceId }) => ids.has(instanceId)))
  const types = await readTypes(observer, group)
  const isSeen = types.length > 0 ? types.every((type) => isAmong(registered, type)) : registered.length > 0
  const known = isSeen ? registered : await withRemembered(observer, group.name, registered)
  const estimated = await estimates(
    observer,
    types.filter((type) => !isAmong(known, type)),
  )
  const launched = types.flatMap(
    (type) => [...known, ...estimated].find(({ instanceType }) => instanceType === type) ?? [],
  )
  return launched.length > 0 ? launched : known
}

const withRemembered = async (
  observer: CapacityObserver,
  group: string,
  registered: readonly MachineType[],
): Promise<readonly MachineType[]> => {
  const remembered = await readRemembered(observer, group)
  return [...registered, ...remembered.filter(({ instanceType }) => !isAmong(registered, instanceType))]
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
  const { instanceTypes, launchTemplate } = launches
  const key = JSON.stringify([name, instanceTypes, launchTemplate])
  const known = launchedTypes.get(key)
  if (known !== undefined) return known
  const types = await readLaunchedTypes(clients.ec2, launches)
  launchedTypes.set(key, types)
  return types
}

const estimates = async ({ clients, instanceTypes }: CapacityObserver, types: readonly string[]) => {
  const infos = await readInstanceTypes({ ec2: clients.ec2, memo: instanceTypes }, types)
  return [...infos].map(([type, info]) => estimateMachine(type, info))
}
