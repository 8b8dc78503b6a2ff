import { scalingPolicyArn } from '../aws/auto-scaling/scaling-policy.ts'

/** What `Ref` and `Fn::GetAtt` give for a resource once it exists. */
export interface PhysicalIds {
  readonly ref: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface StackPlace {
  readonly region: string
  readonly accountId: string
  readonly stackName: string
}

interface NamedResource {
  readonly logicalId: string
  readonly type: string
  /** Reads a property, resolved; undefined when it is not set. */
  readonly property: (name: string) => unknown
}

type Describe = (name: string, place: StackPlace, property: NamedResource['property']) => PhysicalIds

/**
 * By type: the property that names a resource, and what the name makes of its ids ("Return values" on the page of
 * each resource type).
 */
const types: Readonly<Record<string, { readonly nameProperty?: string; readonly describe: Describe }>> = {
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    describe: (name, { region, accountId }) => {
      const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`
      return {
        ref: url,
        attributes: { Arn: `arn:aws:sqs:${region}:${accountId}:${name}`, QueueName: name, QueueUrl: url },
      }
    },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    describe: (name, { region, accountId }) => {
      const arn = `arn:aws:sns:${region}:${accountId}:${name}`
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } }
    },
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    describe: (name, { region, accountId }) =>
      withArn(name, `arn:aws:events:${region}:${accountId}:rule/${name}`),
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    describe: (name, { region, accountId }) =>
      withArn(name, `arn:aws:lambda:${region}:${accountId}:function:${name}`),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    describe: (name, { accountId }) => withArn(name, `arn:aws:iam::${accountId}:role/${name}`),
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    describe: (name, { region, accountId }) =>
      withArn(name, `arn:aws:logs:${region}:${accountId}:log-group:${name}:*`),
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    describe: (name) => withArn(name, `arn:aws:s3:::${name}`),
  },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    describe: (name, { region, accountId }) =>
      withArn(name, `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`),
  },
  'AWS::AutoScaling::ScalingPolicy': {
    describe: (name, place, property) => {
      const arn = scalingPolicyArn(place, String(property('AutoScalingGroupName')), name)
      return { ref: arn, attributes: { Arn: arn, PolicyName: name } }
    },
  },
  'AWS::AutoScaling::LifecycleHook': {
    nameProperty: 'LifecycleHookName',
    describe: (name) => ({ ref: name, attributes: {} }),
  },
  'AWS::IAM::Policy': {
    nameProperty: 'PolicyName',
    describe: (name) => ({ ref: name, attributes: {} }),
  },
  'AWS::SQS::QueuePolicy': { describe: (name) => ({ ref: name, attributes: { Id: name } }) },
  'AWS::Lambda::Permission': { describe: (name) => ({ ref: name, attributes: { Id: name } }) },
  'AWS::Lambda::EventInvokeConfig': { describe: (name) => ({ ref: name, attributes: {} }) },
  'AWS::Lambda::EventSourceMapping': { describe: (name) => ({ ref: name, attributes: { Id: name } }) },
}

/** @throws {Error} naming a type whose ids are not modelled. */
export const physicalIdsOf = (
  { logicalId, type, property }: NamedResource,
  place: StackPlace,
): PhysicalIds => {
  const known = types[type]
  if (known === undefined) throw new Error(`${logicalId}: the ids of ${type} are not modelled`)
  const given = known.nameProperty === undefined ? undefined : property(known.nameProperty)
  const name = typeof given === 'string' ? given : generatedName(logicalId, place)
  return known.describe(name, place, property)
}

/** CloudFormation adds twelve random characters; a constant keeps the simulation repeatable. */
const generatedName = (logicalId: string, { stackName }: StackPlace): string =>
  `${stackName}-${logicalId}-SIMULATEDSIM`

const withArn = (ref: string, arn: string): PhysicalIds => ({ ref, attributes: { Arn: arn } })
