import { roomWithin } from '../decide/bounds.ts'
import { isLeaving, isWanted } from './instance-state.ts'
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
 * task that it cannot place), and its tasks on instances that are leaving, less the replacements that run already. A
 * service that wants 10 and runs 9, 2 of them on a draining instance, needs 3.
 *
 * Standalone tasks count only while they have no instance: ECS never moves one ("Draining Amazon ECS container
 * instances"). Daemons never count: they come with the machine.
 *
 * Headroom is ⌈desired · percent / 100⌉ tasks of each replica service, less those it already has beyond its desired count,
 * so that a rolling deployment uses the headroom instead of asking for more. A deployment that must start a task before it
 * may stop one asks for 1 at least: without room for it, it would never begin.
 */
export const demandOf = (snapshot: ClusterSnapshot, workload: Workload, headroomPercent: number): Demand => {
  const counts = countTasks(snapshot)
  const tasks: ClassCount[] = []
  const headroom: ClassCount[] = []
  for (const service of snapshot.services) {
    const taskClass = workload.ofService.get(service.name)
    if (service.isDaemon || taskClass === undefined) continue
    const { wanted = 0, staying = 0 } = counts.get(service.name) ?? {}
    tasks.push({ taskClass, count: service.desiredCount - staying })
    const surplus = Math.max(0, wanted - service.desiredCount)
    headroom.push({ taskClass, count: headroomOf(service, headroomPercent) - surplus })
  }
  for (const task of snapshot.tasks)
    if (isWaitingAlone(task)) tasks.push({ taskClass: workload.ofStandalone(task), count: 1 })
  return { tasks: merged(tasks), headroom: merged(headroom) }
}

const headroomOf = (service: ServiceSnapshot, percent: number): number => {
  const { stopFirst, startFirst } = roomWithin(service)
  const forDeployment = service.isDeploying && stopFirst === 0 && startFirst > 0 ? 1 : 0
  // Rounded first, so that 0.1 · 3 and its like do not ask for a task more.
  return Math.max(forDeployment, Math.ceil(Number(((service.desiredCount * percent) / 100).toFixed(6))))
}

const isWaitingAlone = (task: TaskSnapshot): boolean =>
  isWanted(task) && task.containerInstanceArn === undefined && serviceOf(task) === undefined

const SERVICE_GROUP = 'service:'

/** The name of the service that a task belongs to. Undefined: it stands alone. */
export const serviceOf = ({ group }: TaskSnapshot): string | undefined =>
  group.startsWith(SERVICE_GROUP) ? group.slice(SERVICE_GROUP.length) : undefined

interface TaskCounts {
  /** Those that ECS wants to run, wherever they are. */
  readonly wanted: number
  /** Of those, the ones on instances that stay. */
  readonly staying: number
}

const countTasks = ({ tasks, instances }: ClusterSnapshot): ReadonlyMap<string, TaskCounts> => {
  const leaving = new Set(instances.filter(isLeaving).map(({ containerInstance }) => containerInstance?.arn))
  const counts = new Map<string, TaskCounts>()
  for (const task of tasks) {
    const service = serviceOf(task)
    if (service === undefined || !isWanted(task)) continue
    const { wanted = 0, staying = 0 } = counts.get(service) ?? {}
    const isStaying = task.containerInstanceArn !== undefined && !leaving.has(task.containerInstanceArn)
    counts.set(service, { wanted: wanted + 1, staying: staying + (isStaying ? 1 : 0) })
  }
  return counts
}

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
