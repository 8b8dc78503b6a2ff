import { hookLogicalId, type StackNames } from './names.ts'
import type { StackParameters } from './parameters.ts'
import { queuePolicy } from './queue-policies.ts'
import { arnOf, groupArn, type Resource, type Resources } from './template.ts'

/** Only terminations ask for a drain. A hook on launches would add `EC2 Instance-launch Lifecycle Action` here. */
const LIFECYCLE_ACTIONS = ['EC2 Instance-terminate Lifecycle Action']

/**
 * What must stand before a hook holds its first instance: whoever reads the signals, whoever beats and enforces deadlines,
 * and whatever wakes them. CloudFormation builds unrelated resources in any order, so without this an instance could
 * wait for a handler that comes minutes later, or never if the deployment fails in between. On removal the order turns
 * round, and the hooks go first.
 */
const HANDLERS = [
  'DrainEventSourceMappingSQSSignalsQueue',
  'DrainEventSourceMappingSQSWakesQueue',
  'ResyncEventsRuleSchedule1',
  'ResyncLambdaPermissionEventsRuleSchedule1',
  'StoppedTasksRule',
  'SilentInstancesRule',
  'WakesQueuePolicy',
  'SignalsQueuePolicy',
]

/** One termination hook for each group, and the way its lifecycle actions come to the signals queue. */
export const lifecycleHooks = (parameters: StackParameters, names: StackNames): Resources => {
  const delivery = deliveries[parameters.hookDelivery](parameters, names)
  const hooks = parameters.groups.map((group): [string, Resource] => [
    hookLogicalId(group),
    lifecycleHook({
      group,
      hookName: names.hook,
      heartbeatTimeout: parameters.heartbeatTimeout,
      delivery,
    }),
  ])
  return { ...delivery.resources, ...Object.fromEntries(hooks) }
}

interface Delivery {
  readonly resources: Resources
  readonly hookProperties: Resource['Properties']
  readonly dependsOn: readonly string[]
}

type DescribeDelivery = (parameters: StackParameters, names: StackNames) => Delivery

/**
 * EventBridge tries an unreachable queue again for 24 hours; a hook whose own target is unreachable is answered with
 * its default result at once.
 */
const byEventBridge: DescribeDelivery = ({ groups }, names) => ({
  resources: {
    LifecycleActionsRule: lifecycleActionsRule(groups, names),
    SignalsQueuePolicy: queuePolicy('SignalsQueue', ['LifecycleActionsRule']),
    DeadLetterQueuePolicy: queuePolicy('DeadLetterQueue', ['LifecycleActionsRule']),
  },
  hookProperties: {},
  dependsOn: ['LifecycleActionsRule'],
})

const bySqs: DescribeDelivery = ({ groups }) => ({
  resources: {
    HookRole: hookRole(groups),
    SignalsQueuePolicy: queuePolicy('SignalsQueue', []),
    DeadLetterQueuePolicy: queuePolicy('DeadLetterQueue', []),
  },
  hookProperties: { NotificationTargetARN: arnOf('SignalsQueue'), RoleARN: arnOf('HookRole') },
  dependsOn: ['HookRole'],
})

const deliveries: Readonly<Record<StackParameters['hookDelivery'], DescribeDelivery>> = {
  eventbridge: byEventBridge,
  sqs: bySqs,
}

interface HookDescription {
  readonly group: string
  readonly hookName: string
  readonly heartbeatTimeout: number
  readonly delivery: Delivery
}

const lifecycleHook = ({ group, hookName, heartbeatTimeout, delivery }: HookDescription): Resource => ({
  Type: 'AWS::AutoScaling::LifecycleHook',
  DependsOn: [...HANDLERS, ...delivery.dependsOn],
  Properties: {
    AutoScalingGroupName: group,
    LifecycleHookName: hookName,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    HeartbeatTimeout: heartbeatTimeout,
    // Should Ebbtide be broken for the whole of a heartbeat, the group carries on. The API's default is ABANDON, which
    // would also skip the hooks of others.
    DefaultResult: 'CONTINUE',
    ...delivery.hookProperties,
  },
})

const lifecycleActionsRule = (groups: readonly string[], names: StackNames): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: names.lifecycleActionsRule,
    Description: 'Lifecycle actions of our groups and our hook, to the signals queue',
    EventPattern: {
      source: ['aws.autoscaling'],
      'detail-type': LIFECYCLE_ACTIONS,
      detail: { AutoScalingGroupName: groups, LifecycleHookName: [names.hook] },
    },
    Targets: [
      { Id: 'signals', Arn: arnOf('SignalsQueue'), DeadLetterConfig: { Arn: arnOf('DeadLetterQueue') } },
    ],
  },
})

/** Auto Scaling takes this role to write to the queue. The conditions keep it from being lent to another account or group. */
const hookRole = (groups: readonly string[]): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'autoscaling.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': groups.map(groupArn) },
          },
        },
      ],
    },
    Policies: [
      {
        PolicyName: 'signals',
        PolicyDocument: {
          Version: '2012-10-17',
          // PutLifecycleHook's test message fails without GetQueueUrl.
          Statement: [
            {
              Effect: 'Allow',
              Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
              Resource: [arnOf('SignalsQueue')],
            },
          ],
        },
      },
    ],
  },
})
