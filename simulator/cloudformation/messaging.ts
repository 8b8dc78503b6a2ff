import * as z from 'zod'
import type { RuleSpec } from '../aws/eventbridge/rule.ts'
import type { QueueSpec } from '../aws/sqs/message.ts'
import type { Specified, Stack } from './stack.ts'

/** Numbers may be written as text in a template. */
const wholeNumber = z.coerce.number().int()

/** Templates write truth as JSON or as text. */
const truth = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

/** Strict: a property that is not listed, such as DeduplicationScope, would change what the queue does and is refused. */
const queueProperties = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: wholeNumber.default(30),
  MessageRetentionPeriod: wholeNumber.default(345_600),
  DelaySeconds: wholeNumber.default(0),
  RedrivePolicy: z
    .strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: wholeNumber.default(10) })
    .optional(),
  // CloudFormation takes FifoQueue: true or nothing ("AWS::SQS::Queue").
  FifoQueue: truth.pipe(z.literal(true)).optional(),
  ContentBasedDeduplication: truth.optional(),
  // These change nothing that is simulated: encryption, cost, and how long a poll may wait.
  RedriveAllowPolicy: z.unknown().optional(),
  ReceiveMessageWaitTimeSeconds: z.unknown().optional(),
  SqsManagedSseEnabled: z.unknown().optional(),
  KmsMasterKeyId: z.unknown().optional(),
  Tags: z.unknown().optional(),
})

export const queuesOf = (stack: Stack): Specified<QueueSpec>[] =>
  stack.resources('AWS::SQS::Queue', queueProperties).map(({ logicalId, attributes, properties }) => ({
    logicalId,
    spec: queueSpec(attributes['QueueName'] ?? '', properties),
  }))

const queueSpec = (name: string, properties: z.output<typeof queueProperties>): QueueSpec => ({
  name,
  visibilityTimeoutSeconds: properties.VisibilityTimeout,
  retentionSeconds: properties.MessageRetentionPeriod,
  delaySeconds: properties.DelaySeconds,
  ...(properties.RedrivePolicy && {
    redrive: {
      deadLetterQueueArn: properties.RedrivePolicy.deadLetterTargetArn,
      maxReceiveCount: properties.RedrivePolicy.maxReceiveCount,
    },
  }),
  ...(properties.FifoQueue && {
    fifo: { contentBasedDeduplication: properties.ContentBasedDeduplication ?? false },
  }),
})

const targetProperties = z.strictObject({
  Arn: z.string(),
  Id: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z.unknown().optional(),
  SqsParameters: z.strictObject({ MessageGroupId: z.string() }).optional(),
  // Simulated targets are always reachable, so that neither is ever used.
  RetryPolicy: z.unknown().optional(),
  DeadLetterConfig: z.unknown().optional(),
})

const ruleProperties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.literal('default').optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  Targets: z.array(targetProperties).default([]),
})

/** A rule with its ARN, which the permissions of its targets name. */
interface DeployedRule extends RuleSpec {
  readonly logicalId: string
  readonly arn: string
}

export const rulesOf = (stack: Stack): DeployedRule[] =>
  stack.resources('AWS::Events::Rule', ruleProperties).map(({ logicalId, ref, attributes, properties }) => ({
    logicalId,
    name: ref,
    arn: attributes['Arn'] ?? '',
    state: properties.State,
    ...(properties.EventPattern && { eventPattern: properties.EventPattern }),
    ...(properties.ScheduleExpression !== undefined && { scheduleExpression: properties.ScheduleExpression }),
    targets: properties.Targets.map((target) => ({
      id: target.Id,
      arn: target.Arn,
      ...(target.Input !== undefined && { input: target.Input }),
      ...(target.InputPath !== undefined && { inputPath: target.InputPath }),
      ...(target.InputTransformer !== undefined && { inputTransformer: target.InputTransformer }),
      ...(target.SqsParameters && { messageGroupId: target.SqsParameters.MessageGroupId }),
    })),
  }))
