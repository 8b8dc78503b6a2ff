import type { PublishEvent } from '../event.ts'
import type { Arns } from './arns.ts'
import type { ContainerInstance, Deployment, Service, Task } from './cluster.ts'
import { viewContainerInstance } from './container-instance-view.ts'
import { viewTask } from './task-view.ts'
import { viewWaitingTask, type WaitingTask } from './waiting-task.ts'

export interface ServiceAction {
  readonly eventType: 'INFO' | 'WARN' | 'ERROR'
  readonly eventName:
    'SERVICE_STEADY_STATE' | 'SERVICE_TASK_START_IMPAIRED' | 'SERVICE_TASK_PLACEMENT_FAILURE'
  readonly containerInstanceArns?: readonly string[]
  readonly reason?: string
}

interface ClusterEventsOptions {
  readonly arns: Arns
  readonly now: () => number
  readonly publish: PublishEvent
}

/** What ECS tells EventBridge. Each event raises the version of the thing it is about ("Amazon ECS events"). */
export class ClusterEvents {
  readonly #arns: Arns
  readonly #now: () => number
  readonly #publish: PublishEvent

  constructor({ arns, now, publish }: ClusterEventsOptions) {
    this.#arns = arns
    this.#now = now
    this.#publish = publish
  }

  taskChanged(task: Task): void {
    task.version += 1
    this.#send('ECS Task State Change', task.arn, { ...viewTask(task, this.#arns), updatedAt: this.#date() })
  }

  waitingTaskChanged(task: WaitingTask): void {
    task.version += 1
    const detail = { ...viewWaitingTask(task, this.#arns), updatedAt: this.#date() }
    this.#send('ECS Task State Change', task.arn, detail)
  }

  containerInstanceChanged(containerInstance: ContainerInstance): void {
    containerInstance.version += 1
    const detail = {
      ...viewContainerInstance(containerInstance),
      clusterArn: this.#arns.cluster,
      updatedAt: this.#date(),
    }
    this.#send('ECS Container Instance State Change', containerInstance.arn, detail)
  }

  serviceActed(service: Service, action: ServiceAction): void {
    const detail = { ...action, clusterArn: this.#arns.cluster, createdAt: this.#date() }
    this.#send('ECS Service Action', service.arn, detail)
  }

  deploymentChanged(service: Service, deployment: Deployment): void {
    const isOver = deployment.rolloutState === 'COMPLETED'
    this.#send('ECS Deployment State Change', service.arn, {
      eventType: 'INFO',
      eventName: isOver ? 'SERVICE_DEPLOYMENT_COMPLETED' : 'SERVICE_DEPLOYMENT_IN_PROGRESS',
      deploymentId: deployment.id,
      updatedAt: this.#date(),
      reason: `ECS deployment ${deployment.id} ${isOver ? 'completed' : 'in progress'}.`,
    })
  }

  #date(): Date {
    return new Date(this.#now())
  }

  #send(detailType: string, resource: string, detail: object): void {
    this.#publish({ source: 'aws.ecs', detailType, resources: [resource], detail: asJson(detail) })
  }
}

/** Events carry dates as ISO strings, where the API has numbers. */
const asJson = (detail: object): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify(detail)) as Record<string, unknown>
