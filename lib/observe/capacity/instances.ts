import { leastOf, minus, sumOf } from '../../capacity/resources.ts'
import type { InstanceSnapshot } from '../../capacity/snapshot.ts'
import type { TaskNeed, TaskSnapshot } from '../../capacity/workload.ts'
import type { CapacityObserver } from './capacity-observer.ts'
import { interfacesAndGpus, readInstanceTypes } from './launch-source.ts'
import type { ReadContainerInstance } from './machines-of-cluster.ts'
import type { Member, ReadScaledGroup } from './scaled-groups.ts'
import { trunkLimit } from './trunk-limits.ts'

interface Work {
  readonly tasks: readonly TaskSnapshot[]
  readonly taskDefinitions: ReadonlyMap<string, TaskNeed>
}

/** The trunk through which an instance gives interfaces to more tasks ("Elastic network interface trunking"). */
const TRUNK_ATTRIBUTE = 'ecs.awsvpc-trunk-id'

/**
 * Container instances with the network interfaces that ECS does not report, and with no more left than the tasks that were
 * found on them leave: a task that was placed after its instance had been read takes its room all the same.
 */
export const withNetworkInterfaces = async (
  { clients, instanceTypes }: CapacityObserver,
  machines: readonly ReadContainerInstance[],
  { tasks, taskDefinitions }: Work,
): Promise<readonly ReadContainerInstance[]> => {
  const needsInterfaces = [...taskDefinitions.values()].some(({ enis }) => enis > 0)
  const types = needsInterfaces ? machines.map(({ instanceType }) => instanceType) : []
  const infos = await readInstanceTypes({ ec2: clients.ec2, memo: instanceTypes }, types)
  const byInstance = Map.groupBy(tasks, ({ containerInstanceArn }) => containerInstanceArn)
  const takenOn = ({ arn }: ReadContainerInstance): readonly TaskNeed[] =>
    (byInstance.get(arn) ?? []).flatMap(
      ({ taskDefinitionArn }) => taskDefinitions.get(taskDefinitionArn) ?? [],
    )
  const mostSeen = mostInterfaces(machines, takenOn)
  return machines.map((machine) => {
    const info = infos.get(machine.instanceType)
    const own = info === undefined ? 0 : interfacesAndGpus(info).enis
    const enis = isTrunked(machine)
      ? (trunkLimit(machine.instanceType) ?? Math.max(own, mostSeen.get(machine.instanceType) ?? 0))
      : own
    const registered = { ...machine.registered, enis }
    return {
      ...machine,
      registered,
      remaining: leastOf([{ ...machine.remaining, enis }, minus(registered, sumOf(takenOn(machine)))]),
    }
  })
}

const isTrunked = ({ attributes }: ReadContainerInstance): boolean => TRUNK_ATTRIBUTE in attributes

/** By type, the most interfaces that tasks were seen to have on one instance with a trunk: so many at least it gives. */
const mostInterfaces = (
  machines: readonly ReadContainerInstance[],
  takenOn: (machine: ReadContainerInstance) => readonly TaskNeed[],
): ReadonlyMap<string, number> => {
  const most = new Map<string, number>()
  for (const machine of machines.filter(isTrunked)) {
    const seen = takenOn(machine).reduce((sum, { enis }) => sum + enis, 0)
    most.set(machine.instanceType, Math.max(seen, most.get(machine.instanceType) ?? 0))
  }
  return most
}

interface Parts {
  readonly groups: readonly ReadScaledGroup[]
  readonly machines: readonly ReadContainerInstance[]
  readonly launchedAt: ReadonlyMap<string, number>
}

/**
 * Every member of the groups with its container instance, and then the container instances of nobody here. Those of a warm
 * pool are left out: stopped they are meant to be silent, and running they are no room, since ECS may place nothing there
 * that lasts.
 */
export const instanceSnapshots = ({ groups, machines, launchedAt }: Parts): readonly InstanceSnapshot[] => {
  const pooled = new Set(groups.flatMap((group) => group.pooled))
  const here = machines.filter(({ instanceId }) => !pooled.has(instanceId))
  const unclaimed = new Map(here.map((machine) => [machine.instanceId, machine]))
  const claim = (instanceId: string) => {
    const machine = unclaimed.get(instanceId)
    unclaimed.delete(instanceId)
    return machine
  }
  const members = groups.flatMap(({ name, members }) =>
    members.map((member) =>
      memberSnapshot({ member, group: name, machine: claim(member.instanceId), launchedAt }),
    ),
  )
  return [...members, ...[...unclaimed.values()].map(strangerSnapshot)]
}

interface MemberParts {
  readonly member: Member
  readonly group: string
  readonly machine: ReadContainerInstance | undefined
  readonly launchedAt: ReadonlyMap<string, number>
}

const memberSnapshot = ({ member, group, machine, launchedAt }: MemberParts): InstanceSnapshot => {
  const startedAt = launchedAt.get(member.instanceId)
  return {
    ...member,
    group,
    ...(startedAt !== undefined && { launchedAt: startedAt }),
    ...(machine && { containerInstance: containerInstanceOf(machine) }),
  }
}

const strangerSnapshot = (machine: ReadContainerInstance): InstanceSnapshot => ({
  instanceId: machine.instanceId,
  zone: machine.zone,
  instanceType: machine.instanceType,
  isProtectedFromScaleIn: false,
  containerInstance: containerInstanceOf(machine),
})

const containerInstanceOf = ({
  instanceId: _i,
  instanceType: _t,
  zone: _z,
  registeredAt: _r,
  ...facts
}: ReadContainerInstance) => facts
