import { DescribeServicesCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs'
import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { during } from '../aws/errors.ts'
import { allowOnlyMissing } from '../aws/failures.ts'
import { chunksOf } from '../aws/pages.ts'
import type { ServiceFacts } from '../decide/facts.ts'

/** DescribeServices takes 10 at most. */
const SERVICES_PER_CALL = 10

/** A service with the target groups that its tasks register with. */
export interface KnownService extends ServiceFacts {
  readonly targetGroupArns: readonly string[]
}

export interface ServiceQuestion {
  readonly ecs: ECSClient
  readonly loadBalancing: ElasticLoadBalancingV2Client
  readonly cluster: string
}

/** These services as they are now. A service that was deleted is absent. */
export const readServices = async (
  question: ServiceQuestion,
  names: readonly string[],
): Promise<readonly KnownService[]> => {
  const all: KnownService[] = []
  for (const services of chunksOf(names, SERVICES_PER_CALL)) {
    const doing = `describing services ${services.join(', ')} of cluster ${question.cluster}`
    const command = new DescribeServicesCommand({ cluster: question.cluster, services })
    const answer = await during(doing, () => question.ecs.send(command))
    allowOnlyMissing(doing, answer.failures)
    for (const service of answer.services ?? []) all.push(await withTargets(service, question.loadBalancing))
  }
  return all
}

const withTargets = async (
  service: Service,
  loadBalancing: ElasticLoadBalancingV2Client,
): Promise<KnownService> => {
  const targetGroupArns = (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? [])
  const healthy: number[] = []
  for (const arn of targetGroupArns) healthy.push(await countHealthyTargets(loadBalancing, arn))
  return {
    name: service.serviceName ?? '',
    isDaemon: service.schedulingStrategy === 'DAEMON',
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    targetGroupArns,
    ...(healthy.length > 0 && { healthyTargetCount: Math.min(...healthy) }),
  }
}

const countHealthyTargets = async (loadBalancing: ElasticLoadBalancingV2Client, TargetGroupArn: string) => {
  const answer = await during(`describing target health of ${TargetGroupArn}`, () =>
    loadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
  )
  return (answer.TargetHealthDescriptions ?? []).filter(
    ({ TargetHealth }) => TargetHealth?.State === 'healthy',
  ).length
}
