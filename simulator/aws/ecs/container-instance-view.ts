import type { ContainerInstance as ContainerInstanceOutput, Resource } from '@aws-sdk/client-ecs'
import { allAttributes } from './attributes.ts'
import { countTasks, type ContainerInstance } from './cluster.ts'
import { portsTaken, RESERVED_PORTS } from './host-ports.ts'
import { remainingResources, type InstanceRoom } from './remaining-resources.ts'

/** A container instance as the API and its events show it. Each call returns new objects. */
export const viewContainerInstance = (containerInstance: ContainerInstance): ContainerInstanceOutput => {
  const counts = countTasks(containerInstance.tasks)
  return {
    containerInstanceArn: containerInstance.arn,
    ec2InstanceId: containerInstance.instanceId,
    version: containerInstance.version,
    versionInfo: {
      agentVersion: containerInstance.agentVersion,
      agentHash: '00000000',
      dockerVersion: '25.0.14',
    },
    status: containerInstance.status,
    agentConnected: containerInstance.agentConnected,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    registeredAt: new Date(containerInstance.registeredAt),
    registeredResources: resources(containerInstance, RESERVED_PORTS),
    remainingResources: resources(remainingResources(containerInstance), portsTaken(containerInstance)),
    attributes: allAttributes(containerInstance).map(([name, value]) => ({
      name,
      ...(value === undefined ? {} : { value }),
    })),
    attachments: [],
    tags: [],
    ...(containerInstance.capacityProviderName !== undefined && {
      capacityProviderName: containerInstance.capacityProviderName,
    }),
  }
}

const resources = (
  { cpu, memory, gpus }: Pick<InstanceRoom, 'cpu' | 'memory' | 'gpus'>,
  takenPorts: readonly number[],
): Resource[] => [
  { name: 'CPU', type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue: cpu },
  { name: 'MEMORY', type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue: memory },
  strings('PORTS', takenPorts.map(String)),
  strings('PORTS_UDP', []),
  // GPUs by their ids; a machine without any has no such resource.
  ...(gpus > 0 ? [strings('GPU', gpuIds(gpus))] : []),
]

const gpuIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_none, index) => `GPU-${String(index).padStart(8, '0')}`)

const strings = (name: string, stringSetValue: readonly string[]): Resource => ({
  name,
  type: 'STRINGSET',
  doubleValue: 0,
  longValue: 0,
  integerValue: 0,
  stringSetValue: [...stringSetValue],
})
