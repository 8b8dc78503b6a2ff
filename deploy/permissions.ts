import type { StackParameters } from './parameters.ts'
import { arnIn, arnOf, groupArn, type Intrinsic, type Resource } from './template.ts'

/**
 * What an action may be used on. The Service Authorization Reference decides which of these an action can be limited to:
 * `Describe*` of Auto Scaling, EC2 and Elastic Load Balancing, and DescribeTaskDefinition and ListServices of ECS, take
 * `*` only, and ListTasks is authorised on container instances, not on the cluster.
 */
type Place =
  | 'anything'
  | 'groups'
  /** The same, where a policy asks for replacements. */
  | 'replaced-groups'
  /** Where somebody wants to hear. */
  | 'topic'
  | 'cluster'
  | 'container-instances'
  | 'tasks'
  | 'services'
  | 'signals-queue'
  | 'wakes-queue'
  | 'both-queues'
  | 'own-log-group'

/** Every AWS action that Ebbtide uses, and on what. */
export const placeOf = {
  'autoscaling:DescribeAutoScalingGroups': 'anything',
  'autoscaling:DescribeAutoScalingInstances': 'anything',
  'autoscaling:DescribeLifecycleHooks': 'anything',
  'autoscaling:DescribeScalingActivities': 'anything',
  'autoscaling:DescribeWarmPool': 'anything',
  'autoscaling:CompleteLifecycleAction': 'groups',
  'autoscaling:RecordLifecycleActionHeartbeat': 'groups',
  'autoscaling:TerminateInstanceInAutoScalingGroup': 'replaced-groups',
  'ec2:DescribeInstances': 'anything',
  'ec2:DescribeInstanceStatus': 'anything',
  'ecs:DescribeClusters': 'cluster',
  'ecs:ListContainerInstances': 'cluster',
  'ecs:DeregisterContainerInstance': 'cluster',
  'ecs:DescribeContainerInstances': 'container-instances',
  'ecs:UpdateContainerInstancesState': 'container-instances',
  'ecs:PutAttributes': 'container-instances',
  'ecs:DeleteAttributes': 'container-instances',
  'ecs:ListTasks': 'container-instances',
  'ecs:DescribeTasks': 'tasks',
  'ecs:StopTask': 'tasks',
  'ecs:GetTaskProtection': 'tasks',
  'ecs:ListServices': 'anything',
  'ecs:DescribeServices': 'services',
  'ecs:DescribeTaskDefinition': 'anything',
  'elasticloadbalancing:DescribeTargetGroupAttributes': 'anything',
  'elasticloadbalancing:DescribeTargetHealth': 'anything',
  'sns:Publish': 'topic',
  'sqs:SendMessage': 'wakes-queue',
  'sqs:ChangeMessageVisibility': 'signals-queue',
  'sqs:ReceiveMessage': 'both-queues',
  'sqs:DeleteMessage': 'both-queues',
  'sqs:GetQueueAttributes': 'both-queues',
  'logs:CreateLogStream': 'own-log-group',
  'logs:PutLogEvents': 'own-log-group',
} as const satisfies Readonly<Record<string, Place>>

export type Action = keyof typeof placeOf
export type FunctionName = 'drain' | 'resync'

/** What Lambda itself needs to write a function's log. */
export const logActions: readonly Action[] = ['logs:CreateLogStream', 'logs:PutLogEvents']

/** What Lambda's poller needs to read a queue on a function's behalf (Lambda, "Using Lambda with Amazon SQS"). */
export const queueReaderActions: readonly Action[] = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
]

const reconcileActions: readonly Action[] = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeLifecycleHooks',
  'autoscaling:DescribeScalingActivities',
  'autoscaling:DescribeWarmPool',
  'autoscaling:CompleteLifecycleAction',
  'autoscaling:RecordLifecycleActionHeartbeat',
  'autoscaling:TerminateInstanceInAutoScalingGroup',
  'ec2:DescribeInstances',
  'ecs:DescribeClusters',
  'ecs:ListContainerInstances',
  'ecs:DeregisterContainerInstance',
  'ecs:DescribeContainerInstances',
  'ecs:UpdateContainerInstancesState',
  'ecs:PutAttributes',
  'ecs:DeleteAttributes',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:StopTask',
  'ecs:GetTaskProtection',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetHealth',
  'sns:Publish',
  'sqs:SendMessage',
]

/** The calls that each function's code makes. A test holds these to the SDK commands in the packaged bundles. */
export const callsOf: Readonly<Record<FunctionName, readonly Action[]>> = {
  drain: [...reconcileActions, 'autoscaling:DescribeAutoScalingInstances', 'sqs:ChangeMessageVisibility'],
  resync: [...reconcileActions, 'ec2:DescribeInstanceStatus'],
}

const actionsOf: Readonly<Record<FunctionName, readonly Action[]>> = {
  drain: [...callsOf.drain, ...queueReaderActions, ...logActions],
  resync: [...callsOf.resync, ...logActions],
}

/** The role of a function: one statement for each place, holding the function's actions there. */
export const functionRole = (name: FunctionName, parameters: StackParameters): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    Policies: [
      {
        PolicyName: name,
        PolicyDocument: { Version: '2012-10-17', Statement: statementsFor(name, parameters) },
      },
    ],
  },
})

const statementsFor = (name: FunctionName, parameters: StackParameters): readonly object[] => {
  const actions = actionsOf[name]
  const places = [...new Set(actions.map((action) => placeOf[action]))].filter((place) =>
    isNeeded(place, parameters),
  )
  return places.map((place) => ({
    Effect: 'Allow',
    Action: actions.filter((action) => placeOf[action] === place),
    Resource: resourcesAt(place, name, parameters),
    ...conditionAt(place, parameters),
  }))
}

/** What a policy does not ask for is not allowed either. */
const isNeeded = (place: Place, { rebalance, health, notificationTopicArn }: StackParameters): boolean => {
  if (place === 'replaced-groups') return rebalance === 'replace' || health === 'replace'
  return place !== 'topic' || notificationTopicArn !== ''
}

const logGroups: Readonly<Record<FunctionName, string>> = { drain: 'DrainLogGroup', resync: 'ResyncLogGroup' }

const resourcesAt = (
  place: Place,
  name: FunctionName,
  { cluster, groups, notificationTopicArn }: StackParameters,
): '*' | readonly (Intrinsic | string)[] => {
  switch (place) {
    case 'anything':
      return '*'
    case 'topic':
      return [notificationTopicArn]
    case 'groups':
    case 'replaced-groups':
      return groups.map(groupArn)
    case 'cluster':
      return [clusterArn(cluster)]
    case 'container-instances':
      return [arnIn('ecs', `container-instance/${cluster}/*`)]
    case 'tasks':
      return [arnIn('ecs', `task/${cluster}/*`)]
    case 'services':
      return [arnIn('ecs', `service/${cluster}/*`)]
    case 'signals-queue':
      return [arnOf('SignalsQueue')]
    case 'wakes-queue':
      return [arnOf('WakesQueue')]
    case 'both-queues':
      return [arnOf('SignalsQueue'), arnOf('WakesQueue')]
    case 'own-log-group':
      return [arnOf(logGroups[name])]
  }
}

/** The `ecs:cluster` key exists for container instances, tasks and services; on the cluster itself the ARN says it all. */
const conditionAt = (place: Place, { cluster }: StackParameters): object => {
  const hasClusterKey = place === 'container-instances' || place === 'tasks' || place === 'services'
  return hasClusterKey ? { Condition: { ArnEquals: { 'ecs:cluster': clusterArn(cluster) } } } : {}
}

const clusterArn = (cluster: string): Intrinsic => arnIn('ecs', `cluster/${cluster}`)
