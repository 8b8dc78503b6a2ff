import {
  DescribeServicesCommand,
  ListServicesCommand,
  type ECSClient,
  type PlacementConstraint as EcsConstraint,
  type Service,
  type TaskSet,
} from '@aws-sdk/client-ecs'

import { during } from '../../aws/errors.ts'
import { allowOnlyMissing } from '../../aws/failures.ts'
import { allPages, chunksOf } from '../../aws/pages.ts'
import type { PlacementConstraint, ServiceSnapshot } from '../../capacity/workload.ts'

interface Cluster {
  readonly ecs: ECSClient
  readonly cluster: string
}

/** DescribeServices takes 10 at most; a page of ListServices holds 100, and 10 unless asked for more. */
const SERVICES_PER_CALL = 10
const SERVICES_PER_PAGE = 100

/** Every ACTIVE service whose tasks are placed on EC2. */
export const readServicesOfCluster = async ({
  ecs,
  cluster,
}: Cluster): Promise<readonly ServiceSnapshot[]> => {
  const doing = `reading the services of cluster ${cluster}`
  const arns = await during(doing, () =>
    allPages(async (nextToken) => {
      const answer = await ecs.send(
        new ListServicesCommand({ cluster, nextToken, maxResults: SERVICES_PER_PAGE }),
      )
      return { items: answer.serviceArns ?? [], token: answer.nextToken }
    }),
  )
  const all: Service[] = []
  for (const services of chunksOf(arns, SERVICES_PER_CALL)) {
    const answer = await during(doing, () => ecs.send(new DescribeServicesCommand({ cluster, services })))
    allowOnlyMissing(doing, answer.failures)
    all.push(...(answer.services ?? []))
  }
  return all.filter(isOnEc2).map(snapshotOf)
}

const isOnEc2 = ({ status, launchType, capacityProviderStrategy = [], taskSets = [] }: Service): boolean => {
  const isElsewhere = [launchType, ...taskSets.map((set) => set.launchType)].some(
    (type) => type === 'FARGATE' || type === 'EXTERNAL',
  )
  const strategies = [
    ...capacityProviderStrategy,
    ...taskSets.flatMap((set) => set.capacityProviderStrategy ?? []),
  ]
  const isOnFargate = strategies.some(({ capacityProvider = '' }) => capacityProvider.startsWith('FARGATE'))
  return status === 'ACTIVE' && !isElsewhere && !isOnFargate
}

const snapshotOf = (service: Service): ServiceSnapshot => {
  const { deploymentConfiguration, desiredCount = 0 } = service
  const { wantedCount, capacityProviderStrategy = [], ...revision } = revisionOf(service)
  const besideCount = Math.max(0, wantedCount - desiredCount)
  return {
    name: service.serviceName ?? '',
    isDaemon: service.schedulingStrategy === 'DAEMON',
    desiredCount,
    ...(besideCount > 0 && { besideCount }),
    minimumHealthyPercent: deploymentConfiguration?.minimumHealthyPercent ?? 100,
    maximumPercent: deploymentConfiguration?.maximumPercent ?? 200,
    placementConstraints: (service.placementConstraints ?? []).flatMap(constraintOf),
    capacityProviders: capacityProviderStrategy.flatMap(({ capacityProvider }) => capacityProvider ?? []),
    ...revision,
  }
}

interface Revision {
  /** What new tasks will be. */
  readonly taskDefinitionArn: string
  readonly capacityProviderStrategy: Service['capacityProviderStrategy']
  readonly isDeploying: boolean
  /** Of all revisions together. */
  readonly wantedCount: number
}

/** CodeDeploy and external controllers keep their revisions as task sets, and list no deployment. */
const revisionOf = (service: Service): Revision => {
  const { deploymentController: { type = 'ECS' } = {} } = service
  return type === 'ECS' ? revisionOfDeployments(service) : revisionOfTaskSets(service)
}

/**
 * A rolling deployment shares the desired count between its revisions; every other strategy (blue/green, linear, canary)
 * lets both run side by side ("Amazon ECS deployment strategies").
 */
const revisionOfDeployments = (service: Service): Revision => {
  const { deploymentConfiguration: { strategy = 'ROLLING' } = {}, deployments = [] } = service
  const primary = deployments.find(({ status }) => status === 'PRIMARY')
  return {
    taskDefinitionArn: primary?.taskDefinition ?? service.taskDefinition ?? '',
    capacityProviderStrategy: service.capacityProviderStrategy,
    isDeploying: deployments.length > 1 || primary?.rolloutState === 'IN_PROGRESS',
    wantedCount:
      strategy === 'ROLLING'
        ? (service.desiredCount ?? 0)
        : deployments.reduce((sum, { desiredCount = 0 }) => sum + desiredCount, 0),
  }
}

const revisionOfTaskSets = (service: Service): Revision => {
  const { taskSets = [] } = service
  const timeOf = ({ createdAt }: TaskSet) => createdAt?.getTime() ?? 0
  const staying = taskSets.filter(({ status }) => status !== 'DRAINING')
  const newest = [...staying].sort((one, other) => timeOf(other) - timeOf(one))[0]
  const ownStrategy = service.capacityProviderStrategy ?? []
  return {
    taskDefinitionArn: newest?.taskDefinition ?? service.taskDefinition ?? '',
    capacityProviderStrategy: ownStrategy.length > 0 ? ownStrategy : newest?.capacityProviderStrategy,
    isDeploying: taskSets.length > 1,
    wantedCount: staying.reduce((sum, { computedDesiredCount = 0 }) => sum + computedDesiredCount, 0),
  }
}

const constraintOf = ({ type, expression }: EcsConstraint): readonly PlacementConstraint[] => {
  if (type === 'distinctInstance') return [{ type }]
  return type === 'memberOf' ? [{ type, expression: expression ?? '' }] : []
}
