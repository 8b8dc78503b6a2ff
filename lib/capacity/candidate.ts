import { isDeadlock } from '../decide/bounds.ts'
import { serviceOf } from './demand.ts'
import { isWanted, type RegisteredInstance } from './instance-state.ts'
import { NO_RESOURCES, dominantShare, minus, plus } from './resources.ts'
import type { ClusterSnapshot, GroupSnapshot, InstanceSnapshot, Resources } from './snapshot.ts'
import type { ClassCount, TaskClass, Workload } from './task-class.ts'
import { compareText } from './text-order.ts'
import type { ServiceSnapshot, TaskSnapshot } from './workload.ts'

/** An instance that nothing of its own forbids to remove; whether its tasks fit elsewhere is another question. */
export interface Candidate {
  readonly instance: RegisteredInstance
  readonly group: string
  /** What ECS must start elsewhere, the revision that its services would start now. */
  readonly moves: readonly ClassCount[]
  readonly moveCount: number
  /** All that ECS wants to run there, daemons included. */
  readonly taskCount: number
  /** The largest part of any resource that is in use, 0 to 1. */
  readonly usedShare: number
}

/** Why an instance stays, the first reason that was found. */
export interface Kept {
  readonly instanceId: string
  readonly because: KeptBecause
  /** Tasks, services, or what is not modelled. Empty: the instance itself. */
  readonly about: readonly string[]
}

export type KeptBecause =
  // The instance.
  | 'no-group'
  | 'weighted-group'
  | 'terminate-suspended'
  | 'not-in-service'
  | 'scale-in-protected'
  | 'unregistered'
  | 'not-active'
  | 'agent-disconnected'
  // Its tasks.
  | 'protected-task'
  | 'standalone-task'
  | 'unmodelled'
  | 'unexplained-use'
  | 'deployment-bounds'
  | 'deploying'
  // What is around it.
  | 'group-minimum'
  | 'unmodelled-demand'
  | 'no-room'

export type Judgement =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | { readonly kind: 'kept'; readonly kept: Kept }

/**
 * Judges each instance for itself. Kept is one that Auto Scaling may not take (not in service, protected from scale-in,
 * Terminate suspended), of which ECS cannot say what runs there (unregistered, agent silent), or whose tasks would not
 * leave in order: protected ones, standalone ones, which ECS never moves, those of a service whose bounds allow no
 * move, those of a service in the middle of a deployment, and whatever the packing does not model.
 *
 * Daemons end with their instance, and tasks that ECS has decided to stop leave by themselves: both cost nothing.
 */
export const judgeInstances = (snapshot: ClusterSnapshot, workload: Workload): readonly Judgement[] => {
  const tasks = tasksByInstance(snapshot)
  const explained = useByInstance(snapshot)
  const groups = new Map(snapshot.groups.map((group) => [group.name, group]))
  const services = new Map(snapshot.services.map((service) => [service.name, service]))
  return snapshot.instances.map((instance) => {
    const own = instanceReason(instance, groups.get(instance.group ?? ''))
    if (own !== undefined) return kept(instance, own, [])
    const registered = instance as RegisteredInstance
    const here = tasks.get(registered.containerInstance.arn) ?? []
    return judgeTasks(registered, {
      here,
      services,
      workload,
      explained: explained.get(registered.containerInstance.arn),
    })
  })
}

const kept = (
  { instanceId }: InstanceSnapshot,
  because: KeptBecause,
  about: readonly string[],
): Judgement => ({ kind: 'kept', kept: { instanceId, because, about } })

/** The tasks that ECS wants to run, by the container instance that they are on. */
export const tasksByInstance = ({ tasks }: ClusterSnapshot): ReadonlyMap<string, readonly TaskSnapshot[]> => {
  const byInstance = new Map<string, TaskSnapshot[]>()
  for (const task of tasks) {
    if (task.containerInstanceArn === undefined || !isWanted(task)) continue
    const here = byInstance.get(task.containerInstanceArn)
    if (here === undefined) byInstance.set(task.containerInstanceArn, [task])
    else here.push(task)
  }
  return byInstance
}

const instanceReason = (
  { lifecycleState, isProtectedFromScaleIn, containerInstance }: InstanceSnapshot,
  group: GroupSnapshot | undefined,
): KeptBecause | undefined => {
  if (group === undefined) return 'no-group'
  if (group.isWeighted) return 'weighted-group'
  if (group.suspendedProcesses.includes('Terminate')) return 'terminate-suspended'
  if (lifecycleState !== 'InService') return 'not-in-service'
  if (isProtectedFromScaleIn) return 'scale-in-protected'
  if (containerInstance === undefined) return 'unregistered'
  if (containerInstance.status !== 'ACTIVE') return 'not-active'
  return containerInstance.agentConnected ? undefined : 'agent-disconnected'
}

interface Around {
  /** What the tasks there that have not stopped take. Undefined: there is none. */
  readonly explained: Resources | undefined
  readonly here: readonly TaskSnapshot[]
  readonly services: ReadonlyMap<string, ServiceSnapshot>
  readonly workload: Workload
}

const judgeTasks = (
  instance: RegisteredInstance,
  { here, explained = NO_RESOURCES, services, workload }: Around,
): Judgement => {
  if (isUseUnexplained(instance, explained)) return kept(instance, 'unexplained-use', [])
  const moves = new Map<string, { taskClass: TaskClass; count: number }>()
  for (const task of here) {
    const name = serviceOf(task)
    const service = services.get(name ?? '')
    const taskClass = workload.ofService.get(name ?? '')
    if (service?.isDaemon === true) continue
    if (task.isProtected) return kept(instance, 'protected-task', [task.arn])
    if (name === undefined) return kept(instance, 'standalone-task', [task.arn])
    // A service that is being deleted is listed no more: what becomes of its tasks is not known.
    if (service === undefined || taskClass === undefined) return kept(instance, 'unmodelled', [task.group])
    const because = serviceReason(service, taskClass)
    if (because !== undefined)
      return kept(
        instance,
        because,
        because === 'unmodelled' ? [...taskClass.unmodelled, ...taskClass.unproven] : [name],
      )
    moves.set(name, { taskClass, count: (moves.get(name)?.count ?? 0) + 1 })
  }
  return { kind: 'candidate', candidate: candidateOf(instance, [...moves.values()], here.length) }
}

/** Something runs there that was not listed: it was placed between two readings. */
const isUseUnexplained = ({ containerInstance }: RegisteredInstance, explained: Resources): boolean => {
  const { registered, remaining } = containerInstance
  return (
    remaining.cpu < registered.cpu - explained.cpu || remaining.memory < registered.memory - explained.memory
  )
}

const useByInstance = ({ tasks, taskDefinitions }: ClusterSnapshot): ReadonlyMap<string, Resources> => {
  const use = new Map<string, Resources>()
  for (const { containerInstanceArn, taskDefinitionArn, lastStatus } of tasks) {
    if (containerInstanceArn === undefined || lastStatus === 'STOPPED') continue
    const taken = plus(
      use.get(containerInstanceArn) ?? NO_RESOURCES,
      taskDefinitions.get(taskDefinitionArn) ?? NO_RESOURCES,
    )
    use.set(containerInstanceArn, taken)
  }
  return use
}

const serviceReason = (
  service: ServiceSnapshot,
  { unmodelled, unproven }: TaskClass,
): KeptBecause | undefined => {
  if (unmodelled.length + unproven.length > 0) return 'unmodelled'
  if (isDeadlock(service)) return 'deployment-bounds'
  return service.isDeploying ? 'deploying' : undefined
}

const candidateOf = (
  instance: RegisteredInstance,
  moves: readonly ClassCount[],
  taskCount: number,
): Candidate => {
  const { registered, remaining } = instance.containerInstance
  return {
    instance,
    group: instance.group ?? '',
    moves,
    taskCount,
    moveCount: moves.reduce((sum, { count }) => sum + count, 0),
    usedShare: dominantShare(minus(registered, remaining), registered),
  }
}

/** Cheapest first: fewest tasks that must move, then least in use, then by id, so that the order is always the same. */
export const byCost = (one: Candidate, other: Candidate): number =>
  one.moveCount - other.moveCount ||
  one.usedShare - other.usedShare ||
  compareText(one.instance.instanceId, other.instance.instanceId)
