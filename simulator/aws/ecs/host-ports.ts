import type { ContainerInstance } from './cluster.ts'

/** Ports that the agent, Docker and SSH keep for themselves (API reference, PortMapping.hostPort). */
export const RESERVED_PORTS: readonly number[] = [22, 2_375, 2_376, 51_678, 51_679, 51_680]

/** What no further task can have: reserved ports and those of tasks that ask for one by number. */
export const portsTaken = ({ tasks }: Pick<ContainerInstance, 'tasks'>): readonly number[] => {
  const ports = [...RESERVED_PORTS]
  for (const { definition } of tasks) {
    if (definition.spec.hostPort !== undefined) ports.push(definition.spec.hostPort)
  }
  return ports
}
