import { storeKnownMachines } from '../act/store-known-machines.ts'
import type { ClusterSnapshot, MachineType } from '../capacity/snapshot.ts'
import { machinesKey, readRemembered } from '../observe/capacity/machines-of-group.ts'
import type { CapacityEnvironment } from './environment.ts'

/** Keeps what the instances of each group show of its machines, for the day when it starts from zero. */
export const rememberMachines = async (
  { observer }: CapacityEnvironment,
  { groups }: ClusterSnapshot,
): Promise<void> => {
  const { clients, bucket, knownMachines } = observer
  for (const { name, machines } of groups) {
    const seen = machines.filter(({ source }) => source === 'registered')
    if (seen.length === 0) continue
    const before = await readRemembered(observer, name)
    const known = [...seen.map(asRemembered), ...before.filter((machine) => !isAmong(seen, machine))]
    if (isSame(known, before)) continue
    await storeKnownMachines({ s3: clients.s3, bucket, key: machinesKey(name) }, known)
    knownMachines.set(name, known)
  }
}

const asRemembered = (machine: MachineType): MachineType => ({ ...machine, source: 'remembered' })

const isAmong = (machines: readonly MachineType[], { instanceType }: MachineType): boolean =>
  machines.some((machine) => machine.instanceType === instanceType)

const isSame = (some: readonly MachineType[], others: readonly MachineType[]): boolean => {
  const words = (machines: readonly MachineType[]) =>
    machines
      .map(({ instanceType, total, attributes }) =>
        JSON.stringify([instanceType, total, Object.entries(attributes).toSorted()]),
      )
      .toSorted()
      .join()
  return words(some) === words(others)
}
