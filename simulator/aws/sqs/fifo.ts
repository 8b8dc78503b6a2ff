import { createHash } from 'node:crypto'
import { ServiceError } from '../operation.ts'
import type { FifoContent, MessageContent, NewMessage, QueueSpec } from './message.ts'
import type { StoredMessage } from './stored-message.ts'

/** The names of FIFO queues end so, and no other names do ("Amazon SQS queue names"). */
export const FIFO_SUFFIX = '.fifo'

/** "Amazon SQS FIFO queue key terms": within this time a message with the same deduplication id is not delivered again. */
export const DEDUPLICATION_INTERVAL_MS = 300_000

/** Which group a message is for, and what makes it the same as another: the words of SendMessage. */
interface FifoPlace {
  readonly messageGroupId: string
  readonly messageDeduplicationId: string
}

/**
 * What SendMessage makes of a message for a FIFO queue; undefined for a standard one.
 *
 * @throws {ServiceError} `MissingParameter` or `InvalidParameterValue` for what does not belong to such a queue.
 */
export const fifoPlaceOf = ({ fifo, name }: QueueSpec, message: NewMessage): FifoPlace | undefined => {
  if (fifo === undefined) {
    checkStandard(name, message)
    return undefined
  }
  if (message.delaySeconds !== undefined)
    throw invalid(`DelaySeconds cannot be set for a message of the FIFO queue ${name}.`)
  if (message.messageGroupId === undefined)
    throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageGroupId.')
  const { messageGroupId, messageDeduplicationId } = message
  if (messageDeduplicationId !== undefined) return { messageGroupId, messageDeduplicationId }
  if (!fifo.contentBasedDeduplication)
    throw invalid('The queue needs content-based deduplication, or the message a MessageDeduplicationId.')
  return { messageGroupId, messageDeduplicationId: digestOf(message.body) }
}

const checkStandard = (name: string, message: NewMessage): void => {
  if (message.messageDeduplicationId !== undefined)
    throw invalid(`MessageDeduplicationId cannot be set for a message of the standard queue ${name}.`)
  if (message.messageGroupId !== undefined)
    throw new Error('the simulated SQS does not model message groups of standard queues')
}

/** Content-based deduplication hashes the body and leaves the attributes out (API reference of SendMessage). */
const digestOf = (body: string): string => createHash('sha256').update(body).digest('hex')

const invalid = (sentence: string): ServiceError => new ServiceError('InvalidParameterValue', sentence)

/** What a FIFO queue remembers of the messages sent to it, received and deleted ones too. */
export class FifoMemory {
  readonly #sent = new Map<string, MessageContent>()
  #sequence = 0n

  /** The message that was sent with the same id within the interval, which swallows the new one. */
  duplicateOf({ messageDeduplicationId }: FifoPlace, now: number): MessageContent | undefined {
    const before = this.#sent.get(messageDeduplicationId)
    return before !== undefined && before.sentAt + DEDUPLICATION_INTERVAL_MS > now ? before : undefined
  }

  /** A sequence number has twenty digits, is greater than that of every earlier message, and not the next after it. */
  number(place: FifoPlace): FifoContent {
    this.#sequence += SEQUENCE_STEP
    return { ...place, sequenceNumber: String(this.#sequence).padStart(SEQUENCE_DIGITS, '0') }
  }

  remember(content: MessageContent): void {
    for (const [id, { sentAt }] of this.#sent)
      if (sentAt + DEDUPLICATION_INTERVAL_MS <= content.sentAt) this.#sent.delete(id)
    if (content.fifo !== undefined) this.#sent.set(content.fifo.messageDeduplicationId, content)
  }
}

const SEQUENCE_STEP = 256n
const SEQUENCE_DIGITS = 20

/**
 * While one message of a group is hidden by a receive or by a delay, no later one of the group is handed out ("FIFO
 * queue delivery logic in Amazon SQS"). One receive may still hand out several of a group, in order.
 */
export const busyGroups = (messages: Iterable<StoredMessage>): ReadonlySet<string> => {
  const groups = new Set<string>()
  for (const { place, content } of messages)
    if (place !== 'available' && content.fifo !== undefined) groups.add(content.fifo.messageGroupId)
  return groups
}

/** Where a message that becomes available stands among the others: by its place in the order of sending. */
export const positionInOrder = (
  available: readonly StoredMessage[],
  { content: { fifo } }: StoredMessage,
): number => {
  if (fifo === undefined) return available.length
  const later = available.findIndex(
    ({ content }) => content.fifo !== undefined && content.fifo.sequenceNumber > fifo.sequenceNumber,
  )
  return later === -1 ? available.length : later
}
