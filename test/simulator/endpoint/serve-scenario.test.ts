import { connect } from 'node:net'

import { afterEach, describe, expect, it } from '@jest/globals'
import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling'
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient, ListTasksCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs'
import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { ListSubscriptionsByTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

import {
  serveScenario,
  type ServedScenario,
  type ServeScenario,
} from '../../../simulator/endpoint/serve-scenario.ts'
import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { smallCluster as cluster } from './small-cluster.ts'

let served: ServedScenario | undefined
const defects: unknown[] = []
const standstills: unknown[] = []

afterEach(async () => {
  await served?.stop()
  served = undefined
  expect(defects.splice(0)).toEqual([])
  expect(standstills.splice(0)).toEqual([])
})

const serve = async (
  options: Partial<ServeScenario> = {},
  content: object = cluster,
): Promise<ServedScenario> => {
  served = await serveScenario({
    scenario: parseScenario('small', content),
    seed: 1,
    port: 0,
    speed: 'manual',
    ebbtide: 'absent',
    onPackaging: () => undefined,
    onDefect: (error) => defects.push(error),
    onStandstill: (error) => standstills.push(error),
    ...options,
  })
  return served
}

/** What the endpoint answers, as far as it is looked into here. */
interface Answered {
  readonly [field: string]: unknown
  readonly deliveries: readonly {
    readonly number: number
    readonly service: string
    readonly target: string
  }[]
  readonly awsCalls: { readonly byOperation: Readonly<Record<string, number>> }
}

const at = ({ url, region }: ServedScenario) => ({
  region,
  endpoint: url,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
})

const advance = (seconds: number): Promise<Response> =>
  fetch(`${served!.url}/advance?seconds=${seconds}`, { method: 'POST' })

const json = async (path: string): Promise<Answered> =>
  (await (await fetch(`${served!.url}${path}`)).json()) as Answered

const queueUrl = async (sqs: SQSClient, QueueName: string) =>
  (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl!

const scaleTo = (DesiredCapacity: number) =>
  new AutoScalingClient(at(served!)).send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: 'ecs-web', DesiredCapacity }),
  )

const bodies = async (sqs: SQSClient, QueueUrl: string, WaitTimeSeconds = 0) => {
  const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input))
  return Messages.map(({ Body = '' }) => JSON.parse(Body) as Answered)
}

describe('a served scenario', () => {
  it('drains with Ebbtide in it, and shows the score of it', async () => {
    await serve({ ebbtide: 'deployed' })
    await scaleTo(2)
    await advance(600)
    const score = await json('/score')
    expect(score).toMatchObject({ virtualSeconds: 600, violations: [] })
    expect(score['drains']).toMatchObject([{ outcome: 'drained', tasksKilled: 0 }])
    expect(score.awsCalls.byOperation).toMatchObject({ SetDesiredCapacity: 1, CompleteLifecycleAction: 1 })
  })

  it('hands the lifecycle action of a bare scenario to its queue, and lets an outside client complete it once', async () => {
    const sqs = new SQSClient(at(await serve()))
    const url = await queueUrl(sqs, 'lifecycle-actions')
    expect(url).toBe(`${served!.url}/111122223333/lifecycle-actions`)
    await scaleTo(2)
    await advance(10)
    const [test, action] = await bodies(sqs, url)
    expect(test).toMatchObject({ Event: 'autoscaling:TEST_NOTIFICATION' })
    expect(action).toMatchObject({
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      LifecycleHookName: 'drain',
    })
    const completion = {
      AutoScalingGroupName: 'ecs-web',
      LifecycleHookName: 'drain',
      LifecycleActionToken: action!['LifecycleActionToken'] as string,
      LifecycleActionResult: 'CONTINUE',
    }
    const scaling = new AutoScalingClient(at(served!))
    await scaling.send(new CompleteLifecycleActionCommand(completion))
    await expect(scaling.send(new CompleteLifecycleActionCommand(completion))).rejects.toMatchObject({
      name: 'ValidationError',
    })
    await advance(120)
    const { AutoScalingInstances } = await scaling.send(new DescribeAutoScalingInstancesCommand({}))
    expect(AutoScalingInstances).toHaveLength(2)
    expect((await json('/score'))['drains']).toMatchObject([{ outcome: 'completed' }])
  })

  it('gives hooks the topic and EventBridge the targets that the scenario names, and lists what they delivered', async () => {
    const bare = {
      queues: [{ name: 'events' }, { name: 'subscriber' }],
      topics: [{ name: 'hooks', queues: ['subscriber'] }],
      rules: [
        {
          name: 'terminate',
          eventPattern: {
            source: ['aws.autoscaling'],
            'detail-type': ['EC2 Instance-terminate Lifecycle Action'],
          },
          queue: 'events',
          targetArn: 'arn:aws:lambda:eu-west-1:111122223333:function:theirs',
        },
      ],
      hooks: [{ group: 'ecs-web', name: 'theirs', topic: 'hooks' }],
    }
    const sqs = new SQSClient(at(await serve({}, { ...cluster, bare })))
    await scaleTo(2)
    await advance(10)
    const notified = await bodies(sqs, await queueUrl(sqs, 'subscriber'))
    const action = notified.find(({ Subject }) =>
      String(Subject).startsWith('Auto Scaling:  Lifecycle action'),
    )!
    expect(action).toMatchObject({
      Type: 'Notification',
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:hooks',
    })
    expect(JSON.parse(String(action['Message']))).toMatchObject({ LifecycleHookName: 'theirs' })
    const [event] = await bodies(sqs, await queueUrl(sqs, 'events'))
    expect(event).toMatchObject({ 'detail-type': 'EC2 Instance-terminate Lifecycle Action' })
    const { deliveries } = await json('/deliveries?after=0')
    const targets = deliveries.map(({ service, target }) => `${service} ${target.split(':').pop()}`)
    expect(targets.toSorted()).toEqual([
      'EventBridge events',
      'EventBridge theirs',
      'SNS subscriber',
      'SNS subscriber',
    ])
    const last = deliveries.at(-1)!
    expect((await json(`/deliveries?after=${last.number - 1}`))['deliveries']).toEqual([last])
  })

  it('lets outside clients make rules and publish events and messages', async () => {
    const options = at(
      await serve(
        {},
        { ...cluster, bare: { queues: [{ name: 'mine' }], topics: [{ name: 'news', queues: ['mine'] }] } },
      ),
    )
    const [bus, sns, sqs] = [new EventBridgeClient(options), new SNSClient(options), new SQSClient(options)]
    await bus.send(new PutRuleCommand({ Name: 'mine', EventPattern: '{"source":["my.app"]}' }))
    const Targets = [{ Id: 'queue', Arn: 'arn:aws:sqs:eu-west-1:111122223333:mine' }]
    await bus.send(new PutTargetsCommand({ Rule: 'mine', Targets }))
    expect((await bus.send(new ListTargetsByRuleCommand({ Rule: 'mine' }))).Targets).toEqual(Targets)
    const entry = { Source: 'my.app', DetailType: 'Hello', Detail: '{"a":1}' }
    const put = await bus.send(
      new PutEventsCommand({ Entries: [entry, { ...entry, Source: 'aws.ecs' }, { ...entry, Detail: '[]' }] }),
    )
    expect(put.FailedEntryCount).toBe(2)
    expect(put.Entries!.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
    ])
    const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:news'
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toHaveLength(1)
    await sns.send(new PublishCommand({ TopicArn, Message: '"hello"' }))
    await advance(2)
    const received = await bodies(sqs, await queueUrl(sqs, 'mine'))
    expect(received.map((body) => (body['detail'] as object | undefined) ?? body['Message'])).toEqual(
      expect.arrayContaining([{ a: 1 }, '"hello"']),
    )
  })

  it('lets a client wait for a message while time runs, and answers at once where it stands still', async () => {
    const manual = new SQSClient(at(await serve()))
    const manualUrl = await queueUrl(manual, 'lifecycle-actions')
    expect(await bodies(manual, manualUrl, 20)).toHaveLength(1)
    expect(await bodies(manual, manualUrl, 20)).toEqual([])
    await served!.stop()
    const bare = {
      queues: [{ name: 'lifecycle-actions', visibilityTimeoutSeconds: 43_200 }],
      hooks: [{ group: 'ecs-web', queue: 'lifecycle-actions' }],
    }
    const sqs = new SQSClient(at(await serve({ speed: 60 }, { ...cluster, bare })))
    const url = await queueUrl(sqs, 'lifecycle-actions')
    await bodies(sqs, url)
    const waiting = bodies(sqs, url, 20)
    await scaleTo(2)
    expect(await waiting).toMatchObject([{ LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' }])
    await expect(bodies(sqs, url, 21)).rejects.toMatchObject({
      message: expect.stringContaining('WaitTimeSeconds'),
    })
  })

  it('answers in each protocol', async () => {
    const options = at(await serve())
    const groups = await new AutoScalingClient(options).send(new DescribeAutoScalingGroupsCommand({}))
    expect(groups.AutoScalingGroups?.[0]?.CreatedTime).toBeInstanceOf(Date)
    const tasks = await new ECSClient(options).send(new ListTasksCommand({ cluster: 'web' }))
    expect(tasks.taskArns).toHaveLength(3)
    const machines = await new EC2Client(options).send(new DescribeInstancesCommand({}))
    expect(machines.Reservations?.flatMap(({ Instances = [] }) => Instances)).toHaveLength(3)
    const identity = await new STSClient(options).send(new GetCallerIdentityCommand({}))
    expect(identity.Account).toBe('111122223333')
  })

  it('refuses by name what is not modelled, and is not asked again', async () => {
    const options = { ...at(await serve()), maxAttempts: 3 }
    const call = new ECSClient(options).send(new ListTaskDefinitionsCommand({}))
    await expect(call).rejects.toMatchObject({
      name: 'NotModelled',
      message: 'The simulator does not model ECS ListTaskDefinitions.',
      $metadata: { httpStatusCode: 501, attempts: 1 },
    })
    const dryRun = new EC2Client(options).send(new DescribeInstancesCommand({ DryRun: true }))
    await expect(dryRun).rejects.toMatchObject({
      name: 'NotModelled',
      message: expect.stringContaining('DryRun'),
    })
  })

  it('says what is wrong with a request of its own', async () => {
    await serve()
    const answers = [
      await fetch(`${served!.url}/deliveries?after=never`),
      await advance(-1),
      await fetch(`${served!.url}/advance?seconds=`, { method: 'POST' }),
      await fetch(`${served!.url}/nothing`),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 404])
  })

  it('says why time cannot go on, and goes on answering', async () => {
    const script = [{ do: 'delete-hook', atSeconds: 1, group: 'ecs-web', hook: 'no-such-hook' }]
    await serve({ speed: 600 }, { ...cluster, script })
    while (standstills.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(String(standstills.splice(0)[0])).toContain('The step delete-hook at 1 s was refused')
    const identity = new STSClient(at(served!)).send(new GetCallerIdentityCommand({}))
    expect((await identity).Account).toBe('111122223333')
  })

  it('says that a port is taken', async () => {
    const { url } = await serve()
    const port = Number(new URL(url).port)
    const running = served
    await expect(serve({ port })).rejects.toThrow(`Port ${port} is taken`)
    served = running
  })

  it('listens to this machine alone, and frees the port when it is stopped', async () => {
    const { url, stop } = await serve()
    expect(new URL(url).hostname).toBe('127.0.0.1')
    await stop()
    served = undefined
    const refused = await new Promise((resolve) => {
      connect(Number(new URL(url).port), '127.0.0.1')
        .once('error', resolve)
        .once('connect', resolve)
    })
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' })
  })
})
