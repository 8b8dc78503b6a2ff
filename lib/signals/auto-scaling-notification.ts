import { readLifecycleAction } from './lifecycle-action.ts'
import type { Fields } from './message.ts'
import type { Signal } from './signal.ts'
import { isTestNotification, readTestNotification } from './test-notification.ts'

/**
 * Tells Auto Scaling's own messages apart. Absent means that the fields are none of them.
 *
 * Besides hooks, a group may have a notification configuration that reports what already happened ("Amazon SNS
 * notification options for Amazon EC2 Auto Scaling"). It often shares a topic with the hook and looks much like it:
 *
 *     { "Event": "autoscaling:EC2_INSTANCE_TERMINATE", "EC2InstanceId": "i-0123456789abcdef0", "ActivityId": "…",
 *       "Cause": "…", "StatusCode": "InProgress", "Progress": 50, "StartTime": "…", "EndTime": "…", … }
 */
export const readAutoScalingNotification = (fields: Fields): Signal | undefined => {
  if (isTestNotification(fields)) return readTestNotification(fields)
  if (isGroupNotification(fields)) return { kind: 'ignored', reason: 'group-notification' }
  return isLifecycleAction(fields) ? readLifecycleAction(fields) : undefined
}

const isGroupNotification = ({ Event: event }: Fields): boolean =>
  typeof event === 'string' && event.startsWith('autoscaling:')

/** Either key will do, so that a lifecycle action that lost one of them is reported as what it is. */
const isLifecycleAction = (fields: Fields): boolean =>
  Object.hasOwn(fields, 'LifecycleTransition') || Object.hasOwn(fields, 'LifecycleHookName')
