import { hasLaunchHook } from './event-rules.ts'
import { hookLogicalId, launchHookLogicalId, type StackNames } from './names.ts'
import type { StackParameters } from './parameters.ts'
import { arnOf, groupArn, type Resource, type Resources } from './template.ts'

/**
 * What must stand before a hook holds its first instance, beside the rules: whoever reads the signals, whoever beats and
 * enforces deadlines, and whatever wakes them. CloudFormation builds unrelated resources in any order, so without this an
 * instance could wait for a handler that comes minutes later, or never if the deployment fails in between. On removal the
 * order turns round, and the hooks go first.
 */
const HANDLERS = [
  'DrainEventSourceMappingSQSSignalsQueue',
  'DrainEventSourceMappingSQSWakesQueue',
  'ResyncEventsRuleSchedule1',
  'ResyncLambdaPermissionEventsRuleSchedule1',
  'WakesQueuePolicy',
  'SignalsQueuePolicy',
]

interface HooksDescription {
  readonly parameters: StackParameters
  readonly names: StackNames
  /** The logical ids of the stack's rules. */
  readonly rules: readonly string[]
}

/**
 * A termination hook for each group and, if asked for, a launch hook; with what they need to deliver. None in a dry run,
 * which only looks.
 */
export const lifecycleHooks = (description: HooksDescription): Resources => {
  const { parameters } = description
  if (parameters.dryRun) return {}
  const hooks = parameters.groups.flatMap((group) => hooksOf(group, description))
  return { ...deliveries[parameters.hookDelivery].resources(parameters), ...Object.fromEntries(hooks) }
}

const hooksOf = (group: string, description: HooksDescription): readonly (readonly [string, Resource])[] => {
  const { parameters, names } = description
  const drainHook = lifecycleHook(description, {
    AutoScalingGroupName: group,
    LifecycleHookName: names.hook,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    DefaultResult: drainDefaultResult(parameters),
  })
  const launchHook = lifecycleHook(description, {
    AutoScalingGroupName: group,
    LifecycleHookName: names.launchHook,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    // Should Ebbtide be broken, a group must still be able to grow and to replace what it loses. ABANDON would end every
    // new instance and launch another, again and again; the worst of CONTINUE is an instance as it came without the hook.
    DefaultResult: 'CONTINUE',
  })
  return [
    [hookLogicalId(group), drainHook],
    ...(hasLaunchHook(parameters) ? [[launchHookLogicalId(group), launchHook] as const] : []),
  ]
}

/**
 * Should Ebbtide be broken for the whole of a heartbeat, the group carries on. The API's default is ABANDON, which would
 * also skip the hooks of others; but it alone retains an instance, in a group whose lifecycle policy says so ("Control
 * instance retention with instance lifecycle policies"), and whoever wants that wants it then above all.
 */
const drainDefaultResult = ({ onDeadline }: StackParameters) =>
  onDeadline === 'retain' ? 'ABANDON' : 'CONTINUE'

const lifecycleHook = (
  { parameters, rules }: HooksDescription,
  properties: Resource['Properties'],
): Resource => {
  const { hookProperties, dependsOn } = deliveries[parameters.hookDelivery]
  return {
    Type: 'AWS::AutoScaling::LifecycleHook',
    DependsOn: [...HANDLERS, ...rules, ...dependsOn],
    Properties: { ...properties, HeartbeatTimeout: parameters.heartbeatTimeout, ...hookProperties },
  }
}

interface Delivery {
  readonly resources: (parameters: StackParameters) => Resources
  readonly hookProperties: Resource['Properties']
  readonly dependsOn: readonly string[]
}

const deliveries: Readonly<Record<StackParameters['hookDelivery'], Delivery>> = {
  // A rule is all that it takes. EventBridge tries an unreachable queue again for 24 hours; a hook whose own target is
  // unreachable is answered with its default result at once.
  eventbridge: { resources: () => ({}), hookProperties: {}, dependsOn: [] },
  sqs: {
    resources: ({ groups }) => ({ HookRole: hookRole(groups) }),
    hookProperties: { NotificationTargetARN: arnOf('SignalsQueue'), RoleARN: arnOf('HookRole') },
    dependsOn: ['HookRole'],
  },
}

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
