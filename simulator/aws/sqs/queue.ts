import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Timer } from '../../engine/timer-queue.ts'
import { ServiceError } from '../operation.ts'
import { busyGroups, FifoMemory, positionInOrder } from './fifo.ts'
import { MAX_VISIBILITY_TIMEOUT_SECONDS } from './limits.ts'
import type { MessageContent, QueueCounts, QueueSpec, ReceivedMessage } from './message.ts'
import { storeMessage, type StoredMessage } from './stored-message.ts'

/**
 * What a standard queue may do to its consumers, and a FIFO queue never does. Both are documented ("Amazon SQS at-least-once delivery", "standard
 * queues"); how often is not, so the odds are set by whoever runs the simulation.
 */
export interface QueueDisorder {
  /** Chance, for each receive, that the message comes again although it is hidden or even deleted. */
  readonly duplicateOdds: number
  /** Chance, for each message handed out, that another one than the oldest is taken. */
  readonly reorderOdds: number
  /** Messages that can be received only long after they were sent, perhaps not before their retention is over. */
  readonly late?: { readonly odds: number; readonly longestMs: number }
  /** Hears of everything that is out of order. */
  readonly onDisorder?: (kind: DisorderKind) => void
}

/** `visibility-expired`: a message comes again while its first receiver still works on it. */
type DisorderKind = 'duplicate' | 'visibility-expired' | 'reordered' | 'late'

export const ORDERLY: QueueDisorder = { duplicateOdds: 0, reorderOdds: 0 }

/** A duplicate comes at most this long after the receive that it doubles: long enough to outlive an invocation. */
export const MAX_DUPLICATE_DELAY_MS = 10_000

/** Half of the duplicates come within this, while the invocation that has the message still runs. */
const SOON_MS = 400

interface QueueContext {
  readonly simulation: Simulation
  readonly arn: string
  readonly disorder: () => QueueDisorder
  /** Takes a message that was received too often. */
  readonly giveUp: (content: MessageContent, deadLetterQueueArn: string) => void
}

/** One queue: messages are available, in flight or delayed, and gone after their retention. */
export class Queue {
  readonly spec: QueueSpec
  readonly arn: string
  readonly createdAt: number
  /** Undefined: a standard queue. */
  readonly fifoMemory: FifoMemory | undefined
  readonly #context: QueueContext
  readonly #random: Random
  readonly #messages = new Map<string, StoredMessage>()
  readonly #listeners: (() => void)[] = []
  #available: StoredMessage[] = []
  #retentionSweep: Timer | undefined
  #expiredCount = 0

  constructor(spec: QueueSpec, context: QueueContext) {
    this.spec = spec
    this.arn = context.arn
    this.createdAt = context.simulation.now()
    this.fifoMemory = spec.fifo && new FifoMemory()
    this.#context = context
    this.#random = context.simulation.randomFor(`sqs ${spec.name}`)
  }

  /** Messages that their retention deleted before anybody did. */
  get expiredCount(): number {
    return this.#expiredCount
  }

  get counts(): QueueCounts {
    const counts = { available: 0, inFlight: 0, delayed: 0 }
    for (const { place } of this.#messages.values()) {
      if (place === 'available') counts.available += 1
      if (place === 'in-flight') counts.inFlight += 1
      if (place === 'delayed') counts.delayed += 1
    }
    return counts
  }

  /** What the queue holds, in any place, oldest first. */
  get contents(): readonly MessageContent[] {
    return [...this.#messages.values()].map(({ content }) => content)
  }

  /** Calls `listener` whenever a message becomes available, so that nobody has to poll in virtual time. */
  onAvailable(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** Takes a message in, or over from the queue that gave it up: it keeps its id and the time it was sent. */
  add(content: MessageContent, delaySeconds: number): void {
    const message = storeMessage(content)
    this.#messages.set(content.messageId, message)
    this.#sweepWhenExpired(message)
    const hiddenSeconds = delaySeconds + this.#lateSeconds()
    if (hiddenSeconds === 0) this.#makeAvailable(message)
    else this.#hide(message, 'delayed', hiddenSeconds)
  }

  #lateSeconds(): number {
    const { late, onDisorder } = this.#context.disorder()
    if (this.spec.fifo || late === undefined || !this.#random.chance(late.odds)) return 0
    onDisorder?.('late')
    return this.#random.integer(1, late.longestMs) / 1_000
  }

  receive(limit: number, visibilityTimeoutSeconds = this.spec.visibilityTimeoutSeconds): ReceivedMessage[] {
    const received: ReceivedMessage[] = []
    const busy = busyGroups(this.spec.fifo ? this.#messages.values() : [])
    while (received.length < limit) {
      const message = this.#takeNext(busy)
      if (message === undefined) return received
      if (this.#isReceivedTooOften(message)) this.#giveUp(message)
      else received.push(this.#handOut(message, visibilityTimeoutSeconds))
    }
    return received
  }

  /**
   * Deleting twice is no error. A receipt handle that a later receive replaced deletes nothing, and neither does one of a
   * FIFO queue whose visibility timeout has ended: the message is then offered again ("Exactly-once processing").
   */
  delete(receiptHandle: string): 'deleted' | 'expired' {
    const message = this.#find(receiptHandle)
    if (message?.receiptHandle !== receiptHandle) return 'deleted'
    if (this.spec.fifo !== undefined && message.place !== 'in-flight') return 'expired'
    this.#remove(message)
    // The next message of its group may go now.
    if (this.spec.fifo !== undefined && this.#available.length > 0) this.#tellAvailable()
    return 'deleted'
  }

  /** @throws {ServiceError} `MessageNotInflight`, `ReceiptHandleIsInvalid`, or `InvalidParameterValue` past the 12 hours. */
  changeVisibility(receiptHandle: string, timeoutSeconds: number): void {
    const message = this.#find(receiptHandle)
    if (message?.place !== 'in-flight' || message.receiptHandle !== receiptHandle) {
      throw new ServiceError(
        'MessageNotInflight',
        'The message that the receipt handle names is not in flight.',
      )
    }
    this.#checkTotalVisibility(message, timeoutSeconds)
    message.reappears?.cancel()
    if (timeoutSeconds === 0) this.#makeAvailable(message)
    else this.#hide(message, 'in-flight', timeoutSeconds)
  }

  /** Extending does not restart the 12 hours that a message may stay hidden after one receive. */
  #checkTotalVisibility(message: StoredMessage, timeoutSeconds: number): void {
    const hiddenSeconds = (this.#context.simulation.now() - message.lastReceivedAt) / 1000
    if (hiddenSeconds + timeoutSeconds <= MAX_VISIBILITY_TIMEOUT_SECONDS) return
    throw new ServiceError(
      'InvalidParameterValue',
      `VisibilityTimeout ${timeoutSeconds} would hide the message for more than ${MAX_VISIBILITY_TIMEOUT_SECONDS} seconds after its receipt.`,
    )
  }

  /** Deletes every message, in whichever place. */
  purge(): void {
    for (const message of [...this.#messages.values()]) this.#remove(message)
  }

  /** Undefined: the handle is one of this queue's, and its message is gone. */
  #find(receiptHandle: string): StoredMessage | undefined {
    const [arn, messageId] = Buffer.from(receiptHandle, 'base64').toString().split(' ')
    if (arn === this.arn && messageId !== undefined) return this.#messages.get(messageId)
    throw new ServiceError('ReceiptHandleIsInvalid', 'The receipt handle was not issued by this queue.', 404)
  }

  #newReceiptHandle(message: StoredMessage): string {
    return Buffer.from(`${this.arn} ${message.content.messageId} ${this.#random.hex(16)}`).toString('base64')
  }

  /** Undefined: there is none, or only such as wait for their group. */
  #takeNext(busy: ReadonlySet<string>): StoredMessage | undefined {
    if (this.#available.length === 0) return undefined
    const position = this.#available.findIndex(
      ({ content: { fifo } }) => !fifo || !busy.has(fifo.messageGroupId),
    )
    if (position === -1) return undefined
    return this.#available.splice(this.#disordered(position), 1)[0]
  }

  #disordered(position: number): number {
    const isReordered = !this.spec.fifo && this.#random.chance(this.#context.disorder().reorderOdds)
    const taken = isReordered ? this.#random.integer(0, this.#available.length - 1) : position
    if (taken !== position) this.#context.disorder().onDisorder?.('reordered')
    return taken
  }

  #isReceivedTooOften(message: StoredMessage): boolean {
    const { redrive } = this.spec
    return redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount
  }

  #giveUp(message: StoredMessage): void {
    const { redrive } = this.spec
    if (redrive === undefined)
      throw new Error(`giving up a message of ${this.spec.name}, which has no dead-letter queue`)
    this.#remove(message)
    this.#context.giveUp({ ...message.content, deadLetterSourceArn: this.arn }, redrive.deadLetterQueueArn)
  }

  #handOut(message: StoredMessage, visibilityTimeoutSeconds: number): ReceivedMessage {
    const now = this.#context.simulation.now()
    const receiptHandle = this.#newReceiptHandle(message)
    message.receiveCount += 1
    message.firstReceivedAt ??= now
    message.lastReceivedAt = now
    message.receiptHandle = receiptHandle
    this.#hide(message, 'in-flight', visibilityTimeoutSeconds)
    if (!this.spec.fifo && this.#random.chance(this.#context.disorder().duplicateOdds))
      this.#duplicateLater(message)
    const { receiveCount, firstReceivedAt } = message
    return { ...message.content, receiptHandle, receiveCount, firstReceivedAt }
  }

  /** Not at the last receive that is allowed: the copy would only join the dead letters and prove nothing. */
  #duplicateLater(message: StoredMessage): void {
    const longestMs = this.#random.chance(0.5) ? SOON_MS : MAX_DUPLICATE_DELAY_MS
    this.#context.simulation.after(this.#random.integer(1, longestMs), () => {
      if (message.place === 'available' || this.#isReceivedTooOften(message) || this.#isExpired(message))
        return
      const kind = message.place === 'in-flight' ? 'visibility-expired' : 'duplicate'
      this.#context.disorder().onDisorder?.(kind)
      message.reappears?.cancel()
      this.#messages.set(message.content.messageId, message)
      this.#sweepWhenExpired(message)
      this.#makeAvailable(message)
    })
  }

  #hide(message: StoredMessage, place: 'in-flight' | 'delayed', seconds: number): void {
    message.place = place
    message.reappears = this.#context.simulation.after(seconds * 1000, () => this.#makeAvailable(message))
  }

  #makeAvailable(message: StoredMessage): void {
    message.place = 'available'
    message.reappears = undefined
    this.#available.splice(positionInOrder(this.#available, message), 0, message)
    this.#tellAvailable()
  }

  #tellAvailable(): void {
    for (const listener of this.#listeners) listener()
  }

  #remove(message: StoredMessage): void {
    message.reappears?.cancel()
    if (message.place === 'available') this.#available = this.#available.filter((other) => other !== message)
    message.place = 'gone'
    this.#messages.delete(message.content.messageId)
  }

  #expiresAt(message: StoredMessage): number {
    return message.content.sentAt + this.spec.retentionSeconds * 1000
  }

  #isExpired(message: StoredMessage): boolean {
    return this.#expiresAt(message) <= this.#context.simulation.now()
  }

  /** One timer for the message that expires first: one for each message would outlive most of them. */
  #sweepWhenExpired(message: StoredMessage): void {
    const expiresAt = this.#expiresAt(message)
    if (this.#retentionSweep !== undefined && this.#retentionSweep.at <= expiresAt) return
    this.#retentionSweep?.cancel()
    const delayMs = Math.max(0, expiresAt - this.#context.simulation.now())
    this.#retentionSweep = this.#context.simulation.after(delayMs, () => this.#sweep())
  }

  #sweep(): void {
    this.#retentionSweep = undefined
    for (const message of [...this.#messages.values()]) {
      if (!this.#isExpired(message)) this.#sweepWhenExpired(message)
      else {
        this.#remove(message)
        this.#expiredCount += 1
      }
    }
  }
}
