import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Timer } from '../../engine/timer-queue.ts'
import { MAX_BATCH_ENTRIES } from '../sqs/limits.ts'
import type { ReceivedMessage } from '../sqs/message.ts'
import type { Queue } from '../sqs/queue.ts'
import type { InvocationResult } from './invocation.ts'
import type { LambdaFunction } from './lambda-function.ts'
import { failedMessageIds } from './partial-batch-response.ts'
import { sqsEvent } from './sqs-records.ts'

/** A mapping on a queue, as CreateEventSourceMapping takes it. */
export interface EventSourceMappingSpec {
  readonly queueArn: string
  readonly functionArn: string
  readonly batchSize: number
  readonly maximumBatchingWindowSeconds: number
  /** Undefined: as many as Lambda scales up to. */
  readonly maximumConcurrency?: number
  readonly reportsBatchItemFailures: boolean
}

/** Lambda polls with long polling: a message is taken as soon as it comes, give or take the network. */
const POLL_LATENCY_MS = { least: 10, most: 60 } as const

/** "Configuring scaling behavior for SQS event source mappings": how many batches run at once, and how that grows. */
const INITIAL_CONCURRENT_BATCHES = 5
const CONCURRENT_BATCHES_ADDED_PER_MINUTE = 300
const MAX_CONCURRENT_BATCHES = 1_250

/**
 * Takes messages from a queue in batches, runs a function on each batch and deletes what succeeded. On a FIFO queue a
 * batch may hold several groups, each in its order; that only one batch of a group is on its way, and that a message that
 * failed holds its group back, is the queue's doing ("Configuring scaling behavior for SQS event source mappings").
 */
export class EventSourceMapping {
  readonly spec: EventSourceMappingSpec
  readonly #queue: Queue
  readonly #function: LambdaFunction
  readonly #simulation: Simulation
  readonly #random: Random
  #gathered: ReceivedMessage[] = []
  #windowEnds: Timer | undefined
  #isPollDue = false
  #isStopped = false
  #activeBatches = 0
  #busySince = 0

  constructor(
    spec: EventSourceMappingSpec,
    parts: { queue: Queue; function: LambdaFunction; simulation: Simulation },
  ) {
    checkMapping(spec, parts.queue, parts.function)
    this.spec = spec
    this.#queue = parts.queue
    this.#function = parts.function
    this.#simulation = parts.simulation
    this.#random = parts.simulation.randomFor(`event source mapping ${spec.queueArn}`)
    this.#queue.onAvailable(() => this.#pollSoon())
    this.#pollSoon()
  }

  /** Ends it. Batches that run go on; what was gathered for the next one comes back by itself. */
  stop(): void {
    this.#isStopped = true
    this.#windowEnds?.cancel()
  }

  #pollSoon(): void {
    if (this.#isPollDue || this.#isStopped) return
    this.#isPollDue = true
    this.#simulation.after(this.#random.integer(POLL_LATENCY_MS.least, POLL_LATENCY_MS.most), () => {
      this.#isPollDue = false
      if (!this.#isStopped) this.#poll()
    })
  }

  #poll(): void {
    while (this.#activeBatches < this.#allowedBatches()) {
      this.#gather()
      if (this.#gathered.length === 0) return
      if (this.#gathered.length < this.spec.batchSize && this.spec.maximumBatchingWindowSeconds > 0) {
        this.#windowEnds ??= this.#simulation.after(this.spec.maximumBatchingWindowSeconds * 1000, () =>
          this.#dispatch(),
        )
        return
      }
      this.#dispatch()
    }
  }

  /** SQS hands out ten messages at most for each receive. */
  #gather(): void {
    while (this.#gathered.length < this.spec.batchSize) {
      const missing = this.spec.batchSize - this.#gathered.length
      const received = this.#queue.receive(Math.min(missing, MAX_BATCH_ENTRIES))
      if (received.length === 0) return
      this.#gathered.push(...received)
    }
  }

  #dispatch(): void {
    const batch = this.#gathered
    this.#gathered = []
    this.#windowEnds?.cancel()
    this.#windowEnds = undefined
    if (this.#activeBatches === 0) this.#busySince = this.#simulation.now()
    this.#activeBatches += 1
    this.#function.invoke(JSON.stringify(sqsEvent(batch, this.#queue.arn)), (result) =>
      this.#finish(batch, result),
    )
  }

  /** What failed stays hidden until its visibility timeout ends: Lambda does not shorten it. */
  #finish(batch: readonly ReceivedMessage[], result: InvocationResult): void {
    const messageIds = batch.map(({ messageId }) => messageId)
    const { reportsBatchItemFailures } = this.spec
    const failed = failedMessageIds(result, { messageIds, reportsBatchItemFailures })
    for (const { messageId, receiptHandle } of batch)
      if (!failed.has(messageId)) this.#queue.delete(receiptHandle)
    this.#activeBatches -= 1
    this.#pollSoon()
  }

  #allowedBatches(): number {
    const busyMinutes =
      this.#activeBatches === 0 ? 0 : Math.floor((this.#simulation.now() - this.#busySince) / 60_000)
    const scaledUpTo = INITIAL_CONCURRENT_BATCHES + CONCURRENT_BATCHES_ADDED_PER_MINUTE * busyMinutes
    return Math.min(
      this.spec.maximumConcurrency ?? MAX_CONCURRENT_BATCHES,
      scaledUpTo,
      MAX_CONCURRENT_BATCHES,
    )
  }
}

/** What CreateEventSourceMapping refuses. */
const checkMapping = (
  spec: EventSourceMappingSpec,
  queue: Queue,
  { spec: { timeoutSeconds } }: LambdaFunction,
): void => {
  const { batchSize, maximumBatchingWindowSeconds, maximumConcurrency = MIN_MAXIMUM_CONCURRENCY } = spec
  const { visibilityTimeoutSeconds } = queue.spec
  const problems = [
    timeoutSeconds > visibilityTimeoutSeconds &&
      `the function's time limit of ${timeoutSeconds} s is above the queue's visibility timeout of ${visibilityTimeoutSeconds} s`,
    queue.spec.fifo &&
      (batchSize > MAX_BATCH_ENTRIES || maximumBatchingWindowSeconds > 0) &&
      'a FIFO queue takes batches of 10 at most and no batching window',
    !isWithin(batchSize, 1, 10_000) && `the batch size ${batchSize} is not between 1 and 10000`,
    !isWithin(maximumBatchingWindowSeconds, 0, 300) && 'the batching window is not between 0 and 300 s',
    batchSize > MAX_BATCH_ENTRIES &&
      maximumBatchingWindowSeconds < 1 &&
      'a batch size above 10 needs a window of 1 s or more',
    !isWithin(maximumConcurrency, MIN_MAXIMUM_CONCURRENCY, 1_000) &&
      'MaximumConcurrency is not between 2 and 1000',
  ].filter((problem) => typeof problem === 'string')
  if (problems.length > 0)
    throw new Error(`event source mapping of ${queue.spec.name}: ${problems.join('; ')}`)
}

const MIN_MAXIMUM_CONCURRENCY = 2

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
