import type {
  Deployment as DeploymentOutput,
  DeploymentConfiguration,
  Service as ServiceOutput,
} from '@aws-sdk/client-ecs'
import type { Arns } from './arns.ts'
import { viewStrategy } from './capacity-provider-strategy.ts'
import {
  countTasks,
  primaryDeployment,
  type Cluster,
  type Deployment,
  type Service,
  type Task,
} from './cluster.ts'
import { isSeat } from './daemon-seats.ts'
import { viewConstraint } from './placement-constraints.ts'
import type { WaitingTask } from './waiting-task.ts'

/** A service as DescribeServices and UpdateService show it. Each call returns new objects. */
export const viewService = (service: Service, cluster: Cluster, arns: Arns): ServiceOutput => {
  const counts = countTasks(tasksOf(service, cluster))
  const desired = desiredCount(service, cluster)
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: arns.cluster,
    status: 'ACTIVE',
    ...viewLaunch(service, cluster),
    schedulingStrategy: service.strategy,
    desiredCount: desired,
    runningCount: counts.running,
    pendingCount: counts.pending,
    taskDefinition: primaryDeployment(service).taskDefinition.arn,
    deploymentConfiguration: viewBounds(service),
    deploymentController: { type: 'ECS' },
    deployments: service.deployments.map((deployment) =>
      viewDeployment({ service, cluster, desired }, deployment),
    ),
    events: service.messages.map(({ id, createdAt, message }) => ({
      id,
      createdAt: new Date(createdAt),
      message,
    })),
    loadBalancers: loadBalancers(service),
    serviceRegistries: [],
    placementConstraints: service.placementConstraints.map(viewConstraint),
    placementStrategy: service.placementStrategy.map((rule) => ({ ...rule })),
    createdAt: new Date(service.createdAt),
    availabilityZoneRebalancing: 'DISABLED',
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    propagateTags: 'NONE',
  }
}

const viewBounds = ({ minimumHealthyPercent, maximumPercent }: Service): DeploymentConfiguration => ({
  minimumHealthyPercent,
  maximumPercent,
  deploymentCircuitBreaker: { enable: false, rollback: false },
  strategy: 'ROLLING',
  bakeTimeInMinutes: 0,
})

/** ECS computes a daemon's desired count: one for each instance that may take tasks. */
export const desiredCount = (service: Service, cluster: Cluster): number =>
  service.strategy === 'REPLICA'
    ? service.desired
    : cluster.registered().filter((containerInstance) => isSeat(service, containerInstance)).length

const loadBalancers = ({ targetGroupArn }: Service) =>
  targetGroupArn === undefined ? [] : [{ targetGroupArn, containerName: 'app', containerPort: 80 }]

/** Those on instances and those that wait for one. */
const tasksOf = (service: Service, { waitingTasks }: Cluster): readonly (Task | WaitingTask)[] => [
  ...service.tasks,
  ...[...waitingTasks.values()].filter((task) => task.service === service),
]

/** A daemon has a launch type always ("Amazon ECS capacity providers"): a strategy is for replicas. */
const viewLaunch = (
  { strategy }: Service,
  cluster: Cluster,
): Pick<ServiceOutput, 'launchType' | 'capacityProviderStrategy'> => {
  const items = strategy === 'REPLICA' ? viewStrategy(cluster) : []
  return items.length === 0 ? { launchType: 'EC2' } : { capacityProviderStrategy: items }
}

interface Deployed {
  readonly service: Service
  readonly cluster: Cluster
  readonly desired: number
}

const viewDeployment = (
  { service, cluster, desired }: Deployed,
  deployment: Deployment,
): DeploymentOutput => {
  const isPrimary = deployment === primaryDeployment(service)
  const counts = countTasks(tasksOf(service, cluster).filter(({ startedBy }) => startedBy === deployment.id))
  return {
    id: deployment.id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.taskDefinition.arn,
    desiredCount: isPrimary ? desired : 0,
    runningCount: counts.running,
    pendingCount: counts.pending,
    failedTasks: deployment.failedTasks,
    ...viewLaunch(service, cluster),
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: `ECS deployment ${deployment.id} ${isPrimary && deployment.rolloutState === 'COMPLETED' ? 'completed' : 'in progress'}.`,
  }
}
