import { describe, expect, it } from '@jest/globals'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { DEDUPLICATION_INTERVAL_MS } from '../../../../simulator/aws/sqs/fifo.ts'
import type { NewMessage, QueueSpec } from '../../../../simulator/aws/sqs/message.ts'
import { Sqs } from '../../../../simulator/aws/sqs/sqs.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import { operator } from '../../../../simulator/sdk/caller.ts'
import { SdkTransport } from '../../../../simulator/sdk/sdk-transport.ts'
import { answered } from '../answered.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }
const looks: QueueSpec = {
  name: 'looks.fifo',
  visibilityTimeoutSeconds: 30,
  retentionSeconds: 3_600,
  delaySeconds: 0,
  fifo: { contentBasedDeduplication: true },
}

const setUp = (changes: Partial<QueueSpec> = {}) => {
  const simulation = new Simulation({ seed: 1 })
  const sqs = new Sqs({ simulation, account })
  const queue = sqs.createQueue({ ...looks, ...changes })
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1000)
  const send = (body: string, messageGroupId = 'one', more: Partial<NewMessage> = {}) =>
    sqs.send(queue, { body, messageGroupId, ...more })
  const receive = (limit = 10) => queue.receive(limit)
  const bodies = (limit = 10) => receive(limit).map(({ body }) => body)
  return { simulation, sqs, queue, pass, send, receive, bodies }
}

const codeOf = (act: () => unknown): unknown => {
  try {
    act()
    return 'no error'
  } catch (error) {
    return (error as { code?: string }).code ?? error
  }
}

describe('a FIFO queue', () => {
  it('hands out the messages of a group in the order of sending, several at once', () => {
    const { send, bodies } = setUp()
    for (const body of ['a', 'b', 'c']) send(body)
    expect(bodies(2)).toEqual(['a', 'b'])
  })

  it('hands out nothing more of a group while one of its messages is in flight', () => {
    const { send, receive, bodies, queue } = setUp()
    for (const body of ['a', 'b']) send(body)
    send('other', 'two')
    const [first] = receive(1)
    expect(bodies()).toEqual(['other'])
    queue.delete(first?.receiptHandle ?? '')
    expect(bodies()).toEqual(['b'])
  })

  it('offers a message that was not deleted before the later ones of its group', async () => {
    const { send, bodies, pass } = setUp()
    send('a')
    expect(bodies()).toEqual(['a'])
    send('b')
    await pass(30)
    expect(bodies()).toEqual(['a', 'b'])
  })

  it('takes a message with the same body for the same message during five minutes, deleted or not', async () => {
    const { send, receive, bodies, queue, pass } = setUp()
    const first = send('look')
    queue.delete(receive(1)[0]?.receiptHandle ?? '')
    await pass(DEDUPLICATION_INTERVAL_MS / 1000 - 1)
    expect(send('look').messageId).toBe(first.messageId)
    expect(bodies()).toEqual([])
    await pass(1)
    send('look')
    expect(bodies()).toEqual(['look'])
  })

  it('tells messages of one body apart by their deduplication ids', () => {
    const { send, bodies } = setUp()
    send('look', 'one', { messageDeduplicationId: '1' })
    send('look', 'one', { messageDeduplicationId: '2' })
    send('different', 'one', { messageDeduplicationId: '2' })
    expect(bodies()).toEqual(['look', 'look'])
  })

  it('refuses what does not belong to it', () => {
    const { send, sqs, queue } = setUp()
    expect(codeOf(() => sqs.send(queue, { body: 'a' }))).toBe('MissingParameter')
    expect(codeOf(() => send('a', 'one', { delaySeconds: 5 }))).toBe('InvalidParameterValue')
    expect(codeOf(() => sqs.createQueue({ ...looks, name: 'looks' }))).toBe('InvalidParameterValue')
    const { fifo: _fifo, ...standard } = looks
    expect(codeOf(() => sqs.createQueue({ ...standard, name: 'plain.fifo' }))).toBe('InvalidParameterValue')
    const plain = sqs.createQueue({ ...standard, name: 'plain' })
    expect(codeOf(() => sqs.send(plain, { body: 'a', messageDeduplicationId: '1' }))).toBe(
      'InvalidParameterValue',
    )
    const redrive = { deadLetterQueueArn: plain.arn, maxReceiveCount: 1 }
    expect(codeOf(() => sqs.createQueue({ ...looks, name: 'more.fifo', redrive }))).toBe(
      'InvalidParameterValue',
    )
  })

  it('needs a deduplication id where it makes none of the content', () => {
    const { send } = setUp({ fifo: { contentBasedDeduplication: false } })
    expect(codeOf(() => send('a'))).toBe('InvalidParameterValue')
    expect(codeOf(() => send('a', 'one', { messageDeduplicationId: '1' }))).toBe('no error')
  })

  it('lets a group go on when the message that held it back became a dead letter or expired', async () => {
    const { sqs, pass } = setUp()
    const dead = sqs.createQueue({ ...looks, name: 'dead.fifo' })
    const redrive = { deadLetterQueueArn: dead.arn, maxReceiveCount: 1 }
    const queue = sqs.createQueue({ ...looks, name: 'short.fifo', retentionSeconds: 100, redrive })
    for (const body of ['a', 'b', 'c']) sqs.send(queue, { body, messageGroupId: 'one' })
    expect(queue.receive(1).map(({ body }) => body)).toEqual(['a'])
    await pass(30)
    expect(queue.receive(1).map(({ body }) => body)).toEqual(['b'])
    expect(dead.contents.map(({ body }) => body)).toEqual(['a'])
    await pass(70)
    sqs.send(queue, { body: 'd', messageGroupId: 'one' })
    expect(queue.receive(10).map(({ body }) => body)).toEqual(['d'])
  })

  it('neither doubles nor reorders, whatever standard queues do', async () => {
    const { sqs, send, receive, queue, pass, bodies } = setUp()
    sqs.setDisorder({ duplicateOdds: 1, reorderOdds: 1 })
    for (const body of ['a', 'b', 'c', 'd', 'e']) send(body)
    const received = receive()
    expect(received.map(({ body }) => body)).toEqual(['a', 'b', 'c', 'd', 'e'])
    for (const { receiptHandle } of received) queue.delete(receiptHandle)
    await pass(60)
    expect(bodies()).toEqual([])
  })
})

describe('a FIFO queue, called through the SDK', () => {
  const attach = ({ simulation, sqs }: ReturnType<typeof setUp>) => {
    const client = new SQSClient({})
    new SdkTransport({ simulation, account, models: [sqs.model] }).attach(client, operator(simulation))
    return client
  }
  const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/looks.fifo'

  it('numbers messages and names their groups', async () => {
    const parts = setUp()
    const client = attach(parts)
    const send = (MessageBody: string) =>
      answered(
        parts.simulation,
        client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'one' })),
      )
    const [first, second] = [await send('a'), await send('b')]
    expect(String(first.SequenceNumber) < String(second.SequenceNumber)).toBe(true)
    const { Messages } = await answered(
      parts.simulation,
      client.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] })),
    )
    expect(Messages?.[0]?.Attributes).toMatchObject({
      MessageGroupId: 'one',
      MessageDeduplicationId: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
      SequenceNumber: first.SequenceNumber,
    })
    const { Attributes } = await answered(
      parts.simulation,
      client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
    )
    expect(Attributes).toMatchObject({ FifoQueue: 'true', ContentBasedDeduplication: 'true' })
  })

  it('is created by its attribute and a name that says so', async () => {
    const parts = setUp()
    const client = attach(parts)
    const create = (QueueName: string, Attributes: Readonly<Record<string, string>>) =>
      answered(parts.simulation, client.send(new CreateQueueCommand({ QueueName, Attributes })))
    const created = await create('wakes.fifo', { FifoQueue: 'true' })
    const { Attributes } = await answered(
      parts.simulation,
      client.send(new GetQueueAttributesCommand({ QueueUrl: created.QueueUrl, AttributeNames: ['All'] })),
    )
    expect(Attributes).toMatchObject({ FifoQueue: 'true', ContentBasedDeduplication: 'false' })
    const refusal = { name: 'InvalidParameterValue' }
    await expect(create('wakes.fifo', {})).rejects.toMatchObject(refusal)
    await expect(create('wakes', { FifoQueue: 'true' })).rejects.toMatchObject(refusal)
  })

  it('refuses to delete a message whose visibility timeout has ended', async () => {
    const parts = setUp()
    const client = attach(parts)
    parts.send('a')
    const [late] = parts.receive()
    await parts.pass(30)
    const ReceiptHandle = late?.receiptHandle
    await expect(
      answered(parts.simulation, client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    expect(parts.bodies()).toEqual(['a'])
  })
})
