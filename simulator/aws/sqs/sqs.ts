import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { uuid } from '../../engine/uuid.ts'
import { ServiceError, type ServiceModel } from '../operation.ts'
import { FIFO_SUFFIX, fifoPlaceOf } from './fifo.ts'
import {
  checkWithin,
  MAX_DELAY_SECONDS,
  MAX_MESSAGE_BYTES,
  MAX_RECEIVE_COUNT,
  MAX_RETENTION_SECONDS,
  MAX_VISIBILITY_TIMEOUT_SECONDS,
  MIN_RETENTION_SECONDS,
} from './limits.ts'
import type { MessageContent, NewMessage, QueueSpec } from './message.ts'
import { messageBytes } from './message-digest.ts'
import { ORDERLY, Queue, type QueueDisorder } from './queue.ts'
import { queueOperations } from './queue-operations.ts'
import { sqsOperations } from './sqs-operations.ts'

interface SqsOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
}

/** Somebody of this account, for messages whose sender does not say who it is. */
const DEFAULT_SENDER_ID = 'AROASIMULATEDSENDER00:ebbtide'

/** Simulated Amazon SQS: standard and FIFO queues of one account in one region. */
export class Sqs {
  readonly #simulation: Simulation
  readonly #account: SqsOptions['account']
  readonly #random: Random
  readonly #queues = new Map<string, Queue>()
  readonly #deadLetterListeners: ((letter: MessageContent) => void)[] = []
  readonly #sentListeners: ((queue: Queue, content: MessageContent) => void)[] = []
  #disorder: QueueDisorder = ORDERLY

  constructor({ simulation, account }: SqsOptions) {
    this.#simulation = simulation
    this.#account = account
    this.#random = simulation.randomFor('sqs')
  }

  /** What an SDK client may call. */
  get model(): ServiceModel {
    return { serviceId: 'SQS', operations: { ...sqsOperations(this), ...queueOperations(this) } }
  }

  /** All queues, for scores and invariants. */
  get queues(): readonly Queue[] {
    return [...this.#queues.values()]
  }

  /** Duplicates and reordering from now on, in every queue. `ORDERLY` ends them. */
  setDisorder(disorder: QueueDisorder): void {
    this.#disorder = disorder
  }

  /** Calls `listener` with each message that moves to a dead-letter queue. */
  onDeadLetter(listener: (letter: MessageContent) => void): void {
    this.#deadLetterListeners.push(listener)
  }

  /** Calls `listener` with each message that somebody has sent, when it is in its queue. */
  onSent(listener: (queue: Queue, content: MessageContent) => void): void {
    this.#sentListeners.push(listener)
  }

  /** @throws {ServiceError} when an attribute is outside SQS's bounds or the name is taken. */
  createQueue(spec: QueueSpec): Queue {
    checkQueue(spec)
    const arn = this.arnOf(spec.name)
    if (this.#queues.has(arn))
      throw new ServiceError('QueueNameExists', `A queue named ${spec.name} exists already.`)
    const queue = new Queue(spec, {
      simulation: this.#simulation,
      arn,
      disorder: () => this.#disorder,
      giveUp: (content, deadLetterQueueArn) => this.#bury(content, deadLetterQueueArn),
    })
    this.#queues.set(arn, queue)
    return queue
  }

  /** Its messages go with it. What still sends to it is told that it does not exist. */
  deleteQueue(queueName: string): void {
    this.#queues.delete(this.arnOf(queueName))
  }

  arnOf(queueName: string): string {
    return `arn:aws:sqs:${this.#account.region}:${this.#account.accountId}:${queueName}`
  }

  urlOf(queueName: string): string {
    return `https://sqs.${this.#account.region}.amazonaws.com/${this.#account.accountId}/${queueName}`
  }

  /** @throws {ServiceError} `QueueDoesNotExist` */
  queueByArn(arn: string): Queue {
    const queue = this.#queues.get(arn)
    if (queue === undefined)
      throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.')
    return queue
  }

  /** @throws {ServiceError} `QueueDoesNotExist` */
  queueByUrl(url: string): Queue {
    const name = url.slice(url.lastIndexOf('/') + 1)
    return this.queueByArn(url === this.urlOf(name) ? this.arnOf(name) : url)
  }

  /**
   * A duplicate in a FIFO queue is accepted and not delivered. The answer then tells of the message that was delivered,
   * which AWS does not document.
   *
   * @throws {ServiceError} `InvalidParameterValue` for a delay or a size beyond the limits, or for what the kind of queue
   * does not take.
   */
  send(queue: Queue, message: NewMessage): MessageContent {
    const { body, attributes = {}, delaySeconds = queue.spec.delaySeconds } = message
    checkWithin('DelaySeconds', delaySeconds, { least: 0, most: MAX_DELAY_SECONDS })
    checkWithin('The size of the message in bytes', messageBytes(body, attributes), {
      least: 1,
      most: MAX_MESSAGE_BYTES,
    })
    const place = fifoPlaceOf(queue.spec, message)
    const earlier = place && queue.fifoMemory?.duplicateOf(place, this.#simulation.now())
    if (earlier !== undefined) return earlier
    const fifo = place && queue.fifoMemory?.number(place)
    const content = { ...this.#contentOf(message), ...(fifo && { fifo }) }
    queue.fifoMemory?.remember(content)
    queue.add(content, delaySeconds)
    for (const listener of this.#sentListeners) listener(queue, content)
    return content
  }

  #contentOf({ body, attributes = {}, senderId = DEFAULT_SENDER_ID }: NewMessage): MessageContent {
    return {
      messageId: uuid(this.#random),
      body,
      attributes,
      senderId,
      sentAt: this.#simulation.now(),
      deadLetterSourceArn: undefined,
    }
  }

  /** A dead letter keeps its id and the time it was sent ("Using dead-letter queues in Amazon SQS"). */
  #bury(content: MessageContent, deadLetterQueueArn: string): void {
    this.queueByArn(deadLetterQueueArn).add(content, 0)
    for (const listener of this.#deadLetterListeners) listener(content)
  }
}

const checkQueue = (spec: QueueSpec): void => {
  checkKind(spec)
  const { visibilityTimeoutSeconds, retentionSeconds, delaySeconds, redrive } = spec
  checkWithin('VisibilityTimeout', visibilityTimeoutSeconds, {
    least: 0,
    most: MAX_VISIBILITY_TIMEOUT_SECONDS,
  })
  checkWithin('MessageRetentionPeriod', retentionSeconds, {
    least: MIN_RETENTION_SECONDS,
    most: MAX_RETENTION_SECONDS,
  })
  checkWithin('DelaySeconds', delaySeconds, { least: 0, most: MAX_DELAY_SECONDS })
  if (redrive) checkWithin('maxReceiveCount', redrive.maxReceiveCount, { least: 1, most: MAX_RECEIVE_COUNT })
}

/** Name and dead-letter queue must be of the queue's own kind ("Amazon SQS queue names", "Using dead-letter queues"). */
const checkKind = ({ name, fifo, redrive }: QueueSpec): void => {
  const names = [name, ...(redrive ? [redrive.deadLetterQueueArn] : [])]
  const strange = names.filter((one) => one.endsWith(FIFO_SUFFIX) !== (fifo !== undefined))
  if (strange.length === 0) return
  const kind = fifo === undefined ? 'a standard queue' : 'a FIFO queue'
  throw new ServiceError('InvalidParameterValue', `${strange.join(' and ')} cannot name ${kind}.`)
}
