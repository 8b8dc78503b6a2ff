import type { Random } from '../../engine/random.ts'
import type { TargetAddress } from '../load-balancing/target-group.ts'
import type { Arns } from './arns.ts'
import { fixedHostPort } from './host-ports.ts'
import type { Cluster, ContainerInstance, Service, Task, TaskDefinition } from './cluster.ts'
import { newTask } from './new-task.ts'

export interface TaskLaunch {
  readonly definition: TaskDefinition
  readonly containerInstance: ContainerInstance
  readonly service: Service | undefined
  readonly group: string
  readonly startedBy: string | undefined
  /** Absent: it has a launch type. */
  readonly capacityProviderName?: string | undefined
  /** Absent: drawn. */
  readonly arn?: string
  /** It has been waiting for an instance until now, under the ARN that is given. */
  readonly waited?: { readonly createdAt: number; readonly version: number }
}

/** Puts a new task, still PROVISIONING, into the cluster and onto its instance, whose resources it takes at once. */
export const createTask = (
  { waited, ...launch }: TaskLaunch,
  parts: { readonly cluster: Cluster; readonly arns: Arns; readonly random: Random },
  createdAt: number,
): Task => {
  const arn = launch.arn ?? parts.arns.task(parts.random.hex(32))
  const hostPort = fixedHostPort(launch.definition.spec) ?? nextDynamicPort(launch.containerInstance)
  const task = newTask({
    ...launch,
    capacityProviderName: launch.capacityProviderName,
    arn,
    createdAt: waited?.createdAt ?? createdAt,
    hostPort,
    target: targetOf(launch, hostPort),
    version: waited?.version ?? 0,
  })
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
