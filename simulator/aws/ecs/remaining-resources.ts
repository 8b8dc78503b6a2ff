import type { ContainerInstance } from './cluster.ts'

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
