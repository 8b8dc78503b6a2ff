import { writeObject, type ObjectPlace } from '../aws/stored-object.ts'
import type { MachineType } from '../capacity/snapshot.ts'

/** Keeps what was seen of a group's machines for the time when it has none. */
export const storeKnownMachines = (place: ObjectPlace, machines: readonly MachineType[]): Promise<void> =>
  writeObject(place, {
    version: 1,
    machines: machines.map(({ instanceType, total, attributes }) => ({ instanceType, total, attributes })),
  })
