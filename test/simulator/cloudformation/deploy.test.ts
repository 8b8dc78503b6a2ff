import { describe, expect, it } from '@jest/globals'
import type { SQSEvent } from 'aws-lambda'
import { scalingPolicyArn } from '../../../simulator/aws/auto-scaling/scaling-policy.ts'
import { EventBridge } from '../../../simulator/aws/eventbridge/event-bridge.ts'
import { Lambda } from '../../../simulator/aws/lambda/lambda.ts'
import { S3 } from '../../../simulator/aws/s3/s3.ts'
import { Sqs } from '../../../simulator/aws/sqs/sqs.ts'
import { deployTemplate } from '../../../simulator/cloudformation/deploy.ts'
import { ResponseUrls } from '../../../simulator/cloudformation/response-urls.ts'
import type { DeployedLifecycleHook } from '../../../simulator/cloudformation/lifecycle-hooks.ts'
import { Simulation } from '../../../simulator/engine/simulation.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

const resources = {
  Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead', MessageRetentionPeriod: 1_209_600 } },
  Signals: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: 'signals',
      VisibilityTimeout: '180',
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
    },
  },
  SignalsPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Signals' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Signals', 'Arn'] },
            Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Stopped', 'Arn'] } } },
          },
        ],
      },
    },
  },
  Stopped: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'stopped',
      EventPattern: { source: ['aws.ecs'] },
      Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Signals', 'Arn'] } }],
    },
  },
  EveryMinute: {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Id: 'function', Arn: { 'Fn::GetAtt': ['Drain', 'Arn'] } }],
    },
  },
  MayInvoke: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { 'Fn::GetAtt': ['Drain', 'Arn'] },
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['EveryMinute', 'Arn'] },
    },
  },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      ManagedPolicyArns: [
        {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
          ],
        },
      ],
      Policies: [
        {
          PolicyName: 'drain',
          PolicyDocument: { Statement: { Effect: 'Allow', Action: 'ecs:ListTasks', Resource: '*' } },
        },
      ],
    },
  },
  Drain: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'drain',
      Handler: 'build/drain.handler',
      Timeout: 30,
      MemorySize: 512,
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: { Variables: { SIGNALS: { Ref: 'Signals' }, SECONDS: 60 } },
      Code: { S3Bucket: { Ref: 'Bucket' } },
    },
  },
  Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Signals', 'Arn'] },
      FunctionName: { 'Fn::GetAtt': ['Drain', 'Arn'] },
      BatchSize: 10,
      Enabled: true,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
  Invocations: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: 'Drain' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
  },
  Hook: {
    Type: 'AWS::AutoScaling::LifecycleHook',
    Properties: {
      AutoScalingGroupName: 'ecs-web',
      LifecycleHookName: 'drain',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      HeartbeatTimeout: 1_800,
      DefaultResult: 'CONTINUE',
    },
  },
}

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>

const deploy = (Resources: Resources = resources) => {
  const simulation = new Simulation({ seed: 1 })
  const sqs = new Sqs({ simulation, account })
  const s3 = new S3({ simulation })
  const lambda = new Lambda({ simulation, account })
  const eventBridge = new EventBridge({
    simulation,
    account,
    deliver: (arn, body, messageGroupId) => {
      if (arn.includes(':sqs:'))
        sqs.send(sqs.queueByArn(arn), { body, ...(messageGroupId !== undefined && { messageGroupId }) })
      else lambda.invokeAsync(arn, body)
    },
  })
  const hooks: DeployedLifecycleHook[] = []
  const asked: object[] = []
  const events: { handler: string; variables: unknown; event: SQSEvent & { source?: string } }[] = []
  deployTemplate({
    simulation,
    responseUrls: new ResponseUrls(simulation),
    template: { Resources },
    ...account,
    stackName: 'ebbtide-web',
    sqs,
    s3,
    lambda,
    eventBridge,
    createHandler:
      ({ handler }) =>
      ({ variables }) =>
      async (event: SQSEvent) => {
        await Promise.resolve(events.push({ handler, variables, event }))
      },
    putLifecycleHook: (hook) => hooks.push(hook),
    scaling: {
      putPolicy: (policy) => asked.push(policy),
      deletePolicy: () => undefined,
      putAlarm: (alarm) => asked.push(alarm),
      deleteAlarm: () => undefined,
    },
  })
  return { simulation, sqs, s3, lambda, eventBridge, hooks, asked, events }
}

/** The template with one resource's properties changed; undefined takes a property away. */
const changed = (logicalId: keyof typeof resources, changes: Record<string, unknown>): Resources => {
  const resource: { Type: string; Properties?: object } = resources[logicalId]
  return { ...resources, [logicalId]: { ...resource, Properties: { ...resource.Properties, ...changes } } }
}

describe('a deployed stack', () => {
  it('carries an event from its rule through the queue to the function', async () => {
    const { simulation, eventBridge, events, sqs } = deploy()
    eventBridge.publish({
      source: 'aws.ecs',
      detailType: 'ECS Task State Change',
      resources: [],
      detail: { n: 1 },
    })
    await simulation.runUntil(simulation.now() + 10_000)
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      handler: 'build/drain.handler',
      variables: { SIGNALS: 'https://sqs.eu-west-1.amazonaws.com/111122223333/signals', SECONDS: '60' },
    })
    expect(JSON.parse(events[0]?.event.Records[0]?.body ?? '')).toMatchObject({
      source: 'aws.ecs',
      detail: { n: 1 },
    })
    expect(sqs.queues.flatMap(({ contents }) => contents)).toEqual([])
  })

  it('runs its scheduled function every minute', async () => {
    const { simulation, events } = deploy()
    await simulation.runUntil(simulation.now() + 185_000)
    expect(events.map(({ event }) => event.source)).toEqual(['aws.events', 'aws.events', 'aws.events'])
  })

  it('has the queues, limits and hooks of its template', () => {
    const { sqs, lambda, hooks } = deploy()
    const byName = new Map(sqs.queues.map(({ spec }) => [spec.name, spec]))
    expect(byName.get('signals')).toEqual({
      name: 'signals',
      visibilityTimeoutSeconds: 180,
      retentionSeconds: 345_600,
      delaySeconds: 0,
      redrive: { deadLetterQueueArn: sqs.arnOf('dead'), maxReceiveCount: 5 },
    })
    expect(byName.get('dead')).toMatchObject({ visibilityTimeoutSeconds: 30, retentionSeconds: 1_209_600 })
    expect(lambda.functionByArn(lambda.arnOf('drain')).spec).toMatchObject({
      timeoutSeconds: 30,
      memoryMb: 512,
      maximumRetryAttempts: 0,
      statements: [
        { effect: 'Allow', actions: ['ecs:ListTasks'], resources: ['*'], conditions: {} },
        { actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'] },
      ],
    })
    expect(hooks).toEqual([
      {
        autoScalingGroupName: 'ecs-web',
        lifecycleHookName: 'drain',
        lifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        heartbeatTimeoutSeconds: 1_800,
        defaultResult: 'CONTINUE',
      },
    ])
  })
})

describe('a stack with a FIFO queue behind its rules', () => {
  const fifo = (changes: object = {}, target: object = {}): Resources => ({
    ...resources,
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead.fifo', FifoQueue: true } },
    Signals: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        ...resources.Signals.Properties,
        QueueName: 'signals.fifo',
        FifoQueue: true,
        ContentBasedDeduplication: true,
        ...changes,
      },
    },
    Stopped: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ...resources.Stopped.Properties,
        Targets: [
          {
            Id: 'queue',
            Arn: { 'Fn::GetAtt': ['Signals', 'Arn'] },
            SqsParameters: { MessageGroupId: 'capacity' },
            ...target,
          },
        ],
      },
    },
  })
  const stoppedTask = { source: 'aws.ecs', detailType: 'ECS Task State Change', resources: [], detail: {} }

  it('hands events over in the group that the rule names', async () => {
    const { simulation, eventBridge, events } = deploy(fifo())
    eventBridge.publish(stoppedTask)
    await simulation.runUntil(simulation.now() + 10_000)
    expect(events.map(({ event }) => event.Records[0]?.attributes)).toMatchObject([
      { MessageGroupId: 'capacity' },
    ])
  })

  it('loses a second event whose body is the same, as a constant input makes it', async () => {
    const { simulation, eventBridge, events } = deploy(fifo({}, { Input: '{"look":"capacity"}' }))
    eventBridge.publish(stoppedTask)
    await simulation.runUntil(simulation.now() + 60_000)
    eventBridge.publish(stoppedTask)
    await simulation.runUntil(simulation.now() + 60_000)
    expect(events.filter(({ event }) => event.source === undefined)).toHaveLength(1)
  })

  it('is refused without what EventBridge needs for it', () => {
    expect(() => deploy(fifo({ ContentBasedDeduplication: false }))).toThrow('signals.fifo')
    expect(() => deploy(fifo({}, { SqsParameters: undefined }))).toThrow('MessageGroupId')
    expect(() => deploy(fifo({ QueueName: 'signals' }))).toThrow('cannot name a FIFO queue')
  })
})

describe('a stack with a bucket', () => {
  it('has it, with the days after which its objects expire', () => {
    const rule = { Status: 'Enabled', Prefix: 'candidates/', ExpirationInDays: 1 }
    const { s3 } = deploy(changed('Bucket', { LifecycleConfiguration: { Rules: [rule] } }))
    expect(s3.bucketNamed('ebbtide-web-Bucket-SIMULATEDSIM').spec.expirations).toEqual([
      { prefix: 'candidates/', days: 1 },
    ])
  })
})

describe('a stack with scaling policies', () => {
  it('makes them before the alarms that set them off, under the names that CloudFormation gives them', () => {
    const { asked } = deploy({
      ...resources,
      Full: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: 'full',
          Namespace: 'Ebbtide',
          MetricName: 'SchedulableTasks',
          Period: '60',
          Threshold: 1,
          AlarmActions: [{ Ref: 'Out' }],
        },
      },
      Out: {
        Type: 'AWS::AutoScaling::ScalingPolicy',
        Properties: {
          AutoScalingGroupName: 'ecs-web',
          PolicyType: 'StepScaling',
          StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: '1' }],
        },
      },
    })
    const PolicyName = 'ebbtide-web-Out-SIMULATEDSIM'
    expect(asked).toEqual([
      {
        AutoScalingGroupName: 'ecs-web',
        PolicyType: 'StepScaling',
        StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: 1 }],
        PolicyName,
      },
      {
        AlarmName: 'full',
        Namespace: 'Ebbtide',
        MetricName: 'SchedulableTasks',
        Period: 60,
        Threshold: 1,
        AlarmActions: [scalingPolicyArn(account, 'ecs-web', PolicyName)],
      },
    ])
  })
})

describe('a stack that would deliver nothing', () => {
  it.each<[string, Resources]>([
    ['its queue has no policy', { ...resources, SignalsPolicy: { Type: 'AWS::SNS::Topic' } }],
    [
      'its function lets another rule in',
      changed('MayInvoke', { SourceArn: 'arn:aws:events:eu-west-1:111122223333:rule/other' }),
    ],
    ['its function lets another service in', changed('MayInvoke', { Principal: 's3.amazonaws.com' })],
  ])('is refused because %s', (_, template) => {
    expect(() => deploy(template)).toThrow('does not let')
  })
})

describe('a stack with something that is not modelled', () => {
  it.each<[Resources, string]>([
    [changed('Signals', { DeduplicationScope: 'messageGroup' }), 'Signals'],
    [changed('Bucket', { VersioningConfiguration: { Status: 'Enabled' } }), 'Bucket'],
    [changed('Mapping', { FilterCriteria: {} }), 'Mapping'],
    [changed('Mapping', { Enabled: false }), 'a disabled mapping is not modelled'],
    [changed('Drain', { ReservedConcurrentExecutions: 1 }), 'reserved concurrency is not modelled'],
    [changed('Drain', { Timeout: 200 }), "above the queue's visibility timeout"],
    [changed('Drain', { Role: 'arn:aws:iam::111122223333:role/elsewhere' }), 'no role arn:aws:iam'],
    [
      changed('Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/PowerUserAccess'] }),
      'PowerUserAccess is not modelled',
    ],
    [changed('Stopped', { EventBusName: 'custom' }), 'Stopped'],
    [
      changed('Stopped', {
        Targets: [
          { Id: 'q', Arn: { 'Fn::GetAtt': ['Signals', 'Arn'] }, InputTransformer: { InputTemplate: '' } },
        ],
      }),
      'rule stopped: arn:aws:sqs:eu-west-1:111122223333:signals: InputTransformer is not modelled',
    ],
    [changed('Hook', { LifecycleTransition: 'autoscaling:EC2_INSTANCE_REBOOTING' }), 'Hook'],
  ])('is refused by name (%#)', (template, message) => {
    expect(() => deploy(template)).toThrow(message)
  })
})
