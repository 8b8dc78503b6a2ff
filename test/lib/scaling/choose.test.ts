import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { ECSClient } from '@aws-sdk/client-ecs'
import { S3Client } from '@aws-sdk/client-s3'

import { choose, type ChooserEnvironment } from '../../../lib/scaling/choose.ts'
import { Telemetry } from '../../../lib/telemetry.ts'

const region = 'eu-west-1'
const NOW = 1_795_166_143_904

const event = {
  AutoScalingGroupARN:
    'arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:d4:autoScalingGroupName/ecs-web-a',
  AutoScalingGroupName: 'ecs-web-a',
  CapacityToTerminate: [{ AvailabilityZone: 'eu-west-1b', Capacity: 1, InstanceMarketOption: 'on-demand' }],
  Instances: [
    {
      AvailabilityZone: 'eu-west-1b',
      InstanceId: 'i-0056faf8da3e1f75d',
      InstanceType: 'm6g.large',
      InstanceMarketOption: 'on-demand',
    },
  ],
  Cause: 'SCALE_IN',
}

const list = (writtenAt: number) => ({
  version: 1,
  writtenAt,
  validUntil: writtenAt + 90_000,
  candidates: [
    { instanceId: 'i-0056faf8da3e1f75d', zone: 'eu-west-1b', cost: 1, taskCount: 1, tasks: ['0123456789t1'] },
  ],
  kept: [],
})

const stored = (writtenAt: number) => ({
  list: list(writtenAt),
  replacementComesFirst: false,
  places: { 'i-0056faf8da3e1f75d': 'arn:aws:ecs:eu-west-1:111122223333:container-instance/web/c1' },
})

type Answers = Readonly<Record<string, () => Promise<object>>>

const usual: Answers = {
  GetObjectCommand: async () => ({
    Body: { transformToString: async () => JSON.stringify(stored(NOW - 30_000)) },
  }),
  DescribeContainerInstancesCommand: async () => ({
    containerInstances: [
      { ec2InstanceId: 'i-0056faf8da3e1f75d', status: 'ACTIVE', agentConnected: true, runningTasksCount: 1 },
    ],
  }),
  ListTasksCommand: async () => ({ taskArns: ['arn:aws:ecs:eu-west-1:111122223333:task/web/0123456789t1'] }),
  GetTaskProtectionCommand: async () => ({ protectedTasks: [{ protectionEnabled: false }] }),
}

/** Clients that answer what a test says, and refuse everything else. */
const environmentWith = (answers: Answers): ChooserEnvironment => {
  const ecs = new ECSClient({ region })
  const s3 = new S3Client({ region })
  const answering = () => (_: unknown, context: { commandName?: string }) => {
    const answer = answers[context.commandName ?? '']
    if (answer === undefined) throw new Error(`nobody answers ${context.commandName}`)
    return async () => ({ output: { $metadata: {}, ...(await answer()) }, response: undefined })
  }
  ecs.middlewareStack.add(answering(), { step: 'initialize', priority: 'high' })
  s3.middlewareStack.add(answering(), { step: 'initialize', priority: 'high' })
  let late: (() => void) | undefined
  return {
    settings: { cluster: 'web', bucket: 'notes' },
    clients: { ecs, s3 },
    clock: { now: () => NOW },
    telemetry: new Telemetry('web'),
    after: (milliseconds, work) => {
      expect(milliseconds).toBeLessThan(2_000)
      late = work
      if (answers['Late'] !== undefined) setImmediate(() => late?.())
      return { cancel: () => (late = undefined) }
    },
  }
}

const vetoes: string[] = []

beforeEach(() => {
  vetoes.length = 0
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((chunk) => vetoes.push(String(chunk)) > 0)
})

afterEach(() => {
  jest.restoreAllMocks()
})

const reasonOf = (environment: ChooserEnvironment): unknown => {
  environment.telemetry.flush()
  const lines = vetoes.map((line) => JSON.parse(line) as Record<string, unknown>)
  return lines.find(({ VictimsVetoed }) => VictimsVetoed === 1)?.['Reason']
}

describe('choosing victims', () => {
  it('names an instance that may go, and none else', async () => {
    const environment = environmentWith(usual)
    expect(await choose(environment, event)).toEqual({ InstanceIDs: ['i-0056faf8da3e1f75d'] })
    expect(reasonOf(environment)).toBeUndefined()
  })

  const denied = async () => {
    throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied' })
  }

  it.each<[string, Answers, unknown, string]>([
    ['an event that is none of Auto Scaling', usual, { detail: {} }, 'bad-event'],
    ['no event at all', usual, undefined, 'bad-event'],
    ['a cause that is not known', usual, { ...event, Cause: 'WHIM' }, 'bad-event'],
    ['a list that cannot be read', { ...usual, GetObjectCommand: denied }, event, 'unreadable'],
    [
      'no list',
      {
        ...usual,
        GetObjectCommand: async () => {
          throw Object.assign(new Error('gone'), { name: 'NoSuchKey' })
        },
      },
      event,
      'no-list',
    ],
    [
      'a list of more than 90 seconds ago',
      {
        ...usual,
        GetObjectCommand: async () => ({
          Body: { transformToString: async () => JSON.stringify(stored(NOW - 90_001)) },
        }),
      },
      event,
      'list-too-old',
    ],
    [
      'a list of another version',
      {
        ...usual,
        GetObjectCommand: async () => ({ Body: { transformToString: async () => '{"version":2}' } }),
      },
      event,
      'no-list',
    ],
    [
      'a task that has asked for protection since',
      { ...usual, GetTaskProtectionCommand: async () => ({ protectedTasks: [{ protectionEnabled: true }] }) },
      event,
      'protected-task',
    ],
    [
      'a task of no service that has come since',
      {
        ...usual,
        GetTaskProtectionCommand: async () => ({ failures: [{ arn: 't1', reason: 'TASK_NOT_VALID' }] }),
      },
      event,
      'standalone-task',
    ],
    [
      'as many tasks as before of which one is another',
      {
        ...usual,
        ListTasksCommand: async () => ({
          taskArns: ['arn:aws:ecs:eu-west-1:111122223333:task/web/0123456789t2'],
        }),
      },
      event,
      'changed-since',
    ],
    [
      'an ECS that cannot be read',
      { ...usual, DescribeContainerInstancesCommand: denied },
      event,
      'unreadable',
    ],
    [
      'an answer that does not come in time',
      { ...usual, ListTasksCommand: () => new Promise(() => undefined), Late: async () => ({}) },
      event,
      'out-of-time',
    ],
  ])('takes none for %s, and says so', async (_, answers, asked, reason) => {
    const environment = environmentWith(answers)
    expect(await choose(environment, asked)).toEqual({ InstanceIDs: [] })
    expect(reasonOf(environment)).toBe(reason)
  })
})
