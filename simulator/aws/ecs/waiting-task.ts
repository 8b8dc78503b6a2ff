import type { Task as TaskOutput } from '@aws-sdk/client-ecs'
import type { Arns } from './arns.ts'
import type { Service, StopCause, Task, TaskDefinition } from './cluster.ts'

/**
 * A task in PROVISIONING that no instance has room for. It waits for its capacity provider to scale out, and becomes a
 * task of the same ARN when there is room.
 */
export interface WaitingTask {
  readonly id: string
  readonly arn: string
  readonly definition: TaskDefinition
  readonly service: Service | undefined
  readonly group: string
  readonly startedBy: string | undefined
  readonly createdAt: number
  readonly capacityProviderName: string
  /** What tells it from a task that was placed. */
  readonly containerInstance: undefined
  desiredStatus: Task['desiredStatus']
  lastStatus: 'PROVISIONING' | 'STOPPED'
  version: number
  stopCause: StopCause | undefined
  stoppedAt: number | undefined
}

export const isPlaced = (task: Task | WaitingTask): task is Task => task.containerInstance !== undefined

/** As DescribeTasks and its events show it: without instance, container or zone. Each call returns new objects. */
export const viewWaitingTask = (task: WaitingTask, arns: Arns): TaskOutput => ({
  taskArn: task.arn,
  clusterArn: arns.cluster,
  taskDefinitionArn: task.definition.arn,
  capacityProviderName: task.capacityProviderName,
  group: task.group,
  desiredStatus: task.desiredStatus,
  lastStatus: task.lastStatus,
  version: task.version,
  cpu: String(task.definition.spec.cpu),
  memory: String(task.definition.spec.memory),
  attachments: [],
  attributes: [{ name: 'ecs.cpu-architecture', value: 'arm64' }],
  containers: [],
  enableExecuteCommand: false,
  healthStatus: 'UNKNOWN',
  overrides: { containerOverrides: [{ name: 'app' }] },
  createdAt: new Date(task.createdAt),
  ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
  ...(task.stopCause !== undefined && {
    stopCode: task.stopCause.code,
    stoppedReason: task.stopCause.reason,
  }),
  ...(task.stoppedAt !== undefined && { stoppedAt: new Date(task.stoppedAt) }),
})
