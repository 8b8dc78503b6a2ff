import type {
  AutoScalingInstanceDetails,
  DescribeAutoScalingInstancesCommandOutput,
  DescribeWarmPoolCommandOutput,
} from '@aws-sdk/client-auto-scaling'
import type {
  ContainerInstance,
  DescribeContainerInstancesCommandOutput,
  DescribeServicesCommandOutput,
  DescribeTasksCommandOutput,
  ListContainerInstancesCommandOutput,
  ListTasksCommandOutput,
  Service,
  Task,
} from '@aws-sdk/client-ecs'

import type { AwsEvent } from '../aws/event.ts'
import { call } from '../world/call.ts'
import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'
import { History } from './history.ts'

/** Between two events Auto Scaling is looked at this often, and services: not every change of theirs is an event. */
const SAMPLE_MS = 1_000

/** Calls of ours that change a container instance without an event of ECS. */
const SILENT_WRITES = /^(PutAttributes|DeleteAttributes|UpdateContainerInstancesState)$/

/**
 * Remembers what ECS and Auto Scaling would have answered at every moment, so that reads can be answered as they would
 * have been some time ago: each by itself, because AWS promises no order between two of them.
 */
export class Past {
  readonly containerInstances = new History<ContainerInstance>()
  readonly tasks = new History<Task>()
  /** By name. */
  readonly services = new History<Service>()
  readonly lifecycleStates = new History<AutoScalingInstanceDetails>()
  /** Of what was before nothing is known. */
  readonly beganAt: number
  readonly #world: World
  readonly #changedInstances = new Set<string>()
  readonly #changedTasks = new Set<string>()
  #seenCalls = 0
  #hasGroupChanged = true

  constructor(world: World) {
    this.#world = world
    this.beganAt = world.simulation.now()
    this.#lookAtAll()
    world.eventBridge.onPublish((event) => this.#hear(event))
    world.simulation.watch(() => this.#lookAtChanges())
    this.#sample()
  }

  #lookAtAll(): void {
    const { ecs, spec } = this.#world
    const { cluster } = spec
    const instances = call<ListContainerInstancesCommandOutput>(ecs.model, 'ListContainerInstances', {
      cluster,
    })
    for (const arn of instances.containerInstanceArns ?? []) {
      this.#changedInstances.add(arn)
      for (const desiredStatus of ['RUNNING', 'STOPPED']) {
        const input = { cluster, containerInstance: arn, desiredStatus }
        const { taskArns = [] } = call<ListTasksCommandOutput>(ecs.model, 'ListTasks', input)
        for (const task of taskArns) this.#changedTasks.add(task)
      }
    }
    this.#lookAtChanges()
  }

  #sample(): void {
    this.#hasGroupChanged = true
    this.#lookAtServices()
    this.#world.simulation.after(SAMPLE_MS, () => this.#sample())
  }

  #hear({ source, detailType, resources }: AwsEvent): void {
    if (source === 'aws.autoscaling' || source === 'aws.ec2') this.#hasGroupChanged = true
    const changed =
      detailType === 'ECS Task State Change'
        ? this.#changedTasks
        : detailType === 'ECS Container Instance State Change'
          ? this.#changedInstances
          : undefined
    for (const arn of changed === undefined ? [] : resources) changed?.add(arn)
  }

  #lookAtChanges(): void {
    this.#noticeWrites()
    if (this.#changedInstances.size > 0) this.#lookAtContainerInstances()
    if (this.#changedTasks.size > 0) this.#lookAtTasks()
    if (this.#hasGroupChanged) this.#lookAtGroups()
  }

  #noticeWrites(): void {
    const { calls } = this.#world
    for (; this.#seenCalls < calls.length; this.#seenCalls += 1) {
      const operation = calls[this.#seenCalls]?.operation ?? ''
      if (operation === 'CompleteLifecycleAction') this.#hasGroupChanged = true
      if (!SILENT_WRITES.test(operation)) continue
      for (const arn of this.containerInstances.ids) this.#changedInstances.add(arn)
    }
  }

  #lookAtContainerInstances(): void {
    const { ecs, spec, simulation } = this.#world
    const containerInstances = [...this.#changedInstances]
    this.#changedInstances.clear()
    const input = { cluster: spec.cluster, containerInstances }
    const answer = call<DescribeContainerInstancesCommandOutput>(
      ecs.model,
      'DescribeContainerInstances',
      input,
    )
    for (const view of structuredClone(answer.containerInstances ?? [])) {
      this.containerInstances.set(view.containerInstanceArn ?? '', simulation.now(), view)
    }
  }

  #lookAtTasks(): void {
    const { ecs, spec, simulation } = this.#world
    const tasks = [...this.#changedTasks]
    this.#changedTasks.clear()
    const input = { cluster: spec.cluster, tasks }
    const answer = call<DescribeTasksCommandOutput>(ecs.model, 'DescribeTasks', input)
    for (const view of structuredClone(answer.tasks ?? []))
      this.tasks.set(view.taskArn ?? '', simulation.now(), view)
  }

  /** Their counts change with every task. */
  #lookAtServices(): void {
    const { ecs, spec, simulation } = this.#world
    const services = spec.services.map(({ name }) => name)
    if (services.length === 0) return
    const input = { cluster: spec.cluster, services }
    const answer = call<DescribeServicesCommandOutput>(ecs.model, 'DescribeServices', input)
    for (const view of structuredClone(answer.services ?? []))
      this.services.set(view.serviceName ?? '', simulation.now(), view)
  }

  /** Which no description of a group lists. */
  #inWarmPools(): readonly string[] {
    const { autoScaling, spec } = this.#world
    const pooled = spec.groups.filter(({ warmPool }) => warmPool !== undefined)
    return pooled.flatMap(({ name: AutoScalingGroupName }) => {
      const input = { AutoScalingGroupName }
      const answer = call<DescribeWarmPoolCommandOutput>(autoScaling.model, 'DescribeWarmPool', input)
      return (answer.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? [])
    })
  }

  #lookAtGroups(): void {
    this.#hasGroupChanged = false
    const { autoScaling, spec, simulation } = this.#world
    const listed = spec.groups.flatMap(({ name }) =>
      instancesOf(autoScaling, name).map(({ instanceId }) => instanceId),
    )
    const isKnown = (id: string) => this.lifecycleStates.at(id, simulation.now()) !== undefined
    const known = this.lifecycleStates.ids.filter(isKnown)
    const ids = [...new Set([...listed, ...this.#inWarmPools(), ...known])]
    const input = { InstanceIds: ids }
    const answer =
      ids.length === 0
        ? undefined
        : call<DescribeAutoScalingInstancesCommandOutput>(
            autoScaling.model,
            'DescribeAutoScalingInstances',
            input,
          )
    const found = new Map(
      (answer?.AutoScalingInstances ?? []).map((view) => [view.InstanceId ?? '', { ...view }]),
    )
    for (const id of new Set([...this.lifecycleStates.ids, ...found.keys()]))
      this.lifecycleStates.set(id, simulation.now(), found.get(id))
  }
}
