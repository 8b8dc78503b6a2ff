import * as z from 'zod/mini'

import { instanceId, millisecondsOfIsoTime, text } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { CapacityReservationInterruptionSignal, Signal } from './signal.ts'

/*
 * The detail of "EC2 Capacity Reservation Instance Interruption Warning", one event for each instance. It comes two
 * minutes ahead in an interruptible Capacity Reservation ("Monitor interruptible Capacity Reservations with EventBridge
 * and CloudTrail", https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-interruptible-cr.html) and before the end
 * of a Capacity Block ("Monitor Capacity Blocks using EventBridge",
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-monitor.html). The pages call the zone by different
 * names, so it is not read.
 *
 *     {
 *       "instance-id": "i-0123456789abcdef0",
 *       "instance-action": "terminate",
 *       "instance-termination-time": "2026-11-20T09:17:43Z",
 *       "instance-lifecycle": "capacity-block",
 *       …
 *     }
 */
const instanceWarning = z.pipe(
  z.object({
    'instance-id': instanceId,
    // A time that cannot be read must not cost the warning: what matters is that the machine goes.
    'instance-termination-time': z.catch(z.optional(millisecondsOfIsoTime), undefined),
    time: millisecondsOfIsoTime,
  }),
  z.transform((fields): CapacityReservationInterruptionSignal => ({
    kind: 'capacity-reservation-interruption',
    instanceIds: [fields['instance-id']],
    ...startingAt(fields['instance-termination-time']),
    occurredAt: fields.time,
  })),
)

const startingAt = (startsAt: number | undefined) => (startsAt === undefined ? {} : { startsAt })

/*
 * The detail of "Capacity Block Expiration Warning", forty minutes before a Capacity Block ends (the second page). It names
 * no instance, and how its end date is written is not documented.
 *
 *     { "capacity-reservation-id": "cr-0123456789abcdef0", "end-date": "…" }
 */
const capacityBlockExpiration = z.pipe(
  z.object({
    'capacity-reservation-id': text(/^cr-[0-9a-f]{8,17}$/, 'is not the id of a Capacity Reservation'),
    time: millisecondsOfIsoTime,
  }),
  z.transform((fields): CapacityReservationInterruptionSignal => ({
    kind: 'capacity-reservation-interruption',
    instanceIds: [],
    capacityReservationId: fields['capacity-reservation-id'],
    occurredAt: fields.time,
  })),
)

export const readCapacityReservationInterruption = (fields: Fields): Signal =>
  signalFromFields('a Capacity Reservation interruption warning', instanceWarning, fields)

export const readCapacityBlockExpiration = (fields: Fields): Signal =>
  signalFromFields('a Capacity Block expiration warning', capacityBlockExpiration, fields)
