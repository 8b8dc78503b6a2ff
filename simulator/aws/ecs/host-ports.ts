import type { TaskSpec } from '../../world/world-spec.ts'
import type { ContainerInstance } from './cluster.ts'

/** Ports that the agent, Docker and SSH keep for themselves (API reference, PortMapping.hostPort). */
export const RESERVED_PORTS: readonly number[] = [22, 2_375, 2_376, 51_678, 51_679, 51_680]

/** A fixed port of the instance; undefined: a dynamic one, or one of the task's own interface. */
export const fixedHostPort = ({ networkMode, hostPort }: TaskSpec): number | undefined =>
  networkMode === 'awsvpc' ? undefined : hostPort

/** What no further task can have: reserved ports and those of tasks that ask for one by number. */
export const portsTaken = ({ tasks }: Pick<ContainerInstance, 'tasks'>): readonly number[] => {
  const ports = [...RESERVED_PORTS]
  for (const { definition } of tasks) {
    const port = fixedHostPort(definition.spec)
    if (port !== undefined) ports.push(port)
  }
  return ports
}
