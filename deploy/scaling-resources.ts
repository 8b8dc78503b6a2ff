import { hookLogicalId, scaledGroupLogicalId, type StackNames } from './names.ts'
import type { StackParameters } from './parameters.ts'
import { bucketWritingPolicy, functionRole } from './permissions.ts'
import { queuePolicy } from './queue-policies.ts'
import { CAPACITY_TIMEOUT_SECONDS } from './scaling-functions.ts'
import { isAttached, isMeasured } from './scaling-parameters.ts'
import { scalingPolicies } from './scaling-policies.ts'
import { arnIn, arnOf, type Resource, type Resources } from './template.ts'

/** The mapping that the framework makes of the capacity function's only event. */
const CAPACITY_MAPPING = 'CapacityEventSourceMappingSQSCapacityQueue'

/** What measuring, scaling and choosing need, as far as the parameters ask for them. Nothing otherwise. */
export const scalingResources = (parameters: StackParameters, names: StackNames): Resources =>
  isMeasured(parameters)
    ? {
        CapacityRole: functionRole('capacity', parameters),
        AttachRole: functionRole('attach', parameters),
        CapacityQueue: capacityQueue(names),
        CapacityMinuteRule: capacityMinuteRule(names),
        PlacementFailuresRule: placementFailuresRule(parameters.cluster, names),
        CapacityQueuePolicy: queuePolicy('CapacityQueue', ['CapacityMinuteRule', 'PlacementFailuresRule']),
        CapacityFailingAlarm: capacityFailingAlarm(parameters.cluster, names),
        ScalingBucket: bucket,
        ScalingBucketPolicy: bucketPolicy,
        EmptiedBucket: emptiedBucket,
        BucketWritingPolicy: bucketWritingPolicy(parameters),
        ...(parameters.chooseVictims === 'on' && {
          ChooseVictimsRole: functionRole('choose-victims', parameters),
          ChooseVictimsPermission: chooseVictimsPermission,
        }),
        ...(isAttached(parameters) && scaledGroups(parameters, names)),
        ...scalingPolicies(parameters),
      }
    : {}

/**
 * Changes of resources that the framework writes. An instance that is taken away must find the hook that drains it, so the
 * scaling starts after the hooks and stops before them; and it must not write to a bucket that was emptied to be deleted.
 */
export const scalingExtensions = (parameters: StackParameters): Readonly<Record<string, object>> => {
  if (!isMeasured(parameters)) return {}
  const hooks = parameters.dryRun ? [] : parameters.groups.map(hookLogicalId)
  const groups = isAttached(parameters) ? parameters.groups.map(scaledGroupLogicalId) : []
  return { [CAPACITY_MAPPING]: { DependsOn: ['BucketWritingPolicy', ...hooks, ...groups] } }
}

const capacityQueue = (names: StackNames): Resource => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    QueueName: names.capacityQueue,
    // First in, first out with one message group: Lambda takes one batch at a time, so two runs never overlap.
    FifoQueue: true,
    // No rule can give a message an id of its own.
    ContentBasedDeduplication: true,
    // The least that Lambda accepts, and no multiple of it: a run that dies blocks its group for so long.
    VisibilityTimeout: CAPACITY_TIMEOUT_SECONDS,
    // The next minute's message says the same, so one that could not be handled twice is given up.
    MessageRetentionPeriod: 300,
    SqsManagedSseEnabled: true,
  },
})

/** One message group for all, so that everything is handled in turn. */
const toCapacity = {
  Id: 'capacity',
  Arn: arnOf('CapacityQueue'),
  SqsParameters: { MessageGroupId: 'capacity' },
  // Older than a minute it says nothing that the next one does not.
  RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 5 },
}

const capacityMinuteRule = (names: StackNames): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: names.capacityMinuteRule,
    Description: 'Every minute, to the capacity queue',
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [toCapacity],
  },
})

/** ECS says so as soon as a service finds no instance for a task ("Amazon ECS service action events"). */
const placementFailuresRule = (cluster: string, names: StackNames): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: names.placementFailuresRule,
    Description: 'Services of this cluster that cannot place a task, to the capacity queue',
    EventPattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Service Action'],
      detail: {
        clusterArn: [arnIn('ecs', `cluster/${cluster}`)],
        eventName: ['SERVICE_TASK_PLACEMENT_FAILURE'],
      },
    },
    Targets: [toCapacity],
  },
})

/**
 * A single failure is made good by the next minute's run, and none of them shows as a function error. A look at a large
 * cluster takes some of the minutes itself, in which nobody says how it goes.
 */
const capacityFailingAlarm = (cluster: string, names: StackNames): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: names.capacityFailingAlarm,
    AlarmDescription:
      'The cluster cannot be measured, so nothing is scaled. Read the log of the capacity function.',
    Namespace: 'Ebbtide',
    MetricName: 'CapacityRunsFailed',
    Dimensions: [{ Name: 'ClusterName', Value: cluster }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 10,
    DatapointsToAlarm: 5,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    // No run at all: the function is dead.
    TreatMissingData: 'breaching',
  },
})

/**
 * What the functions tell each other. It has no name of its own, because names of buckets are taken world-wide. Candidates
 * are worthless after 90 seconds; what is known of machines is read again when instances register.
 */
const bucket: Resource = {
  Type: 'AWS::S3::Bucket',
  Properties: {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    LifecycleConfiguration: {
      Rules: [{ Id: 'candidates', Status: 'Enabled', Prefix: 'candidates/', ExpirationInDays: 1 }],
    },
  },
}

const bucketPolicy: Resource = {
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: 'ScalingBucket' },
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [arnOf('ScalingBucket'), { 'Fn::Sub': '${ScalingBucket.Arn}/*' }],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
}

/** CloudFormation waits for the answer of a custom resource for so long, if nobody gives one: an hour, unless told. */
const SERVICE_TIMEOUT_SECONDS = 300

const answeredBy = (logicalId: string) => ({
  ServiceToken: arnOf(logicalId),
  ServiceTimeout: SERVICE_TIMEOUT_SECONDS,
})

/** CloudFormation deletes no bucket that holds anything. This goes before the bucket, and empties it. */
const emptiedBucket: Resource = {
  Type: 'Custom::EmptiedBucket',
  DependsOn: ['AttachRole', 'AttachLogGroup', 'ScalingBucketPolicy'],
  Properties: { ...answeredBy('AttachLambdaFunction'), Bucket: { Ref: 'ScalingBucket' } },
}

/** Auto Scaling calls a termination policy with this role ("Create a custom termination policy with Lambda"). */
const chooseVictimsPermission: Resource = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: arnOf('ChooseDashvictimsLambdaFunction'),
    Action: 'lambda:InvokeFunction',
    Principal: {
      'Fn::Sub':
        'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    },
  },
}

/**
 * What the stack leaves on groups that are not its own: the mark of who scales them, and the termination policy. A function
 * that is deleted while a group still names it blocks that group's scale-in for ever; so each of these stands on the
 * function, its permission and its role, and CloudFormation takes it away before them.
 */
const scaledGroups = ({ groups, scale, chooseVictims }: StackParameters, names: StackNames): Resources =>
  Object.fromEntries(
    groups.map((group) => [
      scaledGroupLogicalId(group),
      {
        Type: 'Custom::ScaledGroup',
        DependsOn: [
          'AttachRole',
          'AttachLogGroup',
          ...(chooseVictims === 'on'
            ? ['ChooseVictimsPermission', 'ChooseVictimsRole', 'ChooseDashvictimsLogGroup']
            : []),
        ],
        Properties: {
          ...answeredBy('AttachLambdaFunction'),
          AutoScalingGroupName: group,
          ...(scale === 'act' && { Scaler: names.stack }),
          ...(chooseVictims === 'on' && { TerminationPolicy: arnOf('ChooseDashvictimsLambdaFunction') }),
        },
      },
    ]),
  )
