import * as z from 'zod/mini'

import { readAutoScalingNotification } from './auto-scaling-notification.ts'
import {
  readCapacityBlockExpiration,
  readCapacityReservationInterruption,
} from './capacity-reservation-interruption.ts'
import { readContainerInstanceStateChange } from './container-instance-state-change.ts'
import { isoTime } from './field-schemas.ts'
import { readInstanceStateChange } from './instance-state-change.ts'
import { readLifecycleAction } from './lifecycle-action.ts'
import { isFields, type Fields } from './message.ts'
import { readRebalanceRecommendation } from './rebalance-recommendation.ts'
import { readHealthEvent } from './scheduled-change.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { Signal } from './signal.ts'
import { readSpotInterruption } from './spot-interruption.ts'
import { readTaskStateChange } from './task-state-change.ts'

/*
 * The envelope of every event ("AWS service event metadata" in the EventBridge events reference). A rule with a queue
 * as its target sends it as the body, unchanged:
 *
 *     {
 *       "version": "0",
 *       "id": "2d9f6b1e-84c3-4a57-b0e2-6f1c3d5a7e98",
 *       "detail-type": "EC2 Instance-terminate Lifecycle Action",
 *       "source": "aws.autoscaling",
 *       "account": "111122223333",
 *       "time": "2026-11-20T09:15:43Z",
 *       "region": "eu-west-1",
 *       "resources": [ … ],
 *       "detail": { … }
 *     }
 */

type Event = Readonly<z.output<typeof envelope>>

type ReadEvent = (event: Event) => Signal

/** Auto Scaling's detail is its notification without the time, which the envelope has to give back. */
const readLifecycleEvent: ReadEvent = ({ detail, time }) => {
  const fields = { ...detail, Time: time }
  return readAutoScalingNotification(fields) ?? readLifecycleAction(fields)
}

/** The detail and the moment of the event, by the name that the envelope has for it. */
const timed =
  (read: (fields: Fields) => Signal): ReadEvent =>
  ({ detail, time }) =>
    read({ ...detail, time })

/** The user guide for AWS's regions in China has the longer of its two names, all other pages the shorter. */
const readCapacityBlockWarning = timed(readCapacityBlockExpiration)

/** By source and detail type. A map and not an object: an event may be called `constructor`. */
const readEvents: ReadonlyMap<string, ReadEvent> = new Map<string, ReadEvent>([
  ['aws.autoscaling: EC2 Instance-terminate Lifecycle Action', readLifecycleEvent],
  ['aws.autoscaling: EC2 Instance-launch Lifecycle Action', readLifecycleEvent],
  ['aws.ecs: ECS Task State Change', timed(readTaskStateChange)],
  ['aws.ecs: ECS Container Instance State Change', timed(readContainerInstanceStateChange)],
  ['aws.ec2: EC2 Spot Instance Interruption Warning', timed(readSpotInterruption)],
  ['aws.ec2: EC2 Instance Rebalance Recommendation', timed(readRebalanceRecommendation)],
  ['aws.ec2: EC2 Instance State-change Notification', timed(readInstanceStateChange)],
  [
    'aws.ec2: EC2 Capacity Reservation Instance Interruption Warning',
    timed(readCapacityReservationInterruption),
  ],
  ['aws.ec2: Capacity Block Expiration Warning', readCapacityBlockWarning],
  ['aws.ec2: Capacity Block Reservation Expiration Warning', readCapacityBlockWarning],
  [
    'aws.health: AWS Health Event',
    ({ detail, time, region }) => readHealthEvent({ ...detail, time }, region),
  ],
])

const otherEvent: ReadEvent = () => ({ kind: 'ignored', reason: 'other-event' })

const envelope = z.object({
  source: z.string('is not text'),
  'detail-type': z.string('is not text'),
  time: isoTime,
  // Where the event was delivered. Only Health's copies for other regions need it, so nothing else fails without it.
  region: z.optional(z.unknown()),
  detail: z.custom<Fields>(isFields, 'is not an object'),
})

const event = z.pipe(
  envelope,
  z.transform((fields): Signal => {
    const readEvent = readEvents.get(`${fields.source}: ${fields['detail-type']}`) ?? otherEvent
    return readEvent(fields)
  }),
)

export const isEventBridgeEvent = (fields: Fields): boolean => Object.hasOwn(fields, 'detail-type')

export const readEventBridgeEvent = (fields: Fields): Signal =>
  signalFromFields('an EventBridge event', event, fields)
