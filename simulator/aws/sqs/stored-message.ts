import type { Timer } from '../../engine/timer-queue.ts'
import type { MessageContent } from './message.ts'

/** Where a message is in its life. A deleted one may be handed out once more, see `duplicateOdds`. */
type MessagePlace = 'available' | 'in-flight' | 'delayed' | 'gone'

/** A message as its queue keeps it. Only `Queue` changes one. */
export interface StoredMessage {
  readonly content: MessageContent
  place: MessagePlace
  receiveCount: number
  firstReceivedAt: number | undefined
  /** When the last receive was: the 12 hours of total visibility count from here. */
  lastReceivedAt: number
  receiptHandle: string | undefined
  /** Ends the delay or the visibility timeout. */
  reappears: Timer | undefined
}

export const storeMessage = (content: MessageContent, receiveCount = 0): StoredMessage => ({
  content,
  place: 'delayed',
  receiveCount,
  firstReceivedAt: undefined,
  lastReceivedAt: content.sentAt,
  receiptHandle: undefined,
  reappears: undefined,
})
