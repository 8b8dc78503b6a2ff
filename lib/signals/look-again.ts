import * as z from 'zod/mini'

import { autoScalingGroupName, instanceId } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import { HOP_LIMIT, type LookAgainSignal, type Signal } from './signal.ts'

/*
 * Our own one-shot message. `version` changes when a field changes its meaning, so that functions of two releases that
 * share a queue during a deployment refuse each other's messages instead of misreading them; resync makes up for them.
 *
 *     {
 *       "ebbtide": "look-again",
 *       "version": 1,
 *       "instanceId": "i-0123456789abcdef0",
 *       "autoScalingGroupName": "ecs-web-a",
 *       "hop": 1,
 *       "occurredAt": 1795166143904,
 *       "notice": { "kind": "spot", "at": 1795166138000 }
 *     }
 *
 * `notice` is absent unless the earlier look was told that the machine goes within two minutes.
 */
const VERSION = 1

/** The last millisecond that a Date can name. */
const LAST_MILLISECOND = 8.64e15

const hop = z
  .int('is not a whole number')
  .check(
    z.minimum(1, `is not between 1 and ${HOP_LIMIT}`),
    z.maximum(HOP_LIMIT, `is not between 1 and ${HOP_LIMIT}`),
  )

const occurredAt = z
  .int('is not a whole number of milliseconds')
  .check(z.minimum(0, 'is before 1970'), z.maximum(LAST_MILLISECOND, 'is too far ahead'))

const NO_NOTICE = 'does not name spot or capacity and a time'

const notice = z.object(
  {
    kind: z.enum(['spot', 'capacity'], NO_NOTICE),
    at: z.int(NO_NOTICE).check(z.minimum(0, NO_NOTICE), z.maximum(LAST_MILLISECOND, NO_NOTICE)),
  },
  NO_NOTICE,
)

const lookAgain = z.pipe(
  z.object({
    ebbtide: z.literal('look-again', 'is not "look-again"'),
    version: z.literal(VERSION, `is not ${VERSION}`),
    instanceId,
    autoScalingGroupName,
    hop,
    occurredAt,
    notice: z.optional(notice),
  }),
  z.transform((fields): LookAgainSignal => ({
    kind: 'look-again',
    instanceId: fields.instanceId,
    autoScalingGroupName: fields.autoScalingGroupName,
    hop: fields.hop,
    occurredAt: fields.occurredAt,
    ...(fields.notice && { notice: fields.notice }),
  })),
)

export const isLookAgain = (fields: Fields): boolean => Object.hasOwn(fields, 'ebbtide')

export const readLookAgain = (fields: Fields): Signal =>
  signalFromFields('a look-again message', lookAgain, fields)

/**
 * Writes the body of a look-again message that `readSignal` reads back as the same signal.
 *
 * @throws {Error} when the signal could not be read back, a hop past HOP_LIMIT above all: sending it would start a
 *   chain that nothing ends, so the caller has a defect.
 */
export const writeLookAgain = (signal: Omit<LookAgainSignal, 'kind'>): string => {
  const { instanceId, autoScalingGroupName, hop, occurredAt, notice } = signal
  const fields = {
    ebbtide: 'look-again',
    version: VERSION,
    instanceId,
    autoScalingGroupName,
    hop,
    occurredAt,
    ...(notice && { notice: { kind: notice.kind, at: notice.at } }),
  }
  const readBack = readLookAgain(fields)
  if (readBack.kind === 'unreadable') throw new Error(`writing ${readBack.reason}`)
  return JSON.stringify(fields)
}
