/**
 * What an action may be used on. The Service Authorization Reference decides which of these an action can be limited to:
 * `Describe*` of Auto Scaling, EC2 and Elastic Load Balancing, and DescribeTaskDefinition and ListServices of ECS, take
 * `*` only, and ListTasks is authorised on container instances, not on the cluster.
 */
export type Place =
  | 'anything'
  | 'groups'
  /** The same, where a policy asks for replacements. */
  | 'replaced-groups'
  /** The same, where Ebbtide sets the desired capacity. */
  | 'scaled-groups'
  /** Any group, for the tags that the stack leaves on its own. */
  | 'tagged-groups'
  /** Groups that carry the tag with which their own termination policies are remembered. */
  | 'remembering-groups'
  /** Where somebody wants to hear. */
  | 'topic'
  | 'cluster'
  /** For listings that name no resource but the cluster. */
  | 'within-cluster'
  | 'container-instances'
  | 'tasks'
  | 'services'
  | 'capacity-providers'
  | 'signals-queue'
  /** The wakes queue, and the capacity queue where there is scaling to wake. */
  | 'woken-queues'
  | 'both-queues'
  | 'capacity-queue'
  | 'bucket'
  | 'bucket-objects'
  /** The same, in a policy of its own that goes before the bucket is emptied. */
  | 'written-objects'
  | 'own-log-group'

/** Every AWS action that Ebbtide uses, and on what. */
export const placeOf = {
  'arc-zonal-shift:ListAutoshifts': 'anything',
  'arc-zonal-shift:ListZonalShifts': 'anything',
  'autoscaling:DescribeAutoScalingGroups': 'anything',
  'autoscaling:DescribeAutoScalingInstances': 'anything',
  'autoscaling:DescribeInstanceRefreshes': 'anything',
  'autoscaling:DescribeLifecycleHooks': 'anything',
  'autoscaling:DescribePolicies': 'anything',
  'autoscaling:DescribeScalingActivities': 'anything',
  'autoscaling:DescribeWarmPool': 'anything',
  'autoscaling:CompleteLifecycleAction': 'groups',
  'autoscaling:RecordLifecycleActionHeartbeat': 'groups',
  'autoscaling:TerminateInstanceInAutoScalingGroup': 'replaced-groups',
  'autoscaling:SetDesiredCapacity': 'scaled-groups',
  'autoscaling:UpdateAutoScalingGroup': 'remembering-groups',
  'autoscaling:CreateOrUpdateTags': 'tagged-groups',
  'autoscaling:DeleteTags': 'tagged-groups',
  'ec2:DescribeInstances': 'anything',
  'ec2:DescribeInstanceStatus': 'anything',
  'ec2:DescribeInstanceTypes': 'anything',
  'ec2:DescribeLaunchTemplateVersions': 'anything',
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
  'ecs:DescribeCapacityProviders': 'capacity-providers',
  'elasticloadbalancing:DescribeTargetGroupAttributes': 'anything',
  'elasticloadbalancing:DescribeTargetHealth': 'anything',
  's3:GetObject': 'bucket-objects',
  's3:PutObject': 'written-objects',
  's3:DeleteObject': 'bucket-objects',
  's3:ListBucket': 'bucket',
  'sns:Publish': 'topic',
  'sqs:SendMessage': 'woken-queues',
  'sqs:ChangeMessageVisibility': 'signals-queue',
  'sqs:ReceiveMessage': 'both-queues',
  'sqs:DeleteMessage': 'both-queues',
  'sqs:GetQueueAttributes': 'both-queues',
  'logs:CreateLogStream': 'own-log-group',
  'logs:PutLogEvents': 'own-log-group',
} as const satisfies Readonly<Record<string, Place>>

export type Action = keyof typeof placeOf
export type FunctionName = 'drain' | 'resync' | 'capacity' | 'choose-victims' | 'attach'

/** Where a function uses an action elsewhere than the others do. */
export const otherPlacesOf: Readonly<Partial<Record<FunctionName, Partial<Record<Action, Place>>>>> = {
  capacity: {
    // It lists the tasks of the whole cluster, and so names no container instance.
    'ecs:ListTasks': 'within-cluster',
    'autoscaling:TerminateInstanceInAutoScalingGroup': 'scaled-groups',
    'sqs:ReceiveMessage': 'capacity-queue',
    'sqs:DeleteMessage': 'capacity-queue',
    'sqs:GetQueueAttributes': 'capacity-queue',
  },
}

/** What Lambda itself needs to write a function's log. */
const logActions: readonly Action[] = ['logs:CreateLogStream', 'logs:PutLogEvents']

/** What Lambda's poller needs to read a queue on a function's behalf (Lambda, "Using Lambda with Amazon SQS"). */
const queueReaderActions: readonly Action[] = [
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

const snapshotActions: readonly Action[] = [
  'arc-zonal-shift:ListAutoshifts',
  'arc-zonal-shift:ListZonalShifts',
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeInstanceRefreshes',
  'autoscaling:DescribeLifecycleHooks',
  'autoscaling:DescribePolicies',
  'autoscaling:DescribeScalingActivities',
  'autoscaling:DescribeWarmPool',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeLaunchTemplateVersions',
  'ecs:ListContainerInstances',
  'ecs:DescribeContainerInstances',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:GetTaskProtection',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'ecs:DescribeCapacityProviders',
]

/** With it S3 says that an object does not exist; without, that access is denied (API reference, GetObject). */
const findsObjects: Action = 's3:ListBucket'

/** Everything that each function does. A test holds these to the SDK commands in the packaged bundles. */
export const actionsOf: Readonly<Record<FunctionName, readonly Action[]>> = {
  drain: [
    ...reconcileActions,
    'autoscaling:DescribeAutoScalingInstances',
    'sqs:ChangeMessageVisibility',
    ...queueReaderActions,
    ...logActions,
  ],
  resync: [...reconcileActions, 'ec2:DescribeInstanceStatus', ...logActions],
  capacity: [
    ...snapshotActions,
    'autoscaling:SetDesiredCapacity',
    'autoscaling:TerminateInstanceInAutoScalingGroup',
    's3:GetObject',
    's3:PutObject',
    findsObjects,
    ...queueReaderActions,
    ...logActions,
  ],
  'choose-victims': [
    'ecs:DescribeContainerInstances',
    'ecs:ListTasks',
    'ecs:GetTaskProtection',
    's3:GetObject',
    findsObjects,
    ...logActions,
  ],
  attach: [
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:UpdateAutoScalingGroup',
    'autoscaling:CreateOrUpdateTags',
    'autoscaling:DeleteTags',
    's3:ListBucket',
    's3:DeleteObject',
    ...logActions,
  ],
}
