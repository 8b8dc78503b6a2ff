import type { Random } from '../../engine/random.ts'
import type {
  LoadBalancerSpec,
  PlacementConstraintSpec,
  PlacementStrategySpec,
} from '../../world/world-spec.ts'
import type { Arns } from './arns.ts'
import type { ClusterEvents } from './cluster-events.ts'
import {
  primaryDeployment,
  type Cluster,
  type Deployment,
  type Service,
  type TaskDefinition,
} from './cluster.ts'
import { compileConstraint, compileMemberOf } from './placement-constraints.ts'

interface ServicesOptions {
  readonly random: Random
  readonly arns: Arns
  readonly cluster: Cluster
  readonly events: ClusterEvents
  readonly now: () => number
  readonly createTargetGroup: (name: string, spec: LoadBalancerSpec) => string
}

interface NewService {
  readonly taskDefinition: TaskSpecification
  readonly strategy: Service['strategy']
  readonly desired: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly loadBalancer: LoadBalancerSpec | undefined
  readonly placementConstraints: readonly PlacementConstraintSpec[]
  readonly placementStrategy: readonly PlacementStrategySpec[]
}

type TaskSpecification = TaskDefinition['spec']

/** Services, their task definitions and deployments. Starting and stopping tasks is the scheduler's business. */
export class Services {
  readonly #options: ServicesOptions

  constructor(options: ServicesOptions) {
    this.#options = options
  }

  /** The next revision of the family that bears the task's name. */
  registerTaskDefinition(spec: TaskSpecification): TaskDefinition {
    const { cluster, arns, now } = this.#options
    const revisions = cluster.taskDefinitions.get(spec.name) ?? []
    const revision = revisions.length + 1
    const arn = arns.taskDefinition(spec.name, revision)
    const definition: TaskDefinition = {
      arn,
      family: spec.name,
      revision,
      registeredAt: now(),
      spec,
      constraints: (spec.taskPlacementConstraints ?? []).map(compileMemberOf),
    }
    cluster.taskDefinitions.set(spec.name, [...revisions, definition])
    return definition
  }

  /** A service under the name of its task. Throws if there is one already. */
  create({ taskDefinition, loadBalancer, placementConstraints, ...rest }: NewService): Service {
    const { cluster, arns, now, createTargetGroup } = this.#options
    const { name } = taskDefinition
    if (cluster.services.has(name)) throw new Error(`there is already a service ${name}`)
    const service: Service = {
      ...rest,
      name,
      arn: arns.service(name),
      targetGroupArn: loadBalancer === undefined ? undefined : createTargetGroup(name, loadBalancer),
      createdAt: now(),
      placementConstraints: placementConstraints.map(compileConstraint),
      tasks: new Set(),
      deployments: [this.#deployment(this.registerTaskDefinition(taskDefinition))],
      messages: [],
      notices: new Map(),
    }
    cluster.services.set(name, service)
    return service
  }

  /** Starts a rolling deployment: tasks of older deployments leave as the new ones become healthy. */
  deploy(service: Service, taskDefinition: TaskDefinition): void {
    const deployment = this.#deployment(taskDefinition)
    service.deployments.unshift(deployment)
    this.#options.events.deploymentChanged(service, deployment)
  }

  /** All tasks are those of the primary deployment: the older ones are history. True if that is news. */
  completeDeployment(service: Service): boolean {
    const primary = primaryDeployment(service)
    if (primary.rolloutState === 'COMPLETED') return false
    primary.rolloutState = 'COMPLETED'
    primary.updatedAt = this.#options.now()
    service.deployments.length = 1
    this.#options.events.deploymentChanged(service, primary)
    return true
  }

  #deployment(taskDefinition: TaskDefinition): Deployment {
    const { random, now } = this.#options
    const digits = Array.from({ length: 19 }, () => random.integer(1, 9)).join('')
    const at = now()
    return {
      id: `ecs-svc/${digits}`,
      taskDefinition,
      createdAt: at,
      updatedAt: at,
      rolloutState: 'IN_PROGRESS',
      failedTasks: 0,
      hasRunWell: false,
    }
  }
}
