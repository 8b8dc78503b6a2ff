import { ZONE_ATTRIBUTE, withDaemons, type Bin } from './bin.ts'
import { growthOf } from './growth.ts'
import { isComing } from './instance-state.ts'
import { leastOf } from './resources.ts'
import type { ClusterSnapshot, GroupSnapshot, MachineType } from './snapshot.ts'
import type { TaskClass, Workload } from './task-class.ts'
import { compareText } from './text-order.ts'

/** The machine that one group would launch next, again and again. */
export interface NewMachine {
  readonly group: string
  /** How many are on their way already: launched and not registered, or asked of the group. */
  readonly comingCount: number
  /** How many more the group may launch (`growthOf`). */
  readonly limit: number
  /** The bin of the nth from now; it comes to one of the zones. */
  readonly bin: (nth: number) => Bin
  /** One for each zone, the share of its daemons taken off. */
  readonly samples: readonly Bin[]
}

/**
 * What the groups may launch. Where a group has several instance types any of them may come, so of each resource only
 * what every one has is counted on, and of their attributes only those that are alike; otherwise a task might be waiting
 * for a machine that is not sure to come. The zone is the one with the fewest members of the group, as Auto Scaling
 * chooses it ("Availability Zone distribution"); among equals the choice is its own, and the first by name is assumed.
 */
export const newMachines = (snapshot: ClusterSnapshot, workload: Workload): readonly NewMachine[] =>
  snapshot.groups
    .filter(({ isWeighted, machines }) => !isWeighted && machines.length > 0)
    .map((group) => newMachineOf(group, snapshot, workload))

const newMachineOf = (group: GroupSnapshot, snapshot: ClusterSnapshot, { daemons }: Workload): NewMachine => {
  const { members, asked, most } = growthOf(group, snapshot)
  const zones = group.zones.length > 0 ? group.zones : ['']
  const order = zoneOrder(
    zones,
    members.map(({ zone }) => zone),
  )
  const inZone = new Map(zones.map((zone) => [zone, emptyMachine(group, zone, daemons)]))
  return {
    group: group.name,
    comingCount: members.filter((instance) => isComing(instance, snapshot.takenAt)).length + asked,
    limit: most,
    bin: (nth) => {
      const bin = inZone.get(order(nth)) ?? emptyMachine(group, '', daemons)
      return { ...bin, id: `${group.name} new ${nth + 1}` }
    },
    samples: [...inZone.values()],
  }
}

/** The zone of the nth machine from now. */
const zoneOrder = (zones: readonly string[], taken: readonly string[]): ((nth: number) => string) => {
  const counts = new Map(zones.map((zone) => [zone, 0]))
  for (const zone of taken) if (counts.has(zone)) counts.set(zone, (counts.get(zone) ?? 0) + 1)
  const order: string[] = []
  return (nth) => {
    while (order.length <= nth) {
      const [[zone] = ['']] = [...counts].sort(
        ([one, few], [other, many]) => few - many || compareText(one, other),
      )
      counts.set(zone, (counts.get(zone) ?? 0) + 1)
      order.push(zone)
    }
    return order[nth] ?? ''
  }
}

/**
 * Ports that the agent keeps for ssh, Docker and itself ("portMappings" in the API reference, hostPort): a new instance
 * has them before any task comes.
 */
const RESERVED_PORTS = ['tcp:22', 'tcp:2375', 'tcp:2376', 'tcp:51678', 'tcp:51679', 'tcp:51680']

const emptyMachine = (group: GroupSnapshot, zone: string, daemons: readonly TaskClass[]): Bin => {
  const { name, machines, capacityProviderName } = group
  const bin: Bin = {
    id: name,
    traits: {
      attributes: { ...attributesOfAll(machines), [ZONE_ATTRIBUTE]: zone },
      ...(capacityProviderName !== undefined && { capacityProviderName }),
      isAgentAssumed: machines.some(({ source }) => source === 'estimated'),
    },
    left: leastOf(machines.map(({ total }) => total)),
    usedPorts: new Set(RESERVED_PORTS),
    taskGroups: new Set(),
  }
  return withDaemons(bin, daemons)
}

const attributesOfAll = ([first, ...others]: readonly MachineType[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(first?.attributes ?? {}).filter(([name, value]) =>
      others.every(({ attributes }) => attributes[name] === value),
    ),
  )
