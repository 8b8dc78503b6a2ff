import type { ClusterSnapshot, ContainerInstanceSnapshot } from '../../../lib/capacity/snapshot.ts'
import type { ServiceSnapshot, TaskNeed } from '../../../lib/capacity/workload.ts'

/**
 * A packer that shares no line with the product's: it tries every order in which ECS might place the tasks and every
 * instance on which it might place each. For small clusters only.
 */
export interface Host {
  readonly zone: string
  readonly left: readonly number[]
  readonly ports: readonly string[]
  readonly services: readonly string[]
}

export interface Guest {
  readonly service: string
  readonly takes: readonly number[]
  readonly ports: readonly string[]
  readonly isDistinct: boolean
  /** Absent: any. */
  readonly zone?: string
}

const fits = (guest: Guest, host: Host): boolean =>
  guest.takes.every((amount, index) => amount <= host.left[index]!) &&
  !guest.ports.some((port) => host.ports.includes(port)) &&
  !(guest.isDistinct && host.services.includes(guest.service)) &&
  (guest.zone === undefined || guest.zone === host.zone)

const seat = (guest: Guest, host: Host): Host => ({
  zone: host.zone,
  left: host.left.map((amount, index) => amount - guest.takes[index]!),
  ports: [...host.ports, ...guest.ports].sort(),
  services: [...host.services, guest.service].sort(),
})

/** Whether no order and no choice of instances leaves any of them without a place. */
export const allFitHowever = (guests: readonly Guest[], hosts: readonly Host[]): boolean => {
  const known = new Map<string, boolean>()
  const search = (waiting: readonly Guest[], now: readonly Host[]): boolean => {
    const key = JSON.stringify([waiting, now])
    const before = known.get(key)
    if (before !== undefined) return before
    const answer = waiting.every((guest, index) => {
      const open = now.flatMap((host, at) => (fits(guest, host) ? at : []))
      const rest = waiting.filter((_, other) => other !== index)
      return (
        open.length > 0 &&
        open.every((at) =>
          search(
            rest,
            now.map((host, other) => (other === at ? seat(guest, host) : host)),
          ),
        )
      )
    })
    known.set(key, answer)
    return answer
  }
  return search(guests, hosts)
}

const amounts = ({ cpu, memory, gpu, enis }: TaskNeed | ContainerInstanceSnapshot['remaining']) => [
  cpu,
  memory,
  gpu,
  enis,
]

const ZONE_RULE = /^attribute:ecs\.availability-zone == (\S+)$/

export const guestOf = (service: ServiceSnapshot, taskNeed: TaskNeed): Guest => {
  const [zone] = service.placementConstraints.flatMap((constraint) =>
    constraint.type === 'memberOf' ? (ZONE_RULE.exec(constraint.expression)?.[1] ?? []) : [],
  )
  return {
    service: service.name,
    takes: amounts(taskNeed),
    ports: taskNeed.hostPorts,
    isDistinct: service.placementConstraints.some(({ type }) => type === 'distinctInstance'),
    ...(zone !== undefined && { zone }),
  }
}

const hostsOf = (snapshot: ClusterSnapshot, isOne: (instanceId: string) => boolean): readonly Host[] => {
  const groupsOn = (arn: string) =>
    snapshot.tasks
      .filter((task) => task.containerInstanceArn === arn)
      .map(({ group }) => group.split(':')[1]!)
  return snapshot.instances.flatMap(({ instanceId, zone, containerInstance }): Host | [] => {
    if (!isOne(instanceId) || containerInstance?.status !== 'ACTIVE') return []
    const { arn, remaining, usedPorts } = containerInstance
    return { zone, left: amounts(remaining), ports: usedPorts, services: groupsOn(arn) }
  })
}

const emptiedHosts = (snapshot: ClusterSnapshot, going: ReadonlySet<string>): readonly Host[] =>
  snapshot.instances.flatMap(({ instanceId, zone, containerInstance }) =>
    going.has(instanceId) && containerInstance !== undefined
      ? { zone, left: amounts(containerInstance.registered), ports: [], services: [] }
      : [],
  )

/**
 * The instances of a snapshot but for those that go, and everything that needs a place then; but what has no place before
 * either, and would have none on those that go if they were empty, loses nothing.
 */
export const afterRemoving = (snapshot: ClusterSnapshot, going: ReadonlySet<string>) => {
  const hosts = hostsOf(snapshot, (id) => !going.has(id))
  const chances = [...hostsOf(snapshot, () => true), ...emptiedHosts(snapshot, going)]
  const stayingArns = new Set(
    snapshot.instances.flatMap(({ instanceId, containerInstance }) =>
      going.has(instanceId) || containerInstance?.status !== 'ACTIVE' ? [] : containerInstance.arn,
    ),
  )
  const guests = snapshot.services.flatMap((service) => {
    const staying = snapshot.tasks.filter(
      ({ group, containerInstanceArn = '' }) =>
        group === `service:${service.name}` && stayingArns.has(containerInstanceArn),
    ).length
    const guest = guestOf(service, snapshot.taskDefinitions.get(service.taskDefinitionArn)!)
    const hasChance = going.size === 0 || chances.some((host) => fits(guest, host))
    return Array.from({ length: hasChance ? Math.max(0, service.desiredCount - staying) : 0 }, () => guest)
  })
  return { hosts, guests }
}
