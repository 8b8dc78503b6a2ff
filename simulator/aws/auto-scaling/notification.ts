import type { AwsEvent } from '../event.ts'
import type { Group } from './group.ts'
import type { OpenAction } from './lifecycle-actions.ts'
import type { Journey } from './journey.ts'

/**
 * The event that EventBridge gets for every lifecycle action ("Amazon EC2 Auto Scaling event reference"). What the
 * direct body says of account and time stands in the envelope here.
 */
export const lifecycleActionEvent = (action: OpenAction): AwsEvent => ({
  source: 'aws.autoscaling',
  detailType: action.wait.journey.eventDetailType,
  resources: [action.wait.group.arn],
  detail: lifecycleActionDetail(action),
})

/**
 * The body that a hook's own target gets: one JSON object, such as
 *
 *     {"Origin":"AutoScalingGroup","LifecycleHookName":"drain","Destination":"EC2","AccountId":"111122223333",
 *      "RequestId":"f02639a5-…","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING",
 *      "AutoScalingGroupName":"web-a","Service":"AWS Auto Scaling","Time":"2026-11-20T09:15:43.904Z",
 *      "EC2InstanceId":"i-0123456789abcdef0","LifecycleActionToken":"465e0162-…"}
 */
export const lifecycleActionBody = (
  action: OpenAction,
  request: { readonly accountId: string; readonly requestId: string },
): string =>
  JSON.stringify({
    ...lifecycleActionDetail(action),
    AccountId: request.accountId,
    RequestId: request.requestId,
    Service: SERVICE,
    Time: new Date(action.startedAt).toISOString(),
  })

/** What a target gets when a hook that names it is put: neither hook, nor instance, nor token. */
export const testNotificationBody = (
  group: Group,
  request: { readonly accountId: string; readonly requestId: string; readonly at: number },
): string =>
  JSON.stringify({
    AccountId: request.accountId,
    RequestId: request.requestId,
    AutoScalingGroupARN: group.arn,
    AutoScalingGroupName: group.name,
    Service: SERVICE,
    Event: 'autoscaling:TEST_NOTIFICATION',
    Time: new Date(request.at).toISOString(),
  })

/** Over a topic. The two blanks after the colon are Auto Scaling's own. */
export const lifecycleActionSubject = ({ wait: { journey, member } }: OpenAction): string => {
  const transition =
    journey.transition === 'autoscaling:EC2_INSTANCE_TERMINATING' ? 'TERMINATING' : 'LAUNCHING'
  return `Auto Scaling:  Lifecycle action '${transition}' for instance ${member.instanceId} in progress.`
}

/** Nobody has published what the subject of a test is; this is in the manner of the other. */
export const testNotificationSubject = ({ name }: Group): string =>
  `Auto Scaling: test notification for group "${name}"`

const SERVICE = 'AWS Auto Scaling'

const lifecycleActionDetail = (action: OpenAction): LifecycleActionDetail => {
  const { group, member, journey } = action.wait
  return {
    LifecycleActionToken: action.token,
    AutoScalingGroupName: group.name,
    LifecycleHookName: action.hook.name,
    EC2InstanceId: member.instanceId,
    LifecycleTransition: journey.transition,
    ...(action.hook.metadata === undefined ? {} : { NotificationMetadata: action.hook.metadata }),
    Origin: journey.origin,
    Destination: journey.destination,
    ...(journey.action === undefined ? {} : { Action: journey.action }),
  }
}

interface LifecycleActionDetail extends Record<string, unknown> {
  readonly LifecycleActionToken: string
  readonly AutoScalingGroupName: string
  readonly LifecycleHookName: string
  readonly EC2InstanceId: string
  readonly LifecycleTransition: Journey['transition']
  /** Absent when the hook has none. */
  readonly NotificationMetadata?: string
  readonly Origin: Journey['origin']
  readonly Destination: Journey['destination']
  /** Absent but for a replacement of the root volume. */
  readonly Action?: Journey['action']
}
