import { describe, expect, it } from '@jest/globals'
import { EventBridge } from '../../../simulator/aws/eventbridge/event-bridge.ts'
import type { LambdaEnvironment } from '../../../simulator/aws/lambda/function-spec.ts'
import { Lambda } from '../../../simulator/aws/lambda/lambda.ts'
import { S3 } from '../../../simulator/aws/s3/s3.ts'
import { Sqs } from '../../../simulator/aws/sqs/sqs.ts'
import { deployTemplate } from '../../../simulator/cloudformation/deploy.ts'
import { ResponseUrls } from '../../../simulator/cloudformation/response-urls.ts'
import { Simulation } from '../../../simulator/engine/simulation.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }
const role = { Type: 'AWS::IAM::Role', Properties: {} }
const lambdaFunction = (FunctionName: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName,
    Handler: `build/${FunctionName}.handler`,
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
  },
})

type Template = Readonly<Record<string, object>>

const resources: Template = {
  Role: role,
  Attach: lambdaFunction('attach'),
  Choose: lambdaFunction('choose'),
  MayChoose: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { 'Fn::GetAtt': ['Choose', 'Arn'] },
      Action: 'lambda:InvokeFunction',
      Principal: 'arn:aws:iam::111122223333:role/auto-scaling',
    },
  },
  Group: {
    Type: 'Custom::ScaledGroup',
    DependsOn: 'MayChoose',
    Properties: {
      ServiceToken: { 'Fn::GetAtt': ['Attach', 'Arn'] },
      AutoScalingGroupName: 'ecs-web',
      Percent: 10,
      Policies: [{ 'Fn::GetAtt': ['Choose', 'Arn'] }, true],
    },
  },
  Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'candidates' } },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'after' } },
  Minute: {
    Type: 'AWS::Events::Rule',
    DependsOn: ['Group'],
    Properties: {
      Name: 'minute',
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
    },
  },
  QueuePolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          },
        ],
      },
    },
  },
}

interface Request {
  readonly RequestType: string
  readonly RequestId: string
  readonly ResponseURL: string
  readonly StackId: string
  readonly LogicalResourceId: string
  readonly PhysicalResourceId?: string
  readonly ResourceProperties: object
}

type Put = (body: string) => void

const answer = (request: Request, fields: object = {}): string =>
  JSON.stringify({
    Status: 'SUCCESS',
    PhysicalResourceId: 'ecs-web/attached',
    StackId: request.StackId,
    RequestId: request.RequestId,
    LogicalResourceId: request.LogicalResourceId,
    ...fields,
  })

const succeed = (request: Request, put: Put) => put(answer(request))

const setUp = (
  attach: (request: Request, put: Put, environment: LambdaEnvironment) => void | Promise<void> = succeed,
  Resources: Template = resources,
) => {
  const simulation = new Simulation({ seed: 1 })
  const responseUrls = new ResponseUrls(simulation)
  const sqs = new Sqs({ simulation, account })
  const s3 = new S3({ simulation })
  const lambda = new Lambda({ simulation, account })
  const eventBridge = new EventBridge({ simulation, account, deliver: () => undefined })
  const requests: Request[] = []
  const world = { simulation, responseUrls, sqs, s3, lambda, eventBridge }
  const deployment = deployTemplate({
    template: { Resources },
    ...account,
    ...world,
    stackName: 'ebbtide-web',
    createHandler: () => (environment) => async (request: Request) => {
      requests.push(request)
      await attach(request, (body) => responseUrls.put(request.ResponseURL, body), environment)
    },
    putLifecycleHook: () => undefined,
  })
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000)
  return { ...world, deployment, requests, pass }
}

describe('a custom resource', () => {
  it('is made when what it stands on is there, and holds up what stands on it', async () => {
    const { deployment, requests, pass, eventBridge, lambda } = setUp()
    expect(deployment.status).toBe('CREATE_IN_PROGRESS')
    expect(lambda.functionByArn(lambda.arnOf('choose')).permissions.size).toBe(1)
    expect(eventBridge.rules).toEqual([])
    await pass(2)
    expect(deployment.status).toBe('CREATE_COMPLETE')
    expect(eventBridge.rules.map(({ name }) => name)).toEqual(['minute'])
    expect(requests).toEqual([
      {
        RequestType: 'Create',
        RequestId: expect.any(String) as unknown,
        ResponseURL: expect.stringMatching(/^https:\/\//) as unknown,
        ServiceToken: lambda.arnOf('attach'),
        StackId: deployment.stack.stackId,
        ResourceType: 'Custom::ScaledGroup',
        LogicalResourceId: 'Group',
        ResourceProperties: {
          ServiceToken: lambda.arnOf('attach'),
          AutoScalingGroupName: 'ecs-web',
          Percent: '10',
          Policies: [lambda.arnOf('choose'), 'true'],
        },
      },
    ])
  })

  it('fails the stack when its function says so', async () => {
    const { deployment, pass, eventBridge } = setUp((request, put) =>
      put(answer(request, { Status: 'FAILED', Reason: 'the group has another scaler' })),
    )
    await pass(2)
    expect(deployment.status).toBe('CREATE_FAILED')
    expect(deployment.failures).toEqual(['Group: the group has another scaler'])
    expect(eventBridge.rules).toEqual([])
  })

  it.each([
    ['answers something else', () => 'done'],
    ['answers for another request', (request: Request) => answer(request, { RequestId: 'other' })],
    ['gives no physical id', (request: Request) => answer(request, { PhysicalResourceId: '' })],
    ['answers at length', (request: Request) => answer(request, { Data: { text: 'x'.repeat(4_096) } })],
  ])('fails the stack when its function %s', async (_case, body) => {
    const { deployment, pass } = setUp((request, put) => put(body(request)))
    await pass(2)
    expect(deployment.status).toBe('CREATE_FAILED')
  })

  it('fails the stack after an hour without an answer, or sooner where its time is shorter', async () => {
    const silent = setUp(() => undefined)
    await silent.pass(3_599)
    expect(silent.deployment.status).toBe('CREATE_IN_PROGRESS')
    await silent.pass(1)
    expect(silent.deployment.status).toBe('CREATE_FAILED')
    const hasty = setUp(() => undefined, {
      ...resources,
      Group: {
        Type: 'Custom::ScaledGroup',
        Properties: { ServiceToken: { 'Fn::GetAtt': ['Attach', 'Arn'] }, ServiceTimeout: 60 },
      },
    })
    await hasty.pass(60)
    expect(hasty.deployment.failures).toEqual([
      'Group: Custom Resource failed to stabilize in expected time.',
    ])
  })

  it('is asked again when its function throws, as every asynchronous invocation is', async () => {
    let calls = 0
    const { deployment, pass, requests } = setUp((request, put) => {
      calls += 1
      if (calls === 1) throw new Error('throttled')
      put(answer(request))
    })
    await pass(70)
    expect(deployment.status).toBe('CREATE_COMPLETE')
    expect(new Set(requests.map(({ RequestId }) => RequestId)).size).toBe(1)
    expect(requests).toHaveLength(2)
  })
})

describe('a stack that is removed', () => {
  it('takes a custom resource away before what it stands on, and after what stands on it', async () => {
    const seen: string[] = []
    const parts = setUp((request, put) => {
      const exists = (name: string) => (parts.lambda.has(parts.lambda.arnOf(name)) ? [name] : [])
      const rules = parts.eventBridge.rules.map(({ name }) => name)
      const permissions = parts.lambda.functionByArn(parts.lambda.arnOf('choose')).permissions.size
      seen.push(`${request.RequestType}: ${[...exists('choose'), ...rules].join(' ')} ${permissions}`)
      put(answer(request))
    })
    await parts.pass(2)
    parts.deployment.remove()
    await parts.pass(2)
    expect(seen).toEqual(['Create: choose 1', 'Delete: choose 1'])
    expect(parts.requests[1]?.PhysicalResourceId).toBe('ecs-web/attached')
    expect(parts.deployment.status).toBe('DELETE_COMPLETE')
    expect([parts.sqs.queues, parts.s3.buckets, parts.eventBridge.rules]).toEqual([[], [], []])
    expect(parts.lambda.has(parts.lambda.arnOf('choose'))).toBe(false)
  })

  it('loses what a custom resource needs and does not name, before it is asked', async () => {
    const seen: boolean[] = []
    const parts = setUp(
      (request, put) => {
        seen.push(parts.lambda.has(parts.lambda.arnOf('choose')))
        put(answer(request))
      },
      {
        ...resources,
        Group: {
          Type: 'Custom::ScaledGroup',
          Properties: { ServiceToken: { 'Fn::GetAtt': ['Attach', 'Arn'] } },
        },
      },
    )
    await parts.pass(2)
    parts.deployment.remove()
    await parts.pass(2)
    expect(seen).toEqual([true, false])
  })

  it('stops at a deletion that fails, and goes on when it is removed again', async () => {
    let mayGo = false
    const { deployment, pass, lambda } = setUp((request, put) => {
      const refuses = request.RequestType === 'Delete' && !mayGo
      put(answer(request, refuses ? { Status: 'FAILED', Reason: 'not yet' } : {}))
    })
    await pass(2)
    deployment.remove()
    await pass(2)
    expect([deployment.status, deployment.failures]).toEqual(['DELETE_FAILED', ['Group: not yet']])
    expect(lambda.has(lambda.arnOf('choose'))).toBe(true)
    mayGo = true
    deployment.remove()
    await pass(2)
    expect(deployment.status).toBe('DELETE_COMPLETE')
  })

  it('cannot delete a bucket that holds something, and leaves one that is retained', async () => {
    const full = setUp()
    await full.pass(2)
    full.s3.bucketNamed('candidates').put('web.json', new Uint8Array(), 'application/json')
    full.deployment.remove()
    await full.pass(2)
    expect(full.deployment.status).toBe('DELETE_FAILED')
    expect(full.deployment.failures).toEqual([expect.stringContaining('Bucket: ') as unknown])
    const kept = setUp(succeed, {
      ...resources,
      Bucket: { ...resources['Bucket'], DeletionPolicy: 'Retain' },
    })
    await kept.pass(2)
    kept.deployment.remove()
    await kept.pass(2)
    expect([kept.deployment.status, kept.s3.buckets.length]).toEqual(['DELETE_COMPLETE', 1])
  })
})
