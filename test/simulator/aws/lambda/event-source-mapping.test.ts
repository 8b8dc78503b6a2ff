import { describe, expect, it } from '@jest/globals'
import type { SQSEvent } from 'aws-lambda'
import type { EventSourceMappingSpec } from '../../../../simulator/aws/lambda/event-source-mapping.ts'
import type { LambdaEnvironment } from '../../../../simulator/aws/lambda/function-spec.ts'
import { COLD_START_MS } from '../../../../simulator/aws/lambda/lambda-function.ts'
import { Lambda } from '../../../../simulator/aws/lambda/lambda.ts'
import { ORDERLY } from '../../../../simulator/aws/sqs/queue.ts'
import { Sqs } from '../../../../simulator/aws/sqs/sqs.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

type Code = (event: SQSEvent, environment: LambdaEnvironment) => Promise<unknown>

const setUp = (code: Code, changes: Partial<EventSourceMappingSpec> = {}) => {
  const simulation = new Simulation({ seed: 1, startsAt: 0 })
  const sqs = new Sqs({ simulation, account })
  const lambda = new Lambda({ simulation, account })
  const retention = { retentionSeconds: 3_600, delaySeconds: 0 }
  const dead = sqs.createQueue({ name: 'dead', visibilityTimeoutSeconds: 30, ...retention })
  const redrive = { deadLetterQueueArn: dead.arn, maxReceiveCount: 2 }
  const queue = sqs.createQueue({ name: 'signals', visibilityTimeoutSeconds: 60, ...retention, redrive })
  const created = lambda.createFunction({
    name: 'drain',
    timeoutSeconds: 10,
    memoryMb: 512,
    variables: {},
    createHandler: (environment) => (event: SQSEvent) => code(event, environment),
  })
  const mapping: EventSourceMappingSpec = {
    queueArn: queue.arn,
    functionArn: created.arn,
    batchSize: 10,
    maximumBatchingWindowSeconds: 0,
    reportsBatchItemFailures: true,
    ...changes,
  }
  lambda.createEventSourceMapping(mapping, sqs)
  const send = (...bodies: readonly string[]) => bodies.map((body) => sqs.send(queue, { body }).messageId)
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1000)
  return { simulation, sqs, lambda, queue, dead, send, pass }
}

const bodiesOf = (event: SQSEvent): string[] => event.Records.map(({ body }) => body)

/** Handles batches, remembers them, and takes `seconds` for each. */
const remembering = (seconds = 0) => {
  const batches: string[][] = []
  let running = 0
  let most = 0
  const code: Code = async (event, { caller }) => {
    batches.push(bodiesOf(event))
    most = Math.max(most, (running += 1))
    await caller.wait(seconds * 1000)
    running -= 1
  }
  return { batches, code, mostAtOnce: () => most }
}

describe('a mapping', () => {
  it('hands over a message as soon as it comes and deletes it after success', async () => {
    const { batches, code } = remembering()
    const { send, pass, queue } = setUp(code)
    await pass(100)
    send('a')
    await pass(1)
    expect(batches).toEqual([['a']])
    expect(queue.contents).toEqual([])
  })

  it("writes records in the shape of Lambda's SQS events", async () => {
    const events: SQSEvent[] = []
    const { sqs, queue, pass } = setUp(async (event) => {
      await Promise.resolve(events.push(event))
    })
    await pass(5)
    const attributes = { kind: { DataType: 'String', StringValue: 'test' } }
    const { messageId } = sqs.send(queue, { body: 'hello', attributes, senderId: 'AROAEXAMPLEID:session' })
    await pass(1)
    expect(events).toEqual([
      {
        Records: [
          {
            messageId,
            receiptHandle: expect.any(String) as unknown,
            body: 'hello',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: '5000',
              SenderId: 'AROAEXAMPLEID:session',
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^50\d\d$/) as unknown,
            },
            messageAttributes: {
              kind: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfBody: '5d41402abc4b2a76b9719d911017c592',
            eventSource: 'aws:sqs',
            eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:signals',
            awsRegion: 'eu-west-1',
          },
        ],
      },
    ])
  })

  it('never makes a batch larger than its size', async () => {
    const { batches, code } = remembering()
    const { send, pass } = setUp(code, { batchSize: 3 })
    send('a', 'b', 'c', 'd', 'e', 'f', 'g')
    await pass(5)
    // Two of the three start cold, each in its own time.
    expect(batches.map(({ length }) => length).sort()).toEqual([1, 3, 3])
  })

  it('gathers messages for its window, unless the batch is full before', async () => {
    const { batches, code } = remembering()
    const { send, pass } = setUp(code, { batchSize: 12, maximumBatchingWindowSeconds: 20 })
    send('a')
    await pass(10)
    send('b')
    await pass(9)
    expect(batches).toEqual([])
    await pass(3)
    expect(batches).toEqual([['a', 'b']])
    send(...Array.from({ length: 12 }, (_, index) => String(index)))
    await pass(1)
    expect(batches[1]).toHaveLength(12)
  })

  it.each([
    [2, 2],
    [3, 3],
    [undefined, 5],
  ])('with a MaximumConcurrency of %s runs %i batches at once', async (maximumConcurrency, most) => {
    const { batches, code, mostAtOnce } = remembering(9)
    const limit = maximumConcurrency === undefined ? {} : { maximumConcurrency }
    const { send, pass } = setUp(code, { batchSize: 1, ...limit })
    send(...Array.from({ length: 12 }, (_, index) => String(index)))
    await pass(59)
    expect(mostAtOnce()).toBe(most)
    expect(batches).toHaveLength(12)
  })

  it('scales up after a minute of work when nothing limits it', async () => {
    const { code, mostAtOnce } = remembering(9)
    const { send, pass } = setUp(code, { batchSize: 1 })
    send(...Array.from({ length: 100 }, (_, index) => String(index)))
    await pass(120)
    expect(mostAtOnce()).toBeGreaterThan(5)
  })
})

describe('a message that fails', () => {
  it('comes again when its visibility timeout ends, alone, and dies after too many receives', async () => {
    const batches: string[][] = []
    const { send, pass, queue, dead } = setUp(async (event) => {
      batches.push(bodiesOf(event))
      const failed = event.Records.filter(({ body }) => body === 'bad')
      return await Promise.resolve({
        batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })),
      })
    })
    send('good', 'bad')
    await pass(59)
    expect(batches).toEqual([['good', 'bad']])
    expect(queue.contents.map(({ body }) => body)).toEqual(['bad'])
    await pass(2)
    expect(batches).toEqual([['good', 'bad'], ['bad']])
    await pass(60)
    expect(batches).toHaveLength(2)
    expect(dead.contents.map(({ body }) => body)).toEqual(['bad'])
  })

  it.each<[string, Code]>([
    ['throws', () => Promise.reject(new Error('broken'))],
    [
      'names a message that is not in the batch',
      () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: 'x' }] }),
    ],
    ['passes its time limit', (_event, { caller }) => caller.wait(11_000)],
  ])('takes its batch with it when the handler %s', async (_, code) => {
    const { send, pass, queue } = setUp(code)
    send('a', 'b')
    await pass(30)
    expect(queue.counts).toEqual({ available: 0, inFlight: 2, delayed: 0 })
  })

  it('takes its batch with it when the process crashes, and the batch is done by the next environment', async () => {
    const { batches, code } = remembering(1)
    const { lambda, send, pass, queue } = setUp(code)
    lambda.crashAt(({ at }) => at < 30_000)
    send('a', 'b')
    await pass(30)
    expect(queue.counts.inFlight).toBe(2)
    await pass(60)
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(queue.contents).toEqual([])
  })

  it('comes again as soon as the handler asked for', async () => {
    const seenAt: number[] = []
    const { send, pass, queue } = setUp(async (event, { now }) => {
      seenAt.push(now())
      const [record] = event.Records
      if (seenAt.length === 1) queue.changeVisibility(record?.receiptHandle ?? '', 5)
      const itemIdentifier = record?.messageId
      return await Promise.resolve({ batchItemFailures: seenAt.length === 1 ? [{ itemIdentifier }] : [] })
    })
    send('a')
    await pass(30)
    expect(seenAt).toHaveLength(2)
    expect((seenAt[1] ?? 0) - (seenAt[0] ?? 0)).toBeLessThan(5_000 + 2 * COLD_START_MS.most)
    expect(queue.contents).toEqual([])
  })

  it('may come although it succeeded, when the queue delivers duplicates, and is deleted again', async () => {
    const { batches, code } = remembering()
    const { sqs, send, pass, queue, dead } = setUp(code)
    sqs.setDisorder({ duplicateOdds: 1, reorderOdds: 0 })
    send('a')
    await pass(60)
    sqs.setDisorder(ORDERLY)
    await pass(60)
    expect(batches).toEqual([['a'], ['a']])
    expect([queue.contents, dead.contents]).toEqual([[], []])
  })
})

describe('a mapping that Lambda would refuse', () => {
  it.each<[Partial<EventSourceMappingSpec>, string]>([
    [{ batchSize: 0 }, 'batch size 0'],
    [{ batchSize: 11 }, 'a batch size above 10 needs a window'],
    [{ maximumBatchingWindowSeconds: 301 }, 'window is not between'],
    [{ maximumConcurrency: 1 }, 'MaximumConcurrency is not between 2 and 1000'],
  ])('%j', (changes, message) => {
    expect(() => setUp(() => Promise.resolve(), changes)).toThrow(message)
  })

  it('reads a queue whose visibility timeout is shorter than the time limit of the function', () => {
    const { sqs, lambda } = setUp(() => Promise.resolve())
    const short = sqs.createQueue({
      name: 'short',
      visibilityTimeoutSeconds: 9,
      retentionSeconds: 60,
      delaySeconds: 0,
    })
    const mapping: EventSourceMappingSpec = {
      queueArn: short.arn,
      functionArn: lambda.arnOf('drain'),
      batchSize: 1,
      maximumBatchingWindowSeconds: 0,
      reportsBatchItemFailures: true,
    }
    expect(() => lambda.createEventSourceMapping(mapping, sqs)).toThrow(
      "above the queue's visibility timeout of 9 s",
    )
  })
})
