import type {
  CreateQueueCommandInput,
  DeleteQueueCommandInput,
  ListQueuesCommandInput,
  PurgeQueueCommandInput,
} from '@aws-sdk/client-sqs'

import { ServiceError, type Operation } from '../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'
import { FIFO_SUFFIX } from './fifo.ts'
import type { QueueSpec } from './message.ts'
import type { Sqs } from './sqs.ts'

/** Operations on queues themselves, for people and programs outside of the stack. */
export const queueOperations = (sqs: Sqs): Readonly<Record<string, Operation>> => ({
  CreateQueue: (input: CreateQueueCommandInput) => createQueue(sqs, input),
  ListQueues: (input: ListQueuesCommandInput) => {
    refuseUnmodelledMembers('ListQueues', input, ['QueueNamePrefix', 'MaxResults'])
    const names = sqs.queues.map(({ spec }) => spec.name)
    const found = names.filter((name) => name.startsWith(input.QueueNamePrefix ?? ''))
    if (found.length > (input.MaxResults ?? Infinity)) throw notModelled('ListQueues with more than one page')
    // Without any queue the whole list is absent from the answer.
    return found.length === 0 ? {} : { QueueUrls: found.map((name) => sqs.urlOf(name)) }
  },
  DeleteQueue: ({ QueueUrl = '' }: DeleteQueueCommandInput) => {
    sqs.deleteQueue(sqs.queueByUrl(QueueUrl).spec.name)
    return {}
  },
  PurgeQueue: ({ QueueUrl = '' }: PurgeQueueCommandInput) => {
    sqs.queueByUrl(QueueUrl).purge()
    return {}
  },
})

/** "CreateQueue" in the API reference. */
const QUEUE_NAME = /^[\w-]{1,80}$/
const FIFO_NAME = /^[\w-]{1,75}\.fifo$/

const modelledAttributes = ['VisibilityTimeout', 'MessageRetentionPeriod', 'DelaySeconds', 'RedrivePolicy']
const modelledOfFifo = [...modelledAttributes, 'FifoQueue', 'ContentBasedDeduplication']

/** Creating a queue again with the same attributes gives the one that exists. */
const createQueue = (sqs: Sqs, input: CreateQueueCommandInput): object => {
  refuseUnmodelledMembers('CreateQueue', input, ['QueueName', 'Attributes'])
  const { QueueName: name = '', Attributes: attributes = {} } = input
  checkName(name, attributes)
  refuseUnmodelledMembers('CreateQueue', attributes, isFifo(attributes) ? modelledOfFifo : modelledAttributes)
  const spec = specFrom(name, attributes)
  const existing = sqs.queues.find((queue) => queue.spec.name === name)
  if (existing === undefined) sqs.createQueue(spec)
  else if (JSON.stringify(existing.spec) !== JSON.stringify(spec))
    throw new ServiceError('QueueNameExists', `A queue named ${name} exists already with other attributes.`)
  return { QueueUrl: sqs.urlOf(name) }
}

const isFifo = ({ FifoQueue }: Readonly<Record<string, string>>): boolean => FifoQueue === 'true'

/** A FIFO queue is asked for by its attribute, and its name must say so too. */
const checkName = (name: string, attributes: Readonly<Record<string, string>>): void => {
  const pattern = isFifo(attributes) ? FIFO_NAME : QUEUE_NAME
  if (pattern.test(name)) return
  const only = 'can only include alphanumeric characters, hyphens, or underscores'
  throw new ServiceError(
    'InvalidParameterValue',
    isFifo(attributes)
      ? `The name of a FIFO queue ${only}, must end with ${FIFO_SUFFIX} suffix and be 1 to 80 in length.`
      : `The queue name ${only}, and be 1 to 80 in length.`,
  )
}

/** Defaults of the API reference. */
const specFrom = (name: string, attributes: Readonly<Record<string, string>>): QueueSpec => ({
  name,
  visibilityTimeoutSeconds: Number(attributes['VisibilityTimeout'] ?? 30),
  retentionSeconds: Number(attributes['MessageRetentionPeriod'] ?? 345_600),
  delaySeconds: Number(attributes['DelaySeconds'] ?? 0),
  ...(attributes['RedrivePolicy'] !== undefined && { redrive: redriveFrom(attributes['RedrivePolicy']) }),
  ...(isFifo(attributes) && {
    fifo: { contentBasedDeduplication: attributes['ContentBasedDeduplication'] === 'true' },
  }),
})

const redriveFrom = (text: string): NonNullable<QueueSpec['redrive']> => {
  const { deadLetterTargetArn, maxReceiveCount } = parseObject(text)
  if (typeof deadLetterTargetArn !== 'string')
    throw new ServiceError('InvalidParameterValue', `Value ${text} for parameter RedrivePolicy is invalid.`)
  return { deadLetterQueueArn: deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) }
}

const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}
