import {
  DescribeServicesCommand,
  ListServicesCommand,
  type ECSClient,
  type Service,
} from '@aws-sdk/client-ecs'
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import pMap from 'p-map'

import { isGone } from '../../aws/errors.ts'
import { allowOnlyMissing } from '../../aws/failures.ts'
import { allPages, chunksOf } from '../../aws/pages.ts'
import type { Clock } from '../../clock.ts'
import type { InspectedService } from '../../decide/findings/inspection.ts'
import { Memo } from '../memo.ts'
import { readDeregistrationDelay, readStopTimeout } from '../stopping-times.ts'
import { asking } from './asking.ts'
import { AT_ONCE } from './at-once.ts'

interface ServicesQuestion {
  readonly ecs: ECSClient
  readonly loadBalancing: ElasticLoadBalancingV2Client
  readonly clock: Clock
  readonly cluster: string
}

/** DescribeServices takes 10 at most. */
const SERVICES_PER_CALL = 10

/** Every service of the cluster that is in use and runs on container instances. */
export const readAllServices = async (question: ServicesQuestion): Promise<readonly InspectedService[]> => {
  const chunks = chunksOf(await listServices(question), SERVICES_PER_CALL)
  const described = await pMap(chunks, (chunk) => describeServices(question, chunk), { concurrency: AT_ONCE })
  const services = described.flat().filter(isOnInstances)
  const stopTimeouts = await readStopTimeouts(question, services)
  const delays = await readDelays(question, services)
  return services.map((service) => ({
    name: service.serviceName ?? '',
    isDaemon: service.schedulingStrategy === 'DAEMON',
    desiredCount: service.desiredCount ?? 0,
    // What ECS uses for a service that was created without them.
    minimumHealthyPercent: service.deploymentConfiguration?.minimumHealthyPercent ?? 100,
    maximumPercent: service.deploymentConfiguration?.maximumPercent ?? 200,
    stopTimeoutSeconds: stopTimeouts.get(service.taskDefinition ?? '') ?? 0,
    deregistrationDelaySeconds: Math.max(0, ...targetGroupsOf(service).map((arn) => delays.get(arn) ?? 0)),
  }))
}

const listServices = ({ ecs, cluster }: ServicesQuestion): Promise<readonly string[]> =>
  asking({ action: 'ecs:ListServices', doing: `listing the services of cluster ${cluster}` }, () =>
    allPages(async (nextToken) => {
      const answer = await ecs.send(new ListServicesCommand({ cluster, nextToken, maxResults: 100 }))
      return { items: answer.serviceArns ?? [], token: answer.nextToken }
    }),
  )

const describeServices = async ({ ecs, cluster }: ServicesQuestion, services: string[]) => {
  const doing = `describing the services of cluster ${cluster}`
  const answer = await asking({ action: 'ecs:DescribeServices', doing }, () =>
    ecs.send(new DescribeServicesCommand({ cluster, services })),
  )
  allowOnlyMissing(doing, answer.failures)
  return answer.services ?? []
}

const isOnInstances = ({ status, launchType, capacityProviderStrategy = [] }: Service): boolean =>
  status === 'ACTIVE' &&
  launchType !== 'FARGATE' &&
  !capacityProviderStrategy.some(({ capacityProvider }) => capacityProvider?.startsWith('FARGATE'))

/** By task definition. */
const readStopTimeouts = async ({ ecs, clock }: ServicesQuestion, services: readonly Service[]) => {
  const memo = new Memo<number>(clock, Infinity)
  const question = { action: 'ecs:DescribeTaskDefinition', doing: 'describing the task definitions' }
  const definitions = [...new Set(services.flatMap(({ taskDefinition }) => taskDefinition ?? []))]
  const read = async (definition: string) =>
    [definition, await asking(question, () => readStopTimeout({ ecs, memo }, definition))] as const
  return new Map(await pMap(definitions, read, { concurrency: AT_ONCE }))
}

/** By target group; one that was deleted delays nothing. */
const readDelays = async ({ loadBalancing, clock }: ServicesQuestion, services: readonly Service[]) => {
  const memo = new Memo<number>(clock, Infinity)
  const question = {
    action: 'elasticloadbalancing:DescribeTargetGroupAttributes',
    doing: 'describing the target groups',
  }
  const read = async (arn: string) => {
    try {
      return [
        arn,
        await asking(question, () => readDeregistrationDelay({ loadBalancing, memo }, arn)),
      ] as const
    } catch (error) {
      if (isGone(error)) return [arn, 0] as const
      throw error
    }
  }
  return new Map(await pMap([...new Set(services.flatMap(targetGroupsOf))], read, { concurrency: AT_ONCE }))
}

const targetGroupsOf = ({ loadBalancers = [] }: Service): readonly string[] =>
  loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? [])
