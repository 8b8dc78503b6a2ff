import { readKeyValueLines } from './key-value-lines.ts'
import type { UnreadableSignal } from './signal.ts'

/** The fields of a message, by the names that its sender gave them. Nothing about their values is known yet. */
export type Fields = Readonly<Record<string, unknown>>

/** A message taken out of its text, or why that is not possible. */
export type Message = { readonly kind: 'message'; readonly fields: Fields } | UnreadableSignal

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Takes a message out of its text: a JSON object, or Auto Scaling's lines of `Key: value`.
 *
 * A JSON string that holds JSON stays unreadable: no AWS service encodes a message twice, and whoever does will
 * find it in the dead-letter queue sooner than in a guess of ours. `whose` names the text in the reason.
 */
export const readMessage = (text: string, whose: 'the body' | 'the SNS Message'): Message => {
  if (text.trim() === '') return { kind: 'unreadable', reason: `${whose} is empty` }
  const json = parseJson(text)
  const fields = json === undefined ? readKeyValueLines(text) : json
  return isFields(fields)
    ? { kind: 'message', fields }
    : { kind: 'unreadable', reason: `${whose} is ${nameOf(fields)}` }
}

/** The error is dropped on purpose: V8 repeats a piece of the text in it, and that piece may be a token. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const nameOf = (value: unknown): string => {
  if (value === undefined) return 'neither JSON nor lines of "Key: value"'
  if (value === null) return 'JSON null'
  if (Array.isArray(value)) return 'a JSON array'
  return typeof value === 'string' ? 'a JSON string, so perhaps encoded twice' : `a JSON ${typeof value}`
}
