import type { MessageAttributeValue } from '@aws-sdk/client-sqs'

/** A queue as CreateQueue would make it. */
export interface QueueSpec {
  readonly name: string
  readonly visibilityTimeoutSeconds: number
  readonly retentionSeconds: number
  readonly delaySeconds: number
  readonly redrive?: RedrivePolicy
  /** Absent: a standard queue. */
  readonly fifo?: FifoSettings
}

interface FifoSettings {
  /** A message without a deduplication id of its own gets the digest of its body. */
  readonly contentBasedDeduplication: boolean
}

export interface RedrivePolicy {
  readonly deadLetterQueueArn: string
  readonly maxReceiveCount: number
}

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>

/** What a sender hands over. Absent `delaySeconds` means the queue's own delay. */
export interface NewMessage {
  readonly body: string
  readonly delaySeconds?: number
  readonly attributes?: MessageAttributes
  readonly senderId?: string
  /** Only for FIFO queues, which need it. */
  readonly messageGroupId?: string
  readonly messageDeduplicationId?: string
}

/** What stays the same for as long as a message lives, in whichever queue. Times are milliseconds since 1970. */
export interface MessageContent {
  readonly messageId: string
  readonly body: string
  readonly attributes: MessageAttributes
  readonly senderId: string
  readonly sentAt: number
  /** The queue that gave the message up; undefined as long as it is where it was sent. */
  readonly deadLetterSourceArn: string | undefined
  /** Absent in standard queues. */
  readonly fifo?: FifoContent
}

export interface FifoContent {
  readonly messageGroupId: string
  readonly messageDeduplicationId: string
  readonly sequenceNumber: string
}

/** A message as one ReceiveMessage hands it out. */
export interface ReceivedMessage extends MessageContent {
  readonly receiptHandle: string
  readonly receiveCount: number
  readonly firstReceivedAt: number
}

/** How many messages wait, are hidden by a receive, and are hidden by a delay: SQS's three approximate counts, exact. */
export interface QueueCounts {
  readonly available: number
  readonly inFlight: number
  readonly delayed: number
}
