import * as z from 'zod/mini'

import { readObject, type ObjectPlace } from '../../aws/stored-object.ts'
import { leastOf } from '../../capacity/resources.ts'
import type { MachineType } from '../../capacity/snapshot.ts'
import type { ReadContainerInstance } from './machines-of-cluster.ts'

const resources = z.object({ cpu: z.number(), memory: z.number(), gpu: z.number(), enis: z.number() })

const stored = z.object({
  version: z.literal(1),
  machines: z.array(
    z.object({
      instanceType: z.string(),
      total: resources,
      attributes: z.record(z.string(), z.string()),
    }),
  ),
})

/** Machines of a group that were seen earlier. Empty: none was, or what is stored is of another version. */
export const readKnownMachines = async (place: ObjectPlace): Promise<readonly MachineType[]> => {
  const parsed = stored.safeParse(await readObject(place))
  return parsed.success ? parsed.data.machines.map((machine) => ({ ...machine, source: 'remembered' })) : []
}

/** These differ from one instance to the next. */
const OWN_ATTRIBUTES = /^(ecs\.(availability-zone|subnet-id|instance-id|awsvpc-trunk-id)|ebbtide\b.*)$/

/** The machines among these container instances, one for each type: what every instance of the type has. */
export const machinesAmong = (instances: readonly ReadContainerInstance[]): readonly MachineType[] => {
  const byType = Map.groupBy(instances, ({ instanceType }) => instanceType)
  return [...byType]
    .filter(([instanceType]) => instanceType !== '')
    .map(([instanceType, ofType]) => ({
      instanceType,
      total: leastOf(ofType.map(({ registered }) => registered)),
      attributes: sharedAttributes(ofType),
      source: 'registered',
    }))
}

const sharedAttributes = (instances: readonly ReadContainerInstance[]): Readonly<Record<string, string>> => {
  const [first] = instances
  return Object.fromEntries(
    Object.entries(first?.attributes ?? {}).filter(
      ([name, value]) =>
        !OWN_ATTRIBUTES.test(name) && instances.every(({ attributes }) => attributes[name] === value),
    ),
  )
}
