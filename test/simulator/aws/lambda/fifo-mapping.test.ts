import { describe, expect, it } from '@jest/globals'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { LambdaEnvironment } from '../../../../simulator/aws/lambda/function-spec.ts'
import { Lambda } from '../../../../simulator/aws/lambda/lambda.ts'
import type { EventSourceMappingSpec } from '../../../../simulator/aws/lambda/event-source-mapping.ts'
import { Sqs } from '../../../../simulator/aws/sqs/sqs.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

type Code = (event: SQSEvent, environment: LambdaEnvironment) => Promise<SQSBatchResponse | undefined>

const setUp = (code: Code, changes: Partial<EventSourceMappingSpec> = {}) => {
  const simulation = new Simulation({ seed: 1, startsAt: 0 })
  const sqs = new Sqs({ simulation, account })
  const lambda = new Lambda({ simulation, account })
  const queue = sqs.createQueue({
    name: 'looks.fifo',
    visibilityTimeoutSeconds: 60,
    retentionSeconds: 3_600,
    delaySeconds: 0,
    fifo: { contentBasedDeduplication: true },
  })
  const created = lambda.createFunction({
    name: 'capacity',
    timeoutSeconds: 30,
    memoryMb: 512,
    variables: {},
    createHandler: (environment) => (event: SQSEvent) => code(event, environment),
  })
  lambda.createEventSourceMapping(
    {
      queueArn: queue.arn,
      functionArn: created.arn,
      batchSize: 1,
      maximumBatchingWindowSeconds: 0,
      reportsBatchItemFailures: true,
      ...changes,
    },
    sqs,
  )
  const send = (messageGroupId: string, ...bodies: readonly string[]) =>
    bodies.forEach((body) => sqs.send(queue, { body, messageGroupId }))
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1000)
  return { simulation, queue, send, pass }
}

/** Remembers what began and what ended, and takes ten seconds for each batch. */
const remembering = (answer: (event: SQSEvent) => SQSBatchResponse | undefined = () => undefined) => {
  const log: string[] = []
  const code: Code = async (event, { caller }) => {
    const bodies = event.Records.map(({ body }) => body).join('+')
    log.push(`${bodies} begins`)
    await caller.wait(10_000)
    log.push(`${bodies} ends`)
    return answer(event)
  }
  return { log, code }
}

describe('a mapping on a FIFO queue', () => {
  it('runs one batch of a group at a time, in the order of sending', async () => {
    const { log, code } = remembering()
    const { send, pass, queue } = setUp(code)
    send('capacity', 'a', 'b')
    await pass(25)
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    expect(queue.contents).toEqual([])
  })

  it('runs other groups beside it', async () => {
    const { log, code } = remembering()
    const { send, pass } = setUp(code)
    send('one', 'a', 'b')
    send('two', 'c')
    await pass(5)
    expect(log).toEqual(['a begins', 'c begins'])
  })

  it('lets a failed message hold its group back until it succeeds', async () => {
    let failures = 1
    const { log, code } = remembering((event) => {
      const batchItemFailures = event.Records.map(({ messageId }) => ({ itemIdentifier: messageId }))
      return (failures -= 1) < 0 ? undefined : { batchItemFailures }
    })
    const { send, pass } = setUp(code)
    send('capacity', 'a', 'b')
    await pass(59)
    expect(log).toEqual(['a begins', 'a ends'])
    await pass(30)
    expect(log).toEqual(['a begins', 'a ends', 'a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('tells the function which group a record belongs to', async () => {
    const events: SQSEvent[] = []
    const { send, pass } = setUp(async (event) => {
      await Promise.resolve(events.push(event))
      return undefined
    })
    send('capacity', 'a')
    await pass(5)
    expect(events[0]?.Records[0]?.attributes).toMatchObject({ MessageGroupId: 'capacity' })
  })

  it('takes at most ten messages in a batch and no batching window', () => {
    const { code } = remembering()
    for (const changes of [{ batchSize: 11 }, { maximumBatchingWindowSeconds: 1 }])
      expect(() => setUp(code, changes)).toThrow('a FIFO queue takes batches of 10')
  })
})
