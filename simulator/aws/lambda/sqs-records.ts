import type { SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda'
import type { InvocationRecord } from './invocation.ts'
import type { MessageAttributes, ReceivedMessage } from '../sqs/message.ts'
import { md5 } from '../sqs/message-digest.ts'
import { systemAttributes } from '../sqs/queue-attributes.ts'

/** The event with which Lambda hands a batch to a function ("Using Lambda with Amazon SQS"). All attributes are strings. */
export const sqsEvent = (messages: readonly ReceivedMessage[], queueArn: string): SQSEvent => ({
  Records: messages.map((message) => sqsRecord(message, queueArn)),
})

const sqsRecord = (message: ReceivedMessage, queueArn: string): SQSRecord => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: systemAttributes(message) as unknown as SQSRecord['attributes'],
  messageAttributes: recordAttributes(message.attributes),
  md5OfBody: md5(message.body),
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: queueArn.split(':')[3] ?? '',
})

const recordAttributes = (attributes: MessageAttributes): SQSMessageAttributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType ?? 'String',
      },
    ]),
  )

/** The messages that an invocation was given; none if no queue was its source. */
export const recordsOf = ({ payload }: Pick<InvocationRecord, 'payload'>): readonly SQSRecord[] =>
  payload.startsWith('{"Records":[{"messageId"') ? (JSON.parse(payload) as SQSEvent).Records : []
