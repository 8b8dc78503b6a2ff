import { AutoScalingClient, PutScalingPolicyCommand } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'

import type { Clients } from '../../lib/aws/clients.ts'
import { clientOptions, twin } from './twin-account.ts'

/** The clients that lib asks, pointed at an endpoint. */
export const clientsFor = (endpoint: string): Clients => {
  const options = clientOptions(endpoint)
  return {
    autoScaling: new AutoScalingClient(options),
    ec2: new EC2Client(options),
    ecs: new ECSClient(options),
    loadBalancing: new ElasticLoadBalancingV2Client(options),
    sns: new SNSClient(options),
    sqs: new SQSClient(options),
  }
}

/** A policy that nobody executes, so that there is one to describe. */
export const putPolicy = async ({ autoScaling }: Clients): Promise<void> => {
  await autoScaling.send(
    new PutScalingPolicyCommand({
      AutoScalingGroupName: twin.group,
      PolicyName: twin.policy,
      PolicyType: 'SimpleScaling',
      AdjustmentType: 'ChangeInCapacity',
      ScalingAdjustment: 1,
      Cooldown: 120,
    }),
  )
}

/** One call as its client saw it answered. */
export interface RecordedCall {
  readonly operation: string
  /** Undefined when it was refused. */
  readonly output: object | undefined
  /** The name of the error; undefined when it went well. */
  readonly error: string | undefined
  /** Of HTTP. Undefined: no answer came. */
  readonly status: number | undefined
}

/** Notes every call of the clients, in order, from now on. */
export const recordCalls = (clients: Clients): readonly RecordedCall[] => {
  const calls: RecordedCall[] = []
  const middleware: Middleware =
    (next, { commandName = 'UnnamedCommand' }) =>
    async (request) => {
      const operation = commandName.replace(/Command$/, '')
      try {
        const result = await next(request)
        const { $metadata, ...output } = result.output as Answered
        calls.push({ operation, output, error: undefined, status: $metadata.httpStatusCode })
        return result
      } catch (error) {
        const { name, $metadata } = error as Error & Partial<Answered>
        calls.push({ operation, output: undefined, error: name, status: $metadata?.httpStatusCode })
        throw error
      }
    }
  for (const client of Object.values(clients) as {
    middlewareStack: { add(of: never, where: object): void }
  }[])
    client.middlewareStack.add(middleware as never, { step: 'initialize', priority: 'high' })
  return calls
}

interface Answered {
  readonly $metadata: { readonly httpStatusCode?: number }
}

type Middleware = (
  next: (request: object) => Promise<{ readonly output: unknown }>,
  context: { readonly commandName?: string },
) => (request: object) => Promise<object>
