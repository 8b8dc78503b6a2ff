import * as z from 'zod/mini'

import { autoScalingGroupName, millisecondsOfIsoTime } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { Signal, TestNotificationSignal } from './signal.ts'

/*
 * Sent when a hook with a queue or topic as its target is put on a group. It names neither hook nor instance:
 *
 *     {
 *       "AccountId": "111122223333",
 *       "RequestId": "9b7e2d40-51c8-4f0a-a6d3-0c8f1e5b7a26",
 *       "AutoScalingGroupARN": "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:…:autoScalingGroupName/ecs-web-a",
 *       "AutoScalingGroupName": "ecs-web-a",
 *       "Service": "AWS Auto Scaling",
 *       "Event": "autoscaling:TEST_NOTIFICATION",
 *       "Time": "2026-11-20T09:00:14.022Z"
 *     }
 *
 * AWS's own node termination handler also knows it with the same words as its LifecycleTransition.
 */

const TEST_NOTIFICATION = 'autoscaling:TEST_NOTIFICATION'

const testNotification = z.pipe(
  z.object({ AutoScalingGroupName: autoScalingGroupName, Time: millisecondsOfIsoTime }),
  z.transform((fields): TestNotificationSignal => ({
    kind: 'test-notification',
    autoScalingGroupName: fields.AutoScalingGroupName,
    occurredAt: fields.Time,
  })),
)

export const isTestNotification = (fields: Fields): boolean =>
  fields.Event === TEST_NOTIFICATION || fields.LifecycleTransition === TEST_NOTIFICATION

export const readTestNotification = (fields: Fields): Signal =>
  signalFromFields('a test notification', testNotification, fields)
