import type { Random } from '../../engine/random.ts'
import type { TargetAddress } from '../load-balancing/target-group.ts'
import type { Arns } from './arns.ts'
import type { Cluster, ContainerInstance, Service, Task, TaskDefinition } from './cluster.ts'

export interface TaskLaunch {
  readonly definition: TaskDefinition
  readonly containerInstance: ContainerInstance
  readonly service: Service | undefined
  readonly group: string
  readonly startedBy: string | undefined
  /** Absent: drawn. */
  readonly arn?: string
}

/** Puts a new task, still PROVISIONING, into the cluster and onto its instance, whose resources it takes at once. */
export const createTask = (
  launch: TaskLaunch,
  parts: { readonly cluster: Cluster; readonly arns: Arns; readonly random: Random },
  createdAt: number,
): Task => {
  const arn = launch.arn ?? parts.arns.task(parts.random.hex(32))
  const hostPort = launch.definition.spec.hostPort ?? nextDynamicPort(launch.containerInstance)
  const task: Task = {
    ...launch,
    id: arn.slice(arn.lastIndexOf('/') + 1),
    arn,
    createdAt,
    hostPort,
    target: targetOf(launch, hostPort),
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    version: 0,
    startedAt: undefined,
    stoppingAt: undefined,
    executionStoppedAt: undefined,
    stoppedAt: undefined,
    stopCause: undefined,
    ending: undefined,
    protectedUntil: undefined,
    machineTimer: undefined,
  }
  parts.cluster.tasks.set(task.arn, task)
  task.containerInstance.tasks.add(task)
  task.service?.tasks.add(task)
  return task
}

const nextDynamicPort = (containerInstance: ContainerInstance): number => {
  const port = containerInstance.nextHostPort
  containerInstance.nextHostPort += 1
  return port
}

const targetOf = ({ service, containerInstance }: TaskLaunch, port: number): TargetAddress | undefined =>
  service?.targetGroupArn === undefined
    ? undefined
    : { targetGroupArn: service.targetGroupArn, id: containerInstance.instanceId, port }
