import type { Attachment, Container, Task as TaskOutput } from '@aws-sdk/client-ecs'
import type { Arns } from './arns.ts'
import type { Task } from './cluster.ts'
import { imageOf } from './task-definition-view.ts'
import { isPlaced, viewWaitingTask, type WaitingTask } from './waiting-task.ts'

/** A task as DescribeTasks, StopTask and the task's events show it. Each call returns new objects. */
export const viewTask = (task: Task | WaitingTask, arns: Arns): TaskOutput =>
  isPlaced(task) ? viewPlacedTask(task, arns) : viewWaitingTask(task, arns)

const viewPlacedTask = (task: Task, arns: Arns): TaskOutput => ({
  taskArn: task.arn,
  clusterArn: arns.cluster,
  taskDefinitionArn: task.definition.arn,
  containerInstanceArn: task.containerInstance.arn,
  availabilityZone: task.containerInstance.availabilityZone,
  group: task.group,
  ...launchOf(task),
  desiredStatus: task.desiredStatus,
  lastStatus: task.lastStatus,
  version: task.version,
  cpu: String(task.definition.spec.cpu),
  memory: String(task.definition.spec.memory),
  attachments: hasInterface(task) ? [viewAttachment(task)] : [],
  attributes: [{ name: 'ecs.cpu-architecture', value: 'arm64' }],
  connectivity: task.containerInstance.agentConnected ? 'CONNECTED' : 'DISCONNECTED',
  connectivityAt: new Date(task.createdAt),
  containers: [viewContainer(task, arns)],
  enableExecuteCommand: false,
  healthStatus: 'UNKNOWN',
  overrides: { containerOverrides: [{ name: 'app' }] },
  createdAt: new Date(task.createdAt),
  ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
  ...(task.stopCause === undefined
    ? {}
    : { stopCode: task.stopCause.code, stoppedReason: task.stopCause.reason }),
  ...dates(task),
})

const hasInterface = ({ definition }: Task): boolean => definition.spec.networkMode === 'awsvpc'

/** The network interface of a task in awsvpc mode. Its addresses are not modelled. */
const viewAttachment = (task: Task): Attachment => ({
  id: attachmentIdOf(task),
  type: 'ElasticNetworkInterface',
  status: task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
  details: [],
})

const attachmentIdOf = ({ id }: Task): string => `attachment-${id}`

/** Under a capacity provider strategy a task has no launch type. */
const launchOf = ({ capacityProviderName }: Task): Pick<TaskOutput, 'launchType' | 'capacityProviderName'> =>
  capacityProviderName === undefined ? { launchType: 'EC2' } : { capacityProviderName }

const dates = (
  task: Task,
): Pick<TaskOutput, 'startedAt' | 'stoppingAt' | 'executionStoppedAt' | 'stoppedAt'> => ({
  ...(task.startedAt === undefined ? {} : { startedAt: new Date(task.startedAt) }),
  ...(task.stoppingAt === undefined ? {} : { stoppingAt: new Date(task.stoppingAt) }),
  ...(task.executionStoppedAt === undefined ? {} : { executionStoppedAt: new Date(task.executionStoppedAt) }),
  ...(task.stoppedAt === undefined ? {} : { stoppedAt: new Date(task.stoppedAt) }),
})

const viewContainer = (task: Task, arns: Arns): Container => ({
  containerArn: arns.container(task.id),
  taskArn: task.arn,
  name: 'app',
  image: imageOf(task.definition),
  lastStatus: containerStatus(task),
  cpu: String(task.definition.spec.cpu),
  memory: String(task.definition.spec.memory),
  networkInterfaces: hasInterface(task) ? [{ attachmentId: attachmentIdOf(task) }] : [],
  networkBindings: task.startedAt === undefined || hasInterface(task) ? [] : [networkBinding(task)],
  ...(task.ending === 'graceful' ? { exitCode: 0 } : {}),
  ...(task.ending === 'killed-at-stop-timeout' ? { exitCode: 137 } : {}),
  ...(task.ending === 'never-started' && task.stopCause !== undefined
    ? { reason: task.stopCause.reason }
    : {}),
})

/** Containers know only three states; a deactivating task's containers still run. */
const containerStatus = (task: Task): string => {
  if (task.lastStatus === 'STOPPED' || task.executionStoppedAt !== undefined) return 'STOPPED'
  return task.startedAt === undefined ? 'PENDING' : 'RUNNING'
}

const networkBinding = ({ hostPort }: Task) => ({
  bindIP: '0.0.0.0',
  containerPort: 80,
  hostPort,
  protocol: 'tcp' as const,
})
