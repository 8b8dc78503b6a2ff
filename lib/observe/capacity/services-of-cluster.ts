import {
  DescribeServicesCommand,
  ListServicesCommand,
  type ECSClient,
  type PlacementConstraint as EcsConstraint,
  type PlacementStrategy as EcsStrategy,
  type Service,
} from '@aws-sdk/client-ecs'

import { during } from '../../aws/errors.ts'
import { allowOnlyMissing } from '../../aws/failures.ts'
import { allPages, chunksOf } from '../../aws/pages.ts'
import type { PlacementConstraint, PlacementStrategy, ServiceSnapshot } from '../../capacity/workload.ts'

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

const isOnEc2 = ({ status, launchType, capacityProviderStrategy = [] }: Service): boolean => {
  const isElsewhere = launchType === 'FARGATE' || launchType === 'EXTERNAL'
  const isOnFargate = capacityProviderStrategy.some(({ capacityProvider = '' }) =>
    capacityProvider.startsWith('FARGATE'),
  )
  return status === 'ACTIVE' && !isElsewhere && !isOnFargate
}

const snapshotOf = (service: Service): ServiceSnapshot => {
  const { deploymentConfiguration, deployments = [], capacityProviderStrategy = [] } = service
  const primary = deployments.find(({ status }) => status === 'PRIMARY')
  return {
    name: service.serviceName ?? '',
    isDaemon: service.schedulingStrategy === 'DAEMON',
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    pendingCount: service.pendingCount ?? 0,
    taskDefinitionArn: primary?.taskDefinition ?? service.taskDefinition ?? '',
    minimumHealthyPercent: deploymentConfiguration?.minimumHealthyPercent ?? 100,
    maximumPercent: deploymentConfiguration?.maximumPercent ?? 200,
    placementConstraints: (service.placementConstraints ?? []).flatMap(constraintOf),
    placementStrategy: (service.placementStrategy ?? []).flatMap(strategyOf),
    capacityProviders: capacityProviderStrategy.flatMap(({ capacityProvider }) => capacityProvider ?? []),
    isDeploying: deployments.length > 1 || primary?.rolloutState === 'IN_PROGRESS',
  }
}

const constraintOf = ({ type, expression }: EcsConstraint): readonly PlacementConstraint[] => {
  if (type === 'distinctInstance') return [{ type }]
  return type === 'memberOf' ? [{ type, expression: expression ?? '' }] : []
}

const strategyOf = ({ type, field }: EcsStrategy): readonly PlacementStrategy[] =>
  type === undefined ? [] : [{ type, ...(field !== undefined && field !== '' && { field }) }]
