import * as z from 'zod/mini'

import { instanceId, millisecondsOfIsoTime } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { InstanceStateChangeSignal, Signal } from './signal.ts'

/*
 * The detail of "EC2 Instance State-change Notification" ("EC2 instance state change events"):
 *
 *     { "instance-id": "i-0123456789abcdef0", "state": "shutting-down" }
 */
const leavingState = z.enum(['stopping', 'stopped', 'shutting-down', 'terminated'])

const instanceStateChange = z.pipe(
  z.object({ 'instance-id': instanceId, state: leavingState, time: millisecondsOfIsoTime }),
  z.transform((fields): InstanceStateChangeSignal => ({
    kind: 'instance-state-change',
    instanceId: fields['instance-id'],
    state: fields.state,
    occurredAt: fields.time,
  })),
)

/** A machine that comes is told of by its launch hook, and a state that AWS may add later, or none, tells nothing. */
export const readInstanceStateChange = (fields: Fields): Signal =>
  leavingState.safeParse(fields.state).success
    ? signalFromFields('an EC2 instance state change', instanceStateChange, fields)
    : { kind: 'ignored', reason: 'other-instance-state' }
