import { roomWithin } from '../decide/bounds.ts'
import { isLeaving, isWanted } from './instance-state.ts'
import { serviceOfGroup } from './service-group.ts'
import type { ClusterSnapshot } from './snapshot.ts'
import type { ClassCount, TaskClass, Workload } from './task-class.ts'
import type { ServiceSnapshot, TaskSnapshot } from './workload.ts'

/** Tasks that need room, by class, those that need none left out. */
export interface Demand {
  /** What has no place that stays: pending tasks, what services lack, and tasks on instances that are leaving. */
  readonly tasks: readonly ClassCount[]
  /** Room to keep free beyond that. */
  readonly headroom: readonly ClassCount[]
}

/**
 * What the cluster must find room for. A replica service needs as many tasks as it wants and does not have on instances
 * that stay: that is at once what is pending without a place, what it lacks (with minimumHealthyPercent 100 ECS creates no
 * task that it cannot place), and its tasks on instances that are leaving, or that are none of the snapshot's, as those of a
 * warm pool, less the replacements that run already. A service that wants 10 and runs 9, 2 of them on a draining instance,
 * needs 3.
 *
 * Of a service of several capacity providers ECS chooses the provider of each task first. Those that wait for one by name
 * count for that one; for what the service lacks beyond them any of its providers will do.
 *
 * Standalone tasks count only while they have no instance: ECS never moves one ("Draining Amazon ECS container
 * instances"). Daemons never count: they come with the machine.
 *
 * Headroom is ⌈desired · percent / 100⌉ tasks of each replica service, less those it already has beyond its desired count
 * on instances that stay, so that a rolling deployment uses the headroom instead of asking for more. A deployment that must
 * start a task before it may stop one asks for 1 at least: without room for it, it would never begin.
 */
export const demandOf = (snapshot: ClusterSnapshot, workload: Workload, headroomPercent: number): Demand => {
  const counts = countTasks(snapshot)
  const tasks: ClassCount[] = []
  const headroom: ClassCount[] = []
  for (const service of snapshot.services) {
    const taskClass = workload.ofService.get(service.name)
    if (service.isDaemon || taskClass === undefined) continue
    const { staying, bound } = counts.get(service.name) ?? NO_TASKS
    const desired = wantedCount(service)
    const ofProviders = taskClass.unproven.length > 0 ? [...bound] : []
    for (const [provider, count] of ofProviders)
      tasks.push({ taskClass: workload.onProvider(taskClass, provider), count })
    const boundCount = ofProviders.reduce((sum, [, count]) => sum + count, 0)
    tasks.push({ taskClass, count: desired - staying - boundCount })
    const surplus = Math.max(0, staying - desired)
    headroom.push({ taskClass, count: headroomOf(service, headroomPercent) - surplus })
  }
  for (const task of snapshot.tasks)
    if (isWaitingAlone(task)) tasks.push({ taskClass: workload.ofStandalone(task), count: 1 })
  return { tasks: merged(tasks), headroom: merged(headroom) }
}

/** Of all its revisions together. */
export const wantedCount = ({ desiredCount, besideCount = 0 }: ServiceSnapshot): number =>
  desiredCount + besideCount

const headroomOf = (service: ServiceSnapshot, percent: number): number => {
  const { stopFirst, startFirst } = roomWithin(service)
  const { isDeploying, besideCount = 0 } = service
  const forDeployment = isDeploying && besideCount === 0 && stopFirst === 0 && startFirst > 0 ? 1 : 0
  // Rounded first, so that 0.1 · 3 and its like do not ask for a task more.
  return Math.max(forDeployment, Math.ceil(Number(((service.desiredCount * percent) / 100).toFixed(6))))
}

const isWaitingAlone = (task: TaskSnapshot): boolean =>
  isWanted(task) && task.containerInstanceArn === undefined && serviceOf(task) === undefined

/** The name of the service that a task belongs to. Undefined: it stands alone. */
export const serviceOf = ({ group }: TaskSnapshot): string | undefined => serviceOfGroup(group)

/** Tasks that ECS wants to run. */
interface TaskCounts {
  /** On instances that stay. */
  staying: number
  /** Waiting for an instance of a provider, by its name. */
  readonly bound: Map<string, number>
}

const countTasks = ({ tasks, instances }: ClusterSnapshot): ReadonlyMap<string, Readonly<TaskCounts>> => {
  const stays = new Set(
    instances.flatMap((each) => (isLeaving(each) ? [] : (each.containerInstance?.arn ?? []))),
  )
  const counts = new Map<string, TaskCounts>()
  for (const task of tasks) {
    const service = serviceOf(task)
    if (service === undefined || !isWanted(task)) continue
    const { containerInstanceArn, capacityProviderName } = task
    const count = counts.get(service) ?? { staying: 0, bound: new Map<string, number>() }
    counts.set(service, count)
    if (containerInstanceArn !== undefined) count.staying += stays.has(containerInstanceArn) ? 1 : 0
    else if (capacityProviderName !== undefined)
      count.bound.set(capacityProviderName, (count.bound.get(capacityProviderName) ?? 0) + 1)
  }
  return counts
}

const NO_TASKS: Readonly<TaskCounts> = { staying: 0, bound: new Map() }

/** One entry for each class, and none for a class without tasks. */
export const merged = (counts: readonly ClassCount[]): readonly ClassCount[] => {
  const byKey = new Map<string, { taskClass: TaskClass; count: number }>()
  for (const { taskClass, count } of counts) {
    if (count <= 0) continue
    const known = byKey.get(taskClass.key)
    byKey.set(taskClass.key, { taskClass, count: (known?.count ?? 0) + count })
  }
  return [...byKey.values()]
}
