import { FIFO_SUFFIX } from '../sqs/fifo.ts'
import type { EventPattern } from './event-pattern.ts'

/** A rule of the default event bus. It has a pattern, a schedule, or both. */
export interface RuleSpec {
  readonly name: string
  readonly state: 'ENABLED' | 'DISABLED'
  readonly eventPattern?: EventPattern
  readonly scheduleExpression?: string
  readonly targets: readonly RuleTarget[]
}

export interface RuleTarget {
  /** Unique within the rule. Absent: nobody asks for it by name. */
  readonly id?: string
  readonly arn: string
  /** A constant JSON text in place of the event. */
  readonly input?: string
  /** The part of the event that is handed on, such as `$.detail`. */
  readonly inputPath?: string
  /** `SqsParameters.MessageGroupId`, which a FIFO queue needs. */
  readonly messageGroupId?: string
  /** Refused: input transformers are not modelled. */
  readonly inputTransformer?: unknown
}

/** What a target receives for an event: the event itself unless its rule says otherwise. */
export const bodyFor = (target: RuleTarget, event: object): string => {
  if (target.input !== undefined) return target.input
  return JSON.stringify(target.inputPath === undefined ? event : at(event, target.inputPath))
}

/** @throws {Error} when the target uses something that is not modelled. */
export const checkTarget = (target: RuleTarget): void => {
  if (target.inputTransformer !== undefined)
    throw new Error(`${target.arn}: InputTransformer is not modelled`)
  const isFifo = target.arn.endsWith(FIFO_SUFFIX)
  if (isFifo !== (target.messageGroupId !== undefined))
    throw new Error(`${target.arn}: a FIFO queue needs a MessageGroupId, and only there it is modelled`)
  if (target.inputPath !== undefined && !/^\$(\.[\w-]+)*$/.test(target.inputPath)) {
    throw new Error(`${target.arn}: the input path ${target.inputPath} is not modelled`)
  }
}

/** A part that the event does not have arrives as JSON's null. */
const at = (event: object, inputPath: string): unknown =>
  inputPath
    .split('.')
    .slice(1)
    .reduce<unknown>((part, field) => (part as Record<string, unknown> | null)?.[field] ?? null, event)
