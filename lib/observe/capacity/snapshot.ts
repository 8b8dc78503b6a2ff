import { asError } from '../../aws/errors.ts'
import type { ClusterSnapshot, GroupHold, GroupSnapshot } from '../../capacity/snapshot.ts'
import { readCapacityProviders, type ProvidersByGroup } from './capacity-providers.ts'
import type { CapacityObserver } from './capacity-observer.ts'
import { countReads } from './counted-reads.ts'
import { readHasHook, readHistory, readPolicyNames, readRefresh, type GroupHistory } from './group-history.ts'
import { instanceSnapshots, withNetworkInterfaces } from './instances.ts'
import { machinesOfGroup } from './machines-of-group.ts'
import { readMachinesOfCluster, type ReadContainerInstance } from './machines-of-cluster.ts'
import { readScaledGroups, type ReadScaledGroup } from './scaled-groups.ts'
import { readServicesOfCluster } from './services-of-cluster.ts'
import { readTaskNeeds } from './task-needs.ts'
import { readTasksOfCluster } from './tasks-of-cluster.ts'
import { readIsShifted } from './zonal-shifts.ts'

/** One look at the whole cluster. */
export interface Sight {
  readonly snapshot: ClusterSnapshot
  /** By group. */
  readonly standings: ReadonlyMap<string, GroupStanding>
  /** Calls that drew on the cluster's read bucket. */
  readonly reads: number
}

/** What else bears on whether a group may be scaled by this stack. */
interface GroupStanding {
  /** Scaling policies that set its desired capacity. */
  readonly policies: readonly string[]
  /** The stack that scales it, by the mark on it. Absent: it carries none. */
  readonly mark?: string
  /** It has the hook that drains an instance before it ends. */
  readonly hasHook: boolean
  /** A replacement comes before an instance is taken away for it. */
  readonly replacesFirst: boolean
  /** Why it could not be read whether it is shifted away from a zone. Absent: it was, or nobody had to ask. */
  readonly shiftUnread?: Error
}

/**
 * Reads the whole cluster once. Instances come before tasks, and what their tasks take is counted again by the tasks that
 * were found: what was placed in between is then missing from neither.
 *
 * @throws if any of it cannot be read: half a cluster is not measured.
 */
export const takeSnapshot = async (observer: CapacityObserver): Promise<Sight> => {
  const { clients, clock, cluster, stoppedTasks } = observer
  const takenAt = clock.now()
  const reads = countReads(clients.ecs)
  const place = { ecs: reads.ecs, cluster }
  const groups = await readScaledGroups(clients.autoScaling, observer.groups)
  const found = withSilence(observer, await readMachinesOfCluster(place))
  const tasks = await readTasksOfCluster({ ...place, stopped: stoppedTasks })
  const services = await readServicesOfCluster(place)
  const arns = [...tasks, ...services].map(({ taskDefinitionArn }) => taskDefinitionArn)
  const taskDefinitions = await readTaskNeeds({ ecs: reads.ecs, memo: observer.taskNeeds }, arns)
  const machines = await withNetworkInterfaces(observer, found, { tasks, taskDefinitions })
  const providers = await readCapacityProviders(clients.ecs, [
    ...services.flatMap(({ capacityProviders }) => capacityProviders),
    ...tasks.flatMap(({ capacityProviderName = [] }) => capacityProviderName),
  ])
  const readings: GroupReading[] = []
  for (const group of groups) readings.push(await readGroup(observer, group, { machines, providers }))
  const launchedAt = new Map(readings.flatMap(({ history }) => [...history.launchedAt]))
  const snapshot: ClusterSnapshot = {
    takenAt,
    groups: readings.map(({ snapshot }) => snapshot),
    instances: instanceSnapshots({ groups, machines, launchedAt }),
    services,
    tasks,
    taskDefinitions,
  }
  const standings = new Map(readings.map(({ snapshot: { name }, standing }) => [name, standing]))
  return { snapshot, standings, reads: reads.count() }
}

const withSilence = (
  { silentAgents }: CapacityObserver,
  machines: readonly ReadContainerInstance[],
): readonly ReadContainerInstance[] =>
  machines.map((machine) => {
    const silentSince = silentAgents.track(machine.arn, { isSeen: !machine.agentConnected })
    return silentSince === undefined ? machine : { ...machine, silentSince }
  })

interface GroupReading {
  readonly snapshot: GroupSnapshot
  readonly standing: GroupStanding
  readonly history: GroupHistory
}

interface Surroundings {
  readonly machines: readonly ReadContainerInstance[]
  readonly providers: ProvidersByGroup
}

const readGroup = async (
  observer: CapacityObserver,
  group: ReadScaledGroup,
  { machines, providers }: Surroundings,
): Promise<GroupReading> => {
  const { clients, clock } = observer
  const { autoScaling } = clients
  const { name, min, max, desired, zones, isWeighted, suspendedProcesses, hasVictimChooser } = group
  const question = { autoScaling, autoScalingGroupName: name }
  const history = await readHistory(question, clock.now())
  const refresh = await readRefresh(question)
  const { launchedAt: _, ...past } = history
  const since = trackDesired(observer, group)
  const provider = providers.get(name)
  const { holds, unread } = await readShift(observer, group)
  return {
    history,
    snapshot: {
      name,
      min,
      max,
      desired,
      zones,
      isWeighted,
      suspendedProcesses,
      hasVictimChooser,
      machines: await machinesOfGroup(observer, group, machines),
      holds: [...(refresh === 'none' ? [] : ['instance-refresh' as const]), ...holds],
      ...(provider !== undefined && { capacityProviderName: provider }),
      ...past,
      ...(since !== undefined && { desiredBelowActualSince: since }),
    },
    standing: {
      ...(await readStanding(observer, group, refresh)),
      ...(unread !== undefined && { shiftUnread: unread }),
    },
  }
}

const readStanding = async (
  { clients, hookName }: CapacityObserver,
  { name, mark, replacesFirst }: ReadScaledGroup,
  refresh: Awaited<ReturnType<typeof readRefresh>>,
): Promise<GroupStanding> => {
  const question = { autoScaling: clients.autoScaling, autoScalingGroupName: name }
  return {
    policies: await readPolicyNames(question),
    hasHook: await readHasHook(question, hookName),
    replacesFirst: replacesFirst || refresh === 'replaces-first',
    ...(mark !== undefined && { mark }),
  }
}

interface ShiftReading {
  readonly holds: readonly GroupHold[]
  /** Absent: nothing failed. */
  readonly unread?: Error
}

/** Only a group that may be shifted is asked about. An answer that cannot be read counts as a shift. */
const readShift = async (
  { clients }: CapacityObserver,
  { arn, mayBeShifted }: ReadScaledGroup,
): Promise<ShiftReading> => {
  if (!mayBeShifted) return { holds: [] }
  try {
    return { holds: (await readIsShifted(clients.zonalShift, arn)) ? ['zonal-shift'] : [] }
  } catch (error) {
    return { holds: ['zonal-shift'], unread: asError(error) }
  }
}

const trackDesired = (
  { desiredBelowActual }: CapacityObserver,
  { name, desired, members }: ReadScaledGroup,
) => {
  const inService = members.filter(({ lifecycleState }) => lifecycleState === 'InService').length
  return desiredBelowActual.track(name, { isSeen: desired < inService, what: `${desired} of ${inService}` })
}
