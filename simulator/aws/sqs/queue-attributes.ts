import { ServiceError } from '../operation.ts'
import { MAX_MESSAGE_BYTES } from './limits.ts'
import type { ReceivedMessage } from './message.ts'
import type { Queue } from './queue.ts'

/** The attributes of a queue as GetQueueAttributes writes them: all strings, times in seconds. */
export const queueAttributes = (queue: Queue, names: readonly string[]): Record<string, string> => {
  const all = everyQueueAttribute(queue)
  if (names.includes('All')) return definedOnly(all)
  return definedOnly(Object.fromEntries(names.map((name) => [name, attributeOf(all, name)])))
}

const everyQueueAttribute = (queue: Queue): Record<string, string | undefined> => {
  const { spec, counts } = queue
  const createdAtSeconds = String(Math.floor(queue.createdAt / 1000))
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.available),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: createdAtSeconds,
    LastModifiedTimestamp: createdAtSeconds,
    VisibilityTimeout: String(spec.visibilityTimeoutSeconds),
    MaximumMessageSize: String(MAX_MESSAGE_BYTES),
    MessageRetentionPeriod: String(spec.retentionSeconds),
    DelaySeconds: String(spec.delaySeconds),
    ReceiveMessageWaitTimeSeconds: '0',
    RedrivePolicy:
      spec.redrive &&
      JSON.stringify({
        deadLetterTargetArn: spec.redrive.deadLetterQueueArn,
        maxReceiveCount: spec.redrive.maxReceiveCount,
      }),
    FifoQueue: spec.fifo && 'true',
    ContentBasedDeduplication: spec.fifo && String(spec.fifo.contentBasedDeduplication),
  }
}

/** The system attributes of a received message, as ReceiveMessage and Lambda's records write them: all strings. */
export const systemAttributes = (message: ReceivedMessage): Record<string, string> =>
  definedOnly({
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
    MessageGroupId: message.fifo?.messageGroupId,
    MessageDeduplicationId: message.fifo?.messageDeduplicationId,
    SequenceNumber: message.fifo?.sequenceNumber,
  })

/** An attribute that exists and is not set, such as a missing redrive policy, is left out of the answer. */
const attributeOf = (all: Record<string, string | undefined>, name: string): string | undefined => {
  if (name in all) return all[name]
  throw new ServiceError('InvalidAttributeName', `Unknown attribute ${name}.`)
}

const definedOnly = (attributes: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
