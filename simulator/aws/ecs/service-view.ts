import type { Deployment as DeploymentOutput, Service as ServiceOutput } from '@aws-sdk/client-ecs'
import type { Arns } from './arns.ts'
import { countTasks, primaryDeployment, type Cluster, type Deployment, type Service } from './cluster.ts'
import { isSeat } from './daemon-seats.ts'
import { viewConstraint } from './placement-constraints.ts'

/** A service as DescribeServices and UpdateService show it. Each call returns new objects. */
export const viewService = (service: Service, cluster: Cluster, arns: Arns): ServiceOutput => {
  const counts = countTasks(service.tasks)
  const desired = desiredCount(service, cluster)
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: arns.cluster,
    status: 'ACTIVE',
    launchType: 'EC2',
    schedulingStrategy: service.strategy,
    desiredCount: desired,
    runningCount: counts.running,
    pendingCount: counts.pending,
    taskDefinition: primaryDeployment(service).taskDefinition.arn,
    deploymentConfiguration: {
      minimumHealthyPercent: service.minimumHealthyPercent,
      maximumPercent: service.maximumPercent,
      deploymentCircuitBreaker: { enable: false, rollback: false },
      strategy: 'ROLLING',
      bakeTimeInMinutes: 0,
    },
    deploymentController: { type: 'ECS' },
    deployments: service.deployments.map((deployment) => viewDeployment(service, deployment, desired)),
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

/** ECS computes a daemon's desired count: one for each instance that may take tasks. */
export const desiredCount = (service: Service, cluster: Cluster): number =>
  service.strategy === 'REPLICA'
    ? service.desired
    : cluster.registered().filter((containerInstance) => isSeat(service, containerInstance)).length

const loadBalancers = ({ targetGroupArn }: Service) =>
  targetGroupArn === undefined ? [] : [{ targetGroupArn, containerName: 'app', containerPort: 80 }]

const viewDeployment = (service: Service, deployment: Deployment, desired: number): DeploymentOutput => {
  const isPrimary = deployment === primaryDeployment(service)
  const counts = countTasks([...service.tasks].filter(({ startedBy }) => startedBy === deployment.id))
  return {
    id: deployment.id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.taskDefinition.arn,
    desiredCount: isPrimary ? desired : 0,
    runningCount: counts.running,
    pendingCount: counts.pending,
    failedTasks: deployment.failedTasks,
    launchType: 'EC2',
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: `ECS deployment ${deployment.id} ${isPrimary && deployment.rolloutState === 'COMPLETED' ? 'completed' : 'in progress'}.`,
  }
}
