import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityCommandInput,
  DeleteMessageBatchCommandInput,
  DeleteMessageCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueUrlCommandInput,
  Message,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
  SendMessageCommandInput,
} from '@aws-sdk/client-sqs'
import { ServiceError, type Operation } from '../operation.ts'
import { answerBatch } from './batch.ts'
import {
  checkWithin,
  MAX_BATCH_ENTRIES,
  MAX_MESSAGE_ATTRIBUTES,
  MAX_VISIBILITY_TIMEOUT_SECONDS,
} from './limits.ts'
import type { NewMessage, ReceivedMessage } from './message.ts'
import { md5, md5OfAttributes } from './message-digest.ts'
import { queueAttributes, systemAttributes } from './queue-attributes.ts'
import type { Queue } from './queue.ts'
import type { Sqs } from './sqs.ts'

type EntryOf<Batch extends { Entries: unknown }> =
  NonNullable<Batch['Entries']> extends readonly (infer Entry)[] ? Entry : never
type SendEntry = EntryOf<SendMessageBatchCommandInput>
type VisibilityEntry = EntryOf<ChangeMessageVisibilityBatchCommandInput>

/** The operations of SQS that the simulator models, in the shapes of the SDK. */
export const sqsOperations = (sqs: Sqs): Readonly<Record<string, Operation>> => {
  const queueOf = (input: { QueueUrl?: string | undefined }): Queue =>
    sqs.queueByUrl(required('QueueUrl', input.QueueUrl))
  return {
    SendMessage: (input: SendMessageCommandInput) => send(sqs, queueOf(input), input),
    SendMessageBatch: (input: SendMessageBatchCommandInput) =>
      answerBatch(input.Entries, (entry) => send(sqs, queueOf(input), entry)),
    ReceiveMessage: (input: ReceiveMessageCommandInput) => receive(queueOf(input), input),
    DeleteMessage: (input: DeleteMessageCommandInput) => remove(queueOf(input), input.ReceiptHandle),
    DeleteMessageBatch: (input: DeleteMessageBatchCommandInput) =>
      answerBatch(input.Entries, (entry) => remove(queueOf(input), entry.ReceiptHandle)),
    ChangeMessageVisibility: (input: ChangeMessageVisibilityCommandInput) =>
      changeVisibility(queueOf(input), input),
    ChangeMessageVisibilityBatch: (input: ChangeMessageVisibilityBatchCommandInput) =>
      answerBatch(input.Entries, (entry) => changeVisibility(queueOf(input), entry)),
    GetQueueAttributes: (input: GetQueueAttributesCommandInput) => ({
      Attributes: queueAttributes(queueOf(input), input.AttributeNames ?? []),
    }),
    GetQueueUrl: ({ QueueName }: GetQueueUrlCommandInput) => {
      const name = required('QueueName', QueueName)
      return { QueueUrl: sqs.urlOf(sqs.queueByArn(sqs.arnOf(name)).spec.name) }
    },
  }
}

const send = (sqs: Sqs, queue: Queue, input: SendMessageCommandInput | SendEntry): object => {
  const content = sqs.send(queue, newMessage(input))
  const attributesDigest = md5OfAttributes(content.attributes)
  return {
    MessageId: content.messageId,
    MD5OfMessageBody: md5(content.body),
    ...(attributesDigest !== undefined && { MD5OfMessageAttributes: attributesDigest }),
    ...(content.fifo && { SequenceNumber: content.fifo.sequenceNumber }),
  }
}

const newMessage = (input: SendMessageCommandInput | SendEntry): NewMessage => {
  refuseIf(input.MessageSystemAttributes, 'message system attributes')
  const attributes = input.MessageAttributes ?? {}
  const attributeCount = Object.keys(attributes).length
  checkWithin('The number of message attributes', attributeCount, { least: 0, most: MAX_MESSAGE_ATTRIBUTES })
  return {
    body: required('MessageBody', input.MessageBody),
    attributes,
    ...(input.DelaySeconds !== undefined && { delaySeconds: input.DelaySeconds }),
    ...(input.MessageGroupId !== undefined && { messageGroupId: input.MessageGroupId }),
    ...(input.MessageDeduplicationId !== undefined && {
      messageDeduplicationId: input.MessageDeduplicationId,
    }),
  }
}

/** Long polling is not modelled: an operation answers at once. */
const receive = (queue: Queue, input: ReceiveMessageCommandInput): object => {
  refuseIf(input.WaitTimeSeconds, 'long polling (WaitTimeSeconds)')
  refuseIf(input.ReceiveRequestAttemptId, 'ReceiveRequestAttemptId')
  const limit = input.MaxNumberOfMessages ?? 1
  checkWithin('MaxNumberOfMessages', limit, { least: 1, most: MAX_BATCH_ENTRIES })
  if (input.VisibilityTimeout !== undefined) checkVisibilityTimeout(input.VisibilityTimeout)
  const messages = queue.receive(limit, input.VisibilityTimeout)
  return messages.length === 0 ? {} : { Messages: messages.map((message) => sdkMessage(message, input)) }
}

const sdkMessage = (message: ReceivedMessage, input: ReceiveMessageCommandInput): Message => {
  const attributes = chosen(
    systemAttributes(message),
    input.MessageSystemAttributeNames ?? input.AttributeNames,
  )
  const messageAttributes = chosen(message.attributes, input.MessageAttributeNames)
  const attributesDigest = md5OfAttributes(messageAttributes)
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(attributesDigest !== undefined && {
      MessageAttributes: messageAttributes,
      MD5OfMessageAttributes: attributesDigest,
    }),
  }
}

const chosen = <T>(
  attributes: Readonly<Record<string, T>>,
  names: readonly string[] = [],
): Record<string, T> =>
  Object.fromEntries(
    Object.entries(attributes).filter(([name]) => names.includes('All') || names.includes(name)),
  )

const remove = (queue: Queue, receiptHandle: string | undefined): object => {
  if (queue.delete(required('ReceiptHandle', receiptHandle)) === 'deleted') return {}
  throw new ServiceError('InvalidParameterValue', 'The receipt handle has expired.')
}

const changeVisibility = (
  queue: Queue,
  input: ChangeMessageVisibilityCommandInput | VisibilityEntry,
): object => {
  const timeoutSeconds = required('VisibilityTimeout', input.VisibilityTimeout)
  checkVisibilityTimeout(timeoutSeconds)
  queue.changeVisibility(required('ReceiptHandle', input.ReceiptHandle), timeoutSeconds)
  return {}
}

const checkVisibilityTimeout = (seconds: number): void =>
  checkWithin('VisibilityTimeout', seconds, { least: 0, most: MAX_VISIBILITY_TIMEOUT_SECONDS })

const required = <T>(parameter: string, value: T | undefined): T => {
  if (value !== undefined) return value
  throw new ServiceError('MissingParameter', `The request must contain the parameter ${parameter}.`)
}

/** Absent, and zero seconds of waiting, ask for nothing that is missing here. */
const refuseIf = (value: unknown, feature: string): void => {
  if (value) throw new Error(`the simulated SQS does not model ${feature}`)
}
