import { readMessage, type Fields, type Message } from './message.ts'

/*
 * What a queue receives from a topic whose subscription does not ask for raw delivery ("Fanout to Amazon SQS queues"
 * and "Amazon SNS raw message delivery" in the SNS developer guide). With raw delivery the body is the Message alone.
 *
 *     {
 *       "Type": "Notification",
 *       "MessageId": "5f0c1a9e-7a4f-5d06-9a53-43f2b8f6d1c7",
 *       "TopicArn": "arn:aws:sns:eu-west-1:111122223333:lifecycle-actions",
 *       "Subject": "Auto Scaling:  Lifecycle action 'TERMINATING' for instance i-0123456789abcdef0 in progress.",
 *       "Message": "{\"LifecycleHookName\":\"ebbtide-web\", …}",
 *       "Timestamp": "2026-11-20T09:15:43.982Z",
 *       …
 *     }
 */

export const isSnsEnvelope = (fields: Fields): boolean =>
  Object.hasOwn(fields, 'Type') && (Object.hasOwn(fields, 'Message') || Object.hasOwn(fields, 'TopicArn'))

/**
 * Takes the message out of its SNS envelope, one level deep.
 *
 * A subscription confirmation is unreadable rather than ignored: until a person confirms it, nothing that is
 * published to the topic arrives, and in the dead-letter queue it is seen and kept with the link that confirms it.
 */
export const openSnsEnvelope = (envelope: Fields): Message => {
  if (envelope.Type !== 'Notification') {
    return {
      kind: 'unreadable',
      reason: 'an SNS message that is not a notification, such as a subscription to confirm',
    }
  }
  if (typeof envelope.Message !== 'string') {
    return { kind: 'unreadable', reason: 'an SNS notification whose Message is not text' }
  }
  return readMessage(envelope.Message, 'the SNS Message')
}
