import { isWanted, type ContainerInstance, type Task } from './cluster.ts'

export interface PlacementNeed {
  readonly cpu: number
  readonly memory: number
  /** Tasks of the same group are spread over zones and instances. */
  readonly group: string
}

export type Placement =
  | { readonly kind: 'placed'; readonly containerInstance: ContainerInstance }
  | { readonly kind: 'refused'; readonly shortages: readonly Shortage[] }

/** Why one instance could not take the task. */
export interface Shortage {
  readonly containerInstance: ContainerInstance
  readonly reason: 'RESOURCE:CPU' | 'RESOURCE:MEMORY'
}

/**
 * Chooses where a task goes: among ACTIVE instances with a connected agent and room, the zone with the fewest tasks of
 * its group, then the instance with the fewest, then the one registered first. This is the console's default strategy,
 * spread over `attribute:ecs.availability-zone` and then over `instanceId`.
 */
export const choosePlacement = (registered: readonly ContainerInstance[], need: PlacementNeed): Placement => {
  const candidates = registered.filter(({ status, agentConnected }) => status === 'ACTIVE' && agentConnected)
  const shortages = candidates.flatMap((containerInstance) => shortageOf(containerInstance, need) ?? [])
  const short = new Set(shortages.map(({ containerInstance }) => containerInstance))
  const fitting = candidates.filter((containerInstance) => !short.has(containerInstance))
  const perZone = countByZone(registered, need.group)
  const [best] = fitting.sort((one, other) => {
    const zones = (perZone.get(one.availabilityZone) ?? 0) - (perZone.get(other.availabilityZone) ?? 0)
    return zones !== 0 ? zones : countOfGroup(one, need.group) - countOfGroup(other, need.group)
  })
  return best === undefined ? { kind: 'refused', shortages } : { kind: 'placed', containerInstance: best }
}

export const shortageOf = (
  containerInstance: ContainerInstance,
  need: Pick<PlacementNeed, 'cpu' | 'memory'>,
): Shortage | undefined => {
  const free = remainingResources(containerInstance)
  if (free.cpu < need.cpu) return { containerInstance, reason: 'RESOURCE:CPU' }
  return free.memory < need.memory ? { containerInstance, reason: 'RESOURCE:MEMORY' } : undefined
}

/** A task holds its resources until it is STOPPED. */
export const remainingResources = ({
  cpu,
  memory,
  tasks,
}: Pick<ContainerInstance, 'cpu' | 'memory' | 'tasks'>): {
  readonly cpu: number
  readonly memory: number
} => {
  const free = { cpu, memory }
  for (const { definition } of tasks) {
    free.cpu -= definition.spec.cpu
    free.memory -= definition.spec.memory
  }
  return free
}

const countByZone = (
  registered: readonly ContainerInstance[],
  group: string,
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const containerInstance of registered) {
    const zone = containerInstance.availabilityZone
    counts.set(zone, (counts.get(zone) ?? 0) + countOfGroup(containerInstance, group))
  }
  return counts
}

const countOfGroup = ({ tasks }: ContainerInstance, group: string): number => {
  let count = 0
  for (const task of tasks) if (isOfGroup(task, group)) count += 1
  return count
}

const isOfGroup = (task: Task, group: string): boolean => task.group === group && isWanted(task)
