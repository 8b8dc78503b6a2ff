import { readAutoScalingNotification } from './auto-scaling-notification.ts'
import { isEventBridgeEvent, readEventBridgeEvent } from './eventbridge-event.ts'
import { isLookAgain, readLookAgain } from './look-again.ts'
import { readMessage, type Fields, type Message } from './message.ts'
import type { Signal } from './signal.ts'
import { isSnsEnvelope, openSnsEnvelope } from './sns-envelope.ts'

/** SQS carries at most 1 MiB, and no character takes less than a byte: a longer body never came from a queue. */
export const MAX_BODY_CHARACTERS = 1_048_576

/**
 * Reads the body of any queue message as one signal. Never throws, and takes time in proportion to the body.
 *
 * Understood are lifecycle actions, test notifications and group notifications of Auto Scaling, directly, by way of
 * SNS, SNS with raw delivery or EventBridge; ECS state changes; and our own look-again messages. What cannot be
 * understood becomes an `unreadable` signal with a reason that never repeats the body.
 */
export const readSignal = (body: string): Signal => {
  if (body.length > MAX_BODY_CHARACTERS)
    return { kind: 'unreadable', reason: 'the body is longer than 1 MiB' }
  const message = openEnvelope(readMessage(body, 'the body'))
  return message.kind === 'unreadable' ? message : readFields(message.fields)
}

const openEnvelope = (message: Message): Message =>
  message.kind === 'message' && isSnsEnvelope(message.fields) ? openSnsEnvelope(message.fields) : message

const readFields = (fields: Fields): Signal => {
  if (isLookAgain(fields)) return readLookAgain(fields)
  if (isEventBridgeEvent(fields)) return readEventBridgeEvent(fields)
  return (
    readAutoScalingNotification(fields) ?? {
      kind: 'unreadable',
      reason: 'an object of no form that is known',
    }
  )
}
