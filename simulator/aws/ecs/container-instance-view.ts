import type { ContainerInstance as ContainerInstanceOutput, Resource } from '@aws-sdk/client-ecs'
import { allAttributes } from './attributes.ts'
import { countTasks, type ContainerInstance } from './cluster.ts'
import { remainingResources } from './placement.ts'

export const AGENT_VERSION = '1.105.1'

/** Ports that the agent and SSH keep for themselves on every container instance. */
const RESERVED_PORTS = ['22', '2375', '2376', '51678', '51679']

/** A container instance as the API and its events show it. Each call returns new objects. */
export const viewContainerInstance = (containerInstance: ContainerInstance): ContainerInstanceOutput => {
  const counts = countTasks(containerInstance.tasks)
  return {
    containerInstanceArn: containerInstance.arn,
    ec2InstanceId: containerInstance.instanceId,
    version: containerInstance.version,
    versionInfo: { agentVersion: AGENT_VERSION, agentHash: '00000000', dockerVersion: '25.0.14' },
    status: containerInstance.status,
    agentConnected: containerInstance.agentConnected,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    registeredAt: new Date(containerInstance.registeredAt),
    registeredResources: resources(containerInstance),
    remainingResources: resources(remainingResources(containerInstance)),
    attributes: allAttributes(containerInstance).map(([name, value]) => ({
      name,
      ...(value === undefined ? {} : { value }),
    })),
    attachments: [],
    tags: [],
  }
}

const resources = ({ cpu, memory }: { readonly cpu: number; readonly memory: number }): Resource[] => [
  { name: 'CPU', type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue: cpu },
  { name: 'MEMORY', type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue: memory },
  ports('PORTS', RESERVED_PORTS),
  ports('PORTS_UDP', []),
]

const ports = (name: string, stringSetValue: readonly string[]): Resource => ({
  name,
  type: 'STRINGSET',
  doubleValue: 0,
  longValue: 0,
  integerValue: 0,
  stringSetValue: [...stringSetValue],
})
