import { couldHold } from './bin.ts'
import { byLargest, largestRoom, type LargestRoom } from './largest-room.ts'
import { inServiceCount, membersOf } from './growth.ts'
import { isLeaving, isUsable, isWanted } from './instance-state.ts'
import { serviceOf, wantedCount } from './demand.ts'
import type { UnplacedBecause } from './packing.ts'
import { capacityReservation } from './reservation.ts'
import { RESOURCE_NAMES, sumOf, type ResourceName } from './resources.ts'
import { fragmentationPercent, schedulableTasks } from './schedulable.ts'
import type { Removable } from './removal.ts'
import type { ClusterSnapshot, GroupSnapshot, InstanceSnapshot } from './snapshot.ts'
import { headroomNow, type Survey } from './survey.ts'
import type { TaskClass } from './task-class.ts'

/** The cluster in numbers. Zero means that there is none; what does not exist is absent. */
export interface Measures {
  /**
   * By service, its own task as the shape: how many more of it ECS could place now. See `schedulableTasks`. A service is
   * absent that wants no task, whose place nobody can name, or whose task fits no machine: its zero would ask for
   * machines that help nothing.
   */
  readonly schedulableTasks: readonly SchedulableTasks[]
  /** The largest task that still goes in somewhere, in CPU units and MiB; of the roomiest instance. */
  readonly largestSchedulableTask: LargestRoom
  /**
   * Tasks without an instance: Σ over replica services of what they want less what they have, never below 0, and
   * standalone tasks that wait. A service of 10 that runs 8 counts 2, whether or not ECS has created tasks for them.
   */
  readonly pendingTasks: number
  /** Machines to add to those that are coming, for demand and headroom, before step and maximum. */
  readonly instancesNeeded: number
  /** No packing needs fewer. */
  readonly instancesNeededAtLeast: number
  /** On which ECS may place a task: ACTIVE, agent connected, not leaving. */
  readonly instancesActive: number
  /** Container instances that are DRAINING. */
  readonly instancesDraining: number
  /** Usable, without a task that is not a daemon's. One whose tasks are still stopping is not empty. */
  readonly instancesEmpty: number
  /** ACTIVE or DRAINING with a silent agent. One that is in a warm pool is meant to be silent. */
  readonly instancesDisconnected: number
  /** InService in a group, and unknown to the cluster. */
  readonly instancesUnregistered: number
  /** That can go all together while the headroom is kept. See `removableTogether`. */
  readonly removableInstances: number
  /** 100 · in use / registered, over usable instances. Absent: none of them has any of it. */
  readonly reservationPercent: Readonly<Partial<Record<ResourceName, number>>>
  /** Of the service with the largest task. See `fragmentationPercent`. 0 without a service. */
  readonly fragmentationPercent: number
  /** Of the tasks that headroom asks room for, those that go in now, after everything that waits. */
  readonly headroomTasks: number
  /** Protected from scale-in with no task but daemons': it costs, and nothing may take it. */
  readonly protectedIdleInstances: number
  /** Tasks that wait and for which no group brings a machine, by reason; every reason, also where there is none. */
  readonly unplacedTasks: Readonly<Record<UnplacedBecause, number>>
  readonly groups: readonly GroupMeasures[]
}

export interface SchedulableTasks {
  readonly service: string
  /** Its size, like `512/1024`: CPU units and MiB. */
  readonly shape: string
  readonly count: number
}

interface GroupMeasures {
  readonly group: string
  /** Absent: it counts weights, or nobody knows what it may launch. So with the reservation. */
  readonly instancesNeeded?: number
  readonly removableInstances: number
  /**
   * 100 · M / N. N counts the group's instances, those that are coming included; M = N + needed − removable. Without
   * those that are coming, target tracking would ask for each machine again until it is there. Example: 3 there, 2 coming,
   * 1 more needed: 6 of 5, 120.
   */
  readonly capacityReservation?: number
  /** InService instances beyond the desired capacity: a scale-in that nothing obeys. Absent: desired counts weights. */
  readonly desiredBelowActual?: number
}

/** @param removable with `keeping: 'headroom'`. */
export const measure = (survey: Survey, removable: Removable): Measures => {
  const { snapshot, needed, leastNeeded } = survey
  const { instances } = snapshot
  const isIdle = idleTest(snapshot)
  return {
    schedulableTasks: schedulableOf(survey),
    largestSchedulableTask: largestRoom(survey.bins),
    pendingTasks: countPending(snapshot),
    instancesNeeded: [...needed.values()].reduce((sum, count) => sum + count, 0),
    instancesNeededAtLeast: leastNeeded,
    instancesActive: instances.filter(isUsable).length,
    instancesDraining: instances.filter((each) => each.containerInstance?.status === 'DRAINING').length,
    instancesEmpty: instances.filter((each) => isUsable(each) && isIdle(each)).length,
    instancesDisconnected: instances.filter(isDisconnected).length,
    instancesUnregistered: instances.filter(isUnregistered).length,
    removableInstances: removable.together.length,
    reservationPercent: reservationOf(snapshot),
    fragmentationPercent: fragmentationOf(survey),
    headroomTasks: headroomNow(survey),
    protectedIdleInstances: instances.filter(
      (each) => each.isProtectedFromScaleIn && isUsable(each) && isIdle(each),
    ).length,
    unplacedTasks: countUnplaced(survey),
    groups: snapshot.groups.map((group) => measureGroup(group, survey, removable)),
  }
}

const schedulableOf = (survey: Survey): readonly SchedulableTasks[] => {
  const { snapshot, workload, bins, admissions } = survey
  return snapshot.services.flatMap(({ name, isDaemon, desiredCount }) => {
    const taskClass = workload.ofService.get(name)
    if (isDaemon || desiredCount === 0 || taskClass === undefined || taskClass.unmodelled.length > 0)
      return []
    const { cpu, memory } = taskClass.need
    const count = schedulableTasks(taskClass, bins, admissions)
    const isMeasured = count > 0 || !fitsNoMachine(taskClass, survey)
    return isMeasured ? { service: name, shape: `${cpu}/${memory}`, count } : []
  })
}

/** Only where all machines that may come are known can it be said. */
const fitsNoMachine = (taskClass: TaskClass, { snapshot, machines, admissions }: Survey): boolean =>
  machines.length === snapshot.groups.length &&
  machines.every(({ samples }) => !samples.some((bin) => couldHold(taskClass, bin, admissions)))

const countPending = ({ services, tasks }: ClusterSnapshot): number => {
  const placed = new Map<string, number>()
  let alone = 0
  for (const task of tasks) {
    const service = serviceOf(task)
    if (!isWanted(task)) continue
    if (task.containerInstanceArn !== undefined)
      placed.set(service ?? '', (placed.get(service ?? '') ?? 0) + 1)
    else if (service === undefined) alone += 1
  }
  return services
    .filter(({ isDaemon }) => !isDaemon)
    .reduce(
      (sum, service) => sum + Math.max(0, wantedCount(service) - (placed.get(service.name) ?? 0)),
      alone,
    )
}

const countUnplaced = ({ packing }: Survey): Measures['unplacedTasks'] => {
  const counts = { ...NONE_UNPLACED }
  for (const { because, count } of packing.unplaced) counts[because] += count
  return counts
}

const NONE_UNPLACED: Measures['unplacedTasks'] = {
  'no-room': 0,
  'fits-no-machine': 0,
  'group-maximum': 0,
  'zone-not-next': 0,
  unmodelled: 0,
}

const idleTest = ({ tasks, services }: ClusterSnapshot): ((instance: InstanceSnapshot) => boolean) => {
  const daemons = new Set(services.filter(({ isDaemon }) => isDaemon).map(({ name }) => name))
  const busy = new Set(
    tasks
      .filter((task) => task.lastStatus !== 'STOPPED' && !daemons.has(serviceOf(task) ?? ''))
      .map(({ containerInstanceArn }) => containerInstanceArn),
  )
  return ({ containerInstance }) => containerInstance !== undefined && !busy.has(containerInstance.arn)
}

const isDisconnected = ({ containerInstance, lifecycleState = '' }: InstanceSnapshot): boolean =>
  containerInstance !== undefined &&
  ['ACTIVE', 'DRAINING'].includes(containerInstance.status) &&
  !containerInstance.agentConnected &&
  !lifecycleState.startsWith('Warmed')

const isUnregistered = ({ group, lifecycleState, containerInstance }: InstanceSnapshot): boolean =>
  group !== undefined && lifecycleState === 'InService' && containerInstance === undefined

const reservationOf = ({ instances }: ClusterSnapshot): Measures['reservationPercent'] => {
  const usable = instances.filter(isUsable)
  const registered = sumOf(usable.map(({ containerInstance }) => containerInstance.registered))
  const remaining = sumOf(usable.map(({ containerInstance }) => containerInstance.remaining))
  return Object.fromEntries(
    RESOURCE_NAMES.filter((name) => registered[name] > 0).map((name) => [
      name,
      (100 * (registered[name] - remaining[name])) / registered[name],
    ]),
  )
}

const fragmentationOf = ({ snapshot, workload, bins, admissions }: Survey): number => {
  const classes = snapshot.services
    .filter(({ isDaemon, desiredCount }) => !isDaemon && desiredCount > 0)
    .flatMap(({ name }) => workload.ofService.get(name) ?? [])
  const [largest] = byLargest(classes, bins)
  return largest === undefined ? 0 : fragmentationPercent(largest, bins, admissions)
}

const measureGroup = (group: GroupSnapshot, survey: Survey, { together }: Removable): GroupMeasures => {
  const { name, desired, isWeighted, machines } = group
  const removableInstances = together.filter((candidate) => candidate.group === name).length
  return {
    group: name,
    removableInstances,
    ...(!isWeighted && { desiredBelowActual: Math.max(0, inServiceCount(survey.snapshot, group) - desired) }),
    ...(!isWeighted && machines.length > 0 && needOf(group, survey, removableInstances)),
  }
}

const needOf = (
  group: GroupSnapshot,
  { snapshot, needed }: Survey,
  removableInstances: number,
): Pick<GroupMeasures, 'instancesNeeded' | 'capacityReservation'> => {
  const members = membersOf(group, snapshot).filter((instance) => !isLeaving(instance))
  const present = Math.max(group.desired, members.length)
  const instancesNeeded = needed.get(group.name) ?? 0
  return {
    instancesNeeded,
    capacityReservation: capacityReservation(present + instancesNeeded - removableInstances, present),
  }
}
