import type { ContainerInstance } from './cluster.ts'

/** What ECS counts when it places a task. It shows all of it but the network interfaces. */
export interface InstanceRoom {
  readonly cpu: number
  readonly memory: number
  readonly gpus: number
  /** How many more tasks in awsvpc mode there is an interface for. */
  readonly taskInterfaces: number
}

/** A task holds its resources until it is STOPPED. */
export const remainingResources = ({
  cpu,
  memory,
  gpus,
  taskInterfaces,
  tasks,
}: Pick<ContainerInstance, 'cpu' | 'memory' | 'gpus' | 'taskInterfaces' | 'tasks'>): InstanceRoom => {
  const free = { cpu, memory, gpus, taskInterfaces }
  for (const { definition } of tasks) {
    const { spec } = definition
    free.cpu -= spec.cpu
    free.memory -= spec.memory
    free.gpus -= spec.gpus ?? 0
    free.taskInterfaces -= spec.networkMode === 'awsvpc' ? 1 : 0
  }
  return free
}
