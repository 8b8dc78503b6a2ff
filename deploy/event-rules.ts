import type { StackNames } from './names.ts'
import type { StackParameters } from './parameters.ts'
import { arnIn, arnOf, type Resource, type Resources } from './template.ts'

/** The rules of `serverless.yml`, which every stack has. All of them fill the wakes queue. */
export const FIXED_WAKE_RULES = ['StoppedTasksRule', 'SilentInstancesRule', 'LeavingInstancesRule']

/**
 * The rules that fill the signals queue. Those that tell what AWS is about to do exist as far as their policies want to
 * hear of it. Their events name instances and no group, so a rule cannot be limited to ours: an instance of nobody here
 * costs one DescribeAutoScalingInstances at most, shared by its batch.
 */
export const signalRules = (parameters: StackParameters, names: StackNames): Resources => ({
  ...(parameters.hookDelivery === 'eventbridge' &&
    !parameters.dryRun && { LifecycleActionsRule: lifecycleActionsRule(parameters, names) }),
  ...(parameters.spot !== 'off' && { InterruptionWarningsRule: interruptionWarningsRule(names) }),
  ...(parameters.rebalance !== 'off' && {
    RebalanceRecommendationsRule: rebalanceRecommendationsRule(names),
  }),
  ...(parameters.health !== 'off' && { ScheduledChangesRule: scheduledChangesRule(names) }),
})

/** The rules that fill the wakes queue beside {@link FIXED_WAKE_RULES}. */
export const wakeRules = (parameters: StackParameters, names: StackNames): Resources =>
  hasLaunchHook(parameters)
    ? { RegisteredInstancesRule: registeredInstancesRule(parameters.cluster, names) }
    : {}

/** A dry run holds no instance, neither one that goes nor one that comes. */
export const hasLaunchHook = ({ launchHook, dryRun }: StackParameters): boolean =>
  launchHook === 'on' && !dryRun

const lifecycleActionsRule = (parameters: StackParameters, names: StackNames): Resource => {
  const detailTypes = ['EC2 Instance-terminate Lifecycle Action']
  const hooks = [names.hook]
  if (hasLaunchHook(parameters)) {
    detailTypes.push('EC2 Instance-launch Lifecycle Action')
    hooks.push(names.launchHook)
  }
  return toSignals({
    name: names.lifecycleActionsRule,
    description: 'Lifecycle actions of our groups and our hooks, to the signals queue',
    eventPattern: {
      source: ['aws.autoscaling'],
      'detail-type': detailTypes,
      detail: { AutoScalingGroupName: parameters.groups, LifecycleHookName: hooks },
    },
  })
}

/**
 * Spot and Capacity Reservations warn alike: the machine goes within minutes, whatever anybody does. The warning that a
 * Capacity Block ends is left out, because it names no instance and the same event as here follows for each.
 */
const interruptionWarningsRule = (names: StackNames): Resource =>
  toSignals({
    name: names.interruptionWarningsRule,
    description: 'Instances that EC2 is about to take back, to the signals queue',
    eventPattern: {
      source: ['aws.ec2'],
      'detail-type': [
        'EC2 Spot Instance Interruption Warning',
        'EC2 Capacity Reservation Instance Interruption Warning',
      ],
    },
  })

const rebalanceRecommendationsRule = (names: StackNames): Resource =>
  toSignals({
    name: names.rebalanceRecommendationsRule,
    description: 'Spot Instances that EC2 may soon take back, to the signals queue',
    eventPattern: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance Rebalance Recommendation'] },
  })

/** The region is asked for, because Health also sends a copy of every event to a backup region, where it is of no use. */
const scheduledChangesRule = (names: StackNames): Resource =>
  toSignals({
    name: names.scheduledChangesRule,
    description: 'Retirements and maintenance of instances in this region, to the signals queue',
    eventPattern: {
      source: ['aws.health'],
      'detail-type': ['AWS Health Event'],
      detail: {
        service: ['EC2'],
        eventTypeCategory: ['scheduledChange'],
        eventRegion: [{ Ref: 'AWS::Region' }],
      },
    },
  })

/**
 * An instance that waits on the launch hook is let go as soon as its agent has registered. A daemon that is up a little
 * later than that has no rule of its own: which tasks are daemons' no pattern can tell, one for all running tasks would
 * bring a message for every task that starts in the cluster, and resync looks at the instance within a minute.
 */
const registeredInstancesRule = (cluster: string, names: StackNames): Resource =>
  rule({
    name: names.registeredInstancesRule,
    description: 'Container instances of this cluster that can take tasks, to the wakes queue',
    eventPattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Container Instance State Change'],
      detail: {
        clusterArn: [arnIn('ecs', `cluster/${cluster}`)],
        status: ['ACTIVE'],
        agentConnected: [true],
      },
    },
    // As in `serverless.yml`: a wake is tried no longer than the queue would keep it.
    target: {
      Id: 'wakes',
      Arn: arnOf('WakesQueue'),
      RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 20 },
    },
  })

interface RuleDescription {
  readonly name: string
  readonly description: string
  readonly eventPattern: object
  readonly target: object
}

/** No signal is lost silently: EventBridge tries for 24 hours and then leaves it with the dead letters. */
const toSignals = (description: Omit<RuleDescription, 'target'>): Resource =>
  rule({
    ...description,
    target: {
      Id: 'signals',
      Arn: arnOf('SignalsQueue'),
      DeadLetterConfig: { Arn: arnOf('DeadLetterQueue') },
    },
  })

const rule = ({ name, description, eventPattern, target }: RuleDescription): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: { Name: name, Description: description, EventPattern: eventPattern, Targets: [target] },
})
