import { DescribeServicesCommand, type ECSClient, type Service, type ServiceEvent } from '@aws-sdk/client-ecs'
import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { during, isGone } from '../aws/errors.ts'
import { allowOnlyMissing } from '../aws/failures.ts'
import { chunksOf } from '../aws/pages.ts'
import type { ServiceComplaint, ServiceFacts } from '../decide/facts.ts'

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
  /** Whether to count the targets that answer, which is a call for each target group. */
  readonly targetHealth: 'counted' | 'not-asked'
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
    for (const service of answer.services ?? []) all.push(await withTargets(service, question))
  }
  return all
}

const withTargets = async (service: Service, question: ServiceQuestion): Promise<KnownService> => {
  const targetGroupArns = (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? [])
  const health = question.targetHealth === 'counted' ? await readHealth(question, targetGroupArns) : {}
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = service.deploymentConfiguration ?? {}
  const complaint = complaintOf(service.events ?? [])
  return {
    name: service.serviceName ?? '',
    isDaemon: service.schedulingStrategy === 'DAEMON',
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    pendingCount: service.pendingCount ?? 0,
    minimumHealthyPercent,
    maximumPercent,
    targetGroupArns,
    ...(complaint && { complaint }),
    ...health,
  }
}

/** It tells no times, and of one service nothing about another: what cannot be read is only not believed to be healthy. */
const readHealth = async (
  { loadBalancing }: ServiceQuestion,
  targetGroupArns: readonly string[],
): Promise<Pick<ServiceFacts, 'healthyTargetCount' | 'isHealthUnread'>> => {
  try {
    const healthy: number[] = []
    for (const arn of targetGroupArns) healthy.push(await countHealthyTargets(loadBalancing, arn))
    return healthy.length > 0 ? { healthyTargetCount: Math.min(...healthy) } : {}
  } catch {
    return { isHealthUnread: true }
  }
}

/**
 * The newest thing that a service says is in its way. Its messages are prose ("Amazon ECS service event messages");
 * a steady state is news that ends an older complaint.
 */
const complaintOf = (events: readonly ServiceEvent[]): ServiceComplaint | undefined => {
  for (const { message = '', createdAt } of events) {
    if (message.includes('has reached a steady state')) return undefined
    const kind = message.includes('was unable to place a task')
      ? 'unplaced'
      : message.includes('is unable to consistently start tasks')
        ? 'impaired'
        : undefined
    if (kind !== undefined) return { kind, at: createdAt?.getTime() ?? 0 }
  }
  return undefined
}

/** A target group that is gone has no healthy target. */
const countHealthyTargets = async (loadBalancing: ElasticLoadBalancingV2Client, TargetGroupArn: string) => {
  try {
    const answer = await during(`describing target health of ${TargetGroupArn}`, () =>
      loadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
    )
    const targets = answer.TargetHealthDescriptions ?? []
    return targets.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length
  } catch (error) {
    if (isGone(error)) return 0
    throw error
  }
}
