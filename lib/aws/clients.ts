import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'

export interface Clients {
  readonly autoScaling: AutoScalingClient
  readonly ec2: EC2Client
  readonly ecs: ECSClient
  readonly loadBalancing: ElasticLoadBalancingV2Client
  readonly sns: SNSClient
  readonly sqs: SQSClient
}

/**
 * Time limits and attempts of every call. The SDK's defaults wait for ever on a connection that hangs, and without
 * `throwOnRequestTimeout` its request handler only warns; either would eat the function's whole time limit and with it
 * every other instance of the batch. Two calls that hang to the end fit into the shortest of our functions. Four attempts
 * back off for about two seconds on throttling; what is still throttled then is left to resync.
 */
export const limits = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const

/** Region and credentials come from Lambda's environment. Build once for each execution environment. */
export const createClients = (): Clients => ({
  autoScaling: new AutoScalingClient(limits),
  ec2: new EC2Client(limits),
  ecs: new ECSClient(limits),
  loadBalancing: new ElasticLoadBalancingV2Client(limits),
  sns: new SNSClient(limits),
  sqs: new SQSClient(limits),
})
