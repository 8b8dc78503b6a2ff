import { beforeEach, describe, expect, it } from '@jest/globals'
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import { Sqs } from '../../../../simulator/aws/sqs/sqs.ts'
import { operator } from '../../../../simulator/sdk/caller.ts'
import { SdkTransport } from '../../../../simulator/sdk/sdk-transport.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }
const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/signals'

describe('SQS, called through the SDK', () => {
  let simulation: Simulation
  let client: SQSClient

  beforeEach(() => {
    simulation = new Simulation({ seed: 1, startsAt: Date.UTC(2026, 0, 1) })
    const sqs = new Sqs({ simulation, account })
    sqs.createQueue({ name: 'signals', visibilityTimeoutSeconds: 30, retentionSeconds: 600, delaySeconds: 0 })
    client = new SQSClient({})
    new SdkTransport({ simulation, account, models: [sqs.model] }).attach(client, operator(simulation))
  })

  /** Lets virtual time pass until the calls have been answered. */
  const answered = async <T>(calls: Promise<T>): Promise<T> => {
    const settled = calls.then(
      (output) => () => output,
      (error: unknown) => () => {
        throw error
      },
    )
    await simulation.runUntil(simulation.now() + 100)
    return (await settled)()
  }

  it('gives digests with what was sent and received', async () => {
    const sent = await answered(
      client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: 'hello',
          MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } },
        }),
      ),
    )
    expect(sent).toMatchObject({
      MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592',
      MD5OfMessageAttributes: '55ed4b7836c74ac3476eb038898fee8b',
    })
    const { Messages } = await answered(
      client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      ),
    )
    expect(Messages).toMatchObject([
      {
        MessageId: sent.MessageId,
        Body: 'hello',
        MD5OfBody: sent.MD5OfMessageBody,
        MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
        Attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^17672256000\d\d$/) as unknown,
        },
        MessageAttributes: { kind: { StringValue: 'greeting' } },
      },
    ])
  })

  it('leaves the list of messages out when there are none, and attributes nobody asked for', async () => {
    expect(await answered(client.send(new ReceiveMessageCommand({ QueueUrl })))).not.toHaveProperty(
      'Messages',
    )
    await answered(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' })))
    const { Messages } = await answered(client.send(new ReceiveMessageCommand({ QueueUrl })))
    expect(Object.keys(Messages?.[0] ?? {}).sort()).toEqual([
      'Body',
      'MD5OfBody',
      'MessageId',
      'ReceiptHandle',
    ])
  })

  it('changes visibility, deletes, and counts', async () => {
    await answered(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello', DelaySeconds: 900 })))
    await answered(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' })))
    await answered(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'bye' })))
    const { Messages = [] } = await answered(
      client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })),
    )
    const [first, second] = Messages.map(({ ReceiptHandle }) => ReceiptHandle)
    await answered(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first })))
    await answered(
      client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: second, VisibilityTimeout: 0 }),
      ),
    )
    const { Attributes } = await answered(
      client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
    )
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '1',
      QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:signals',
      VisibilityTimeout: '30',
    })
  })

  it('answers each entry of a batch for itself', async () => {
    const sent = await answered(
      client.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: [
            { Id: 'good', MessageBody: 'a' },
            { Id: 'bad', MessageBody: 'b', DelaySeconds: 901 },
          ],
        }),
      ),
    )
    expect(sent.Successful).toMatchObject([
      { Id: 'good', MD5OfMessageBody: '0cc175b9c0f1b6a831c399e269772661' },
    ])
    expect(sent.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidParameterValue', SenderFault: true }])
    const { Messages = [] } = await answered(client.send(new ReceiveMessageCommand({ QueueUrl })))
    const ReceiptHandle = Messages[0]?.ReceiptHandle
    const changed = await answered(
      client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl,
          Entries: [
            { Id: 'good', ReceiptHandle, VisibilityTimeout: 60 },
            { Id: 'bad', ReceiptHandle: 'made up', VisibilityTimeout: 60 },
          ],
        }),
      ),
    )
    expect(changed).toMatchObject({
      Successful: [{ Id: 'good' }],
      Failed: [{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }],
    })
    const deleted = await answered(
      client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'good', ReceiptHandle }] })),
    )
    expect(deleted).toMatchObject({ Successful: [{ Id: 'good' }], Failed: [] })
  })

  it('refuses a batch that is empty or too long as a whole', async () => {
    const eleven = Array.from({ length: 11 }, (_, index) => ({ Id: String(index), MessageBody: 'a' }))
    await expect(
      answered(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] }))),
    ).rejects.toBeInstanceOf(EmptyBatchRequest)
    await expect(
      answered(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: eleven }))),
    ).rejects.toBeInstanceOf(TooManyEntriesInBatchRequest)
  })

  it('throws the exceptions of the SDK, with the code of the query protocol', async () => {
    const missing = answered(
      client.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-2`, MessageBody: 'a' })),
    )
    await expect(missing).rejects.toBeInstanceOf(QueueDoesNotExist)
    await expect(missing).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      $metadata: { httpStatusCode: 400 },
    })
    const foreign = answered(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'made up' })))
    await expect(foreign).rejects.toBeInstanceOf(ReceiptHandleIsInvalid)
  })

  it('knows a queue by its name', async () => {
    expect(await answered(client.send(new GetQueueUrlCommand({ QueueName: 'signals' })))).toMatchObject({
      QueueUrl,
    })
    await expect(answered(client.send(new GetQueueUrlCommand({ QueueName: 'none' })))).rejects.toBeInstanceOf(
      QueueDoesNotExist,
    )
  })

  it('refuses by name what it does not model', async () => {
    await expect(answered(client.send(new ListQueueTagsCommand({ QueueUrl })))).rejects.toThrow(
      'the simulated SQS does not model ListQueueTags',
    )
    await expect(
      answered(client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))),
    ).rejects.toThrow('does not model long polling')
  })
})
