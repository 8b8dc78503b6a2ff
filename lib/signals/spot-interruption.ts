import * as z from 'zod/mini'

import { instanceId, millisecondsOfIsoTime } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { Signal, SpotInterruptionSignal } from './signal.ts'

/*
 * The detail of "EC2 Spot Instance Interruption Warning" ("Spot Instance interruption notices" in the EC2 user guide).
 * The ARN beside it in `resources` is not read: some of them have a zone where a region belongs, and no account.
 *
 *     { "instance-id": "i-0123456789abcdef0", "instance-action": "terminate" }
 */
const spotInterruption = z.pipe(
  z.object({
    'instance-id': instanceId,
    'instance-action': z.catch(z.optional(z.enum(['terminate', 'stop', 'hibernate'])), undefined),
    time: millisecondsOfIsoTime,
  }),
  z.transform((fields): SpotInterruptionSignal => ({
    kind: 'spot-interruption',
    instanceId: fields['instance-id'],
    ...(fields['instance-action'] === undefined ? {} : { action: fields['instance-action'] }),
    occurredAt: fields.time,
  })),
)

export const readSpotInterruption = (fields: Fields): Signal =>
  signalFromFields('a Spot interruption warning', spotInterruption, fields)
