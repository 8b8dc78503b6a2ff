import { readSignal } from '../../lib/signals/read-signal.ts'
import { messagesOf, objectIn } from './log-lines.ts'
import type { Log } from './read-log.ts'

/** What a stored text is taken for: the body of one queue message, or lines of a log. */
export type StoredKind = 'event' | 'log'

/** Lines that Lambda itself writes into a function's log. */
const LAMBDA_LINE = /\b(?:INIT_START|START RequestId|END RequestId|REPORT RequestId)\b/

/**
 * Tells by its content what a text is. A log has decisions in it or looks like what a tool prints of one; everything
 * else is replayed as a message, so that what cannot be read meets what would read it.
 */
export const storedKindOf = (text: string, log: Log): StoredKind => {
  if (log.decisions.length + log.unreadable.length > 0 || messagesOf(text) !== undefined) return 'log'
  if (readSignal(text).kind !== 'unreadable') return 'event'
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isOneDocument = objectIn(text) !== undefined || lines.length === 1
  const looksLogged = lines.some((line) => LAMBDA_LINE.test(line) || objectIn(line) !== undefined)
  return !isOneDocument && looksLogged ? 'log' : 'event'
}
