import * as z from 'zod/mini'

import { autoScalingGroupName, instanceId, millisecondsOfIsoTime, text } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { LifecycleActionSignal, Signal } from './signal.ts'

/*
 * "Notification message example" under "Prepare to add a lifecycle hook to your Auto Scaling group":
 *
 *     {
 *       "Origin": "AutoScalingGroup",
 *       "LifecycleHookName": "ebbtide-web",
 *       "Destination": "EC2",
 *       "AccountId": "111122223333",
 *       "RequestId": "7c1a3f52-0d3e-4a71-8b5f-2e9d64c0a813",
 *       "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
 *       "AutoScalingGroupName": "ecs-web-a",
 *       "Service": "AWS Auto Scaling",
 *       "Time": "2026-11-20T09:15:43.904Z",
 *       "EC2InstanceId": "i-0123456789abcdef0",
 *       "NotificationMetadata": "text that the owner of the hook chose",
 *       "LifecycleActionToken": "0f6f3a52-6f0b-4b39-9d0c-3c1d2e5a7b84"
 *     }
 */

const TERMINATING = 'autoscaling:EC2_INSTANCE_TERMINATING'
const LAUNCHING = 'autoscaling:EC2_INSTANCE_LAUNCHING'

/** A place that AWS may add later must not make a drain unreadable: where the instance is going is asked, not believed. */
const place = z.catch(z.optional(z.enum(['EC2', 'AutoScalingGroup', 'WarmPool'])), undefined)

/** Token and metadata are not named here, so they end at this line. Actions are completed by instance id. */
const lifecycleAction = z.pipe(
  z.object({
    LifecycleTransition: z.enum([TERMINATING, LAUNCHING], 'is not text'),
    EC2InstanceId: instanceId,
    AutoScalingGroupName: autoScalingGroupName,
    LifecycleHookName: text(/^[A-Za-z0-9\-_/]{1,255}$/, 'is not the name of a lifecycle hook'),
    Origin: place,
    Destination: place,
    Action: z.optional(text(/^[A-Za-z]{1,64}$/, 'is not one word')),
    Time: millisecondsOfIsoTime,
  }),
  z.transform((fields): LifecycleActionSignal => ({
    kind: 'lifecycle-action',
    transition: fields.LifecycleTransition === TERMINATING ? 'terminating' : 'launching',
    instanceId: fields.EC2InstanceId,
    autoScalingGroupName: fields.AutoScalingGroupName,
    lifecycleHookName: fields.LifecycleHookName,
    ...(fields.Origin === undefined ? {} : { origin: fields.Origin }),
    ...(fields.Destination === undefined ? {} : { destination: fields.Destination }),
    ...(fields.Action === undefined ? {} : { action: fields.Action }),
    occurredAt: fields.Time,
  })),
)

/** A transition that AWS may add later is ignored whatever else the message holds: nothing is known about its fields. */
export const readLifecycleAction = (fields: Fields): Signal => {
  const { LifecycleTransition: transition } = fields
  return typeof transition === 'string' && transition !== TERMINATING && transition !== LAUNCHING
    ? { kind: 'ignored', reason: 'unknown-transition' }
    : signalFromFields('a lifecycle action', lifecycleAction, fields)
}
