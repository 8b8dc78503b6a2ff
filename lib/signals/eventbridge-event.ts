import * as z from 'zod'

import { readAutoScalingNotification } from './auto-scaling-notification.ts'
import { readContainerInstanceStateChange } from './container-instance-state-change.ts'
import { isoTime } from './field-schemas.ts'
import { readLifecycleAction } from './lifecycle-action.ts'
import { isFields, type Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { Signal } from './signal.ts'
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

/** Auto Scaling's detail is its notification without the time, which the envelope has to give back. */
const readLifecycleEvent: ReadDetail = (detail, time) => {
  const fields = { ...detail, Time: time }
  return readAutoScalingNotification(fields) ?? readLifecycleAction(fields)
}

type ReadDetail = (detail: Fields, time: string) => Signal

/** By source and detail type. A map and not an object: an event may be called `constructor`. */
const readDetails: ReadonlyMap<string, ReadDetail> = new Map<string, ReadDetail>([
  ['aws.autoscaling: EC2 Instance-terminate Lifecycle Action', readLifecycleEvent],
  ['aws.autoscaling: EC2 Instance-launch Lifecycle Action', readLifecycleEvent],
  ['aws.ecs: ECS Task State Change', (detail, time) => readTaskStateChange({ ...detail, time })],
  [
    'aws.ecs: ECS Container Instance State Change',
    (detail, time) => readContainerInstanceStateChange({ ...detail, time }),
  ],
])

const otherEvent: ReadDetail = () => ({ kind: 'ignored', reason: 'other-event' })

const event = z
  .object({
    source: z.string('is not text'),
    'detail-type': z.string('is not text'),
    time: isoTime,
    detail: z.custom<Fields>(isFields, 'is not an object'),
  })
  .transform(({ source, 'detail-type': detailType, time, detail }): Signal => {
    const readDetail = readDetails.get(`${source}: ${detailType}`) ?? otherEvent
    return readDetail(detail, time)
  })

export const isEventBridgeEvent = (fields: Fields): boolean => Object.hasOwn(fields, 'detail-type')

export const readEventBridgeEvent = (fields: Fields): Signal =>
  signalFromFields('an EventBridge event', event, fields)
