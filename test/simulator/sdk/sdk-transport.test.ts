import { describe, expect, it } from '@jest/globals'
import {
  AutoScalingClient,
  AutoScalingServiceException,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  paginateDescribeAutoScalingGroups,
  ResourceContentionFault,
} from '@aws-sdk/client-auto-scaling'
import {
  AccessDeniedException,
  ClusterNotFoundException,
  DescribeTasksCommand,
  ECSClient,
  ListServicesCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
} from '@aws-sdk/client-ecs'
import { SQSClient } from '@aws-sdk/client-sqs'
import { ServiceError, type Operation, type ServiceModel } from '../../../simulator/aws/operation.ts'
import { Simulation, type Process } from '../../../simulator/engine/simulation.ts'
import type { CallRecord } from '../../../simulator/sdk/call-record.ts'
import { operator, type Caller } from '../../../simulator/sdk/caller.ts'
import type { Statement } from '../../../simulator/sdk/permission.ts'
import {
  CALL_LATENCY_MS,
  SdkTransport,
  type SdkTransportOptions,
} from '../../../simulator/sdk/sdk-transport.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

const ecs = (operations: Readonly<Record<string, Operation>>): ServiceModel => ({
  serviceId: 'ECS',
  operations,
})
const autoScaling = (operations: Readonly<Record<string, Operation>>): ServiceModel => ({
  serviceId: 'Auto Scaling',
  operations,
})
const fail =
  (code: string, status?: number): Operation =>
  () => {
    throw new ServiceError(code, `failed with ${code}`, status)
  }

const setUp = (models: readonly ServiceModel[], options: Partial<SdkTransportOptions> = {}) => {
  const simulation = new Simulation({ seed: 1, startsAt: 0 })
  const records: CallRecord[] = []
  const transport = new SdkTransport({
    simulation,
    account,
    models,
    onCall: (record) => void records.push(record),
    ...options,
  })
  const callerFor = (process: Process, statements?: readonly Statement[]): Caller => ({
    name: 'drain',
    wait: (delayMs) => process.wait(delayMs),
    statements,
  })
  /** Runs product code with an ECS and an Auto Scaling client; resolves to what it returned or threw. */
  const run = async (
    code: (clients: { ecs: ECSClient; autoScaling: AutoScalingClient }) => Promise<unknown>,
    statements?: readonly Statement[],
  ): Promise<unknown> => {
    let result: unknown
    simulation.start(async (process) => {
      const clients = { ecs: new ECSClient({}), autoScaling: new AutoScalingClient({}) }
      for (const client of Object.values(clients)) {
        if (models.some(({ serviceId }) => serviceId === client.config.serviceId)) {
          transport.attach(client, callerFor(process, statements))
        }
      }
      result = await code(clients).catch((error: unknown) => error)
    })
    await simulation.runUntil(simulation.now() + 10_000)
    return result
  }
  return { simulation, transport, records, run }
}

describe('a call of an SDK client', () => {
  it('takes its time, with the effect in the middle, and is recorded', async () => {
    const { simulation, records, run } = setUp([ecs({ ListTasks: () => ({ taskArns: ['a'] }) })])
    let answeredAt = 0
    const output = await run(async ({ ecs }) => {
      const answer = await ecs.send(new ListTasksCommand({ cluster: 'web' }))
      answeredAt = simulation.now()
      return answer
    })
    expect(output).toMatchObject({ taskArns: ['a'], $metadata: { httpStatusCode: 200 } })
    expect(answeredAt).toBeGreaterThanOrEqual(CALL_LATENCY_MS.least)
    expect(answeredAt).toBeLessThanOrEqual(CALL_LATENCY_MS.most)
    expect(records).toEqual([
      {
        at: Math.floor(answeredAt / 2),
        service: 'ECS',
        operation: 'ListTasks',
        caller: 'drain',
        input: { cluster: 'web' },
        hadEffect: true,
        error: undefined,
      },
    ])
  })

  it('shares no object with the model, in either direction', async () => {
    const world = { taskArns: ['a'], startedAt: new Date(5) }
    const seen: ListTasksCommandInput[] = []
    const { run } = setUp([
      ecs({
        ListTasks: (input: ListTasksCommandInput) => {
          seen.push(input)
          return world
        },
      }),
    ])
    const input: ListTasksCommandInput = { cluster: 'web' }
    await run(async ({ ecs }) => {
      const output = await ecs.send(new ListTasksCommand(input))
      output.taskArns?.push('changed by the caller')
      expect((output as unknown as typeof world).startedAt).toEqual(new Date(5))
    })
    input.cluster = 'changed by the caller'
    expect(world.taskArns).toEqual(['a'])
    expect(seen).toEqual([{ cluster: 'web' }])
  })

  it('runs beside others of the same process', async () => {
    const { simulation, records, run } = setUp([ecs({ ListTasks: () => ({ taskArns: [] }) })])
    let answeredAt = 0
    await run(async ({ ecs }) => {
      const clusters = ['a', 'b', 'c', 'd', 'e', 'f']
      await Promise.all(clusters.map((cluster) => ecs.send(new ListTasksCommand({ cluster }))))
      answeredAt = simulation.now()
    })
    expect(records).toHaveLength(6)
    expect(answeredAt).toBeLessThanOrEqual(CALL_LATENCY_MS.most)
  })

  it('works under the paginators of the SDK', async () => {
    const pages: Operation = ({ NextToken }: { NextToken?: string }) =>
      NextToken === undefined
        ? { AutoScalingGroups: [{ AutoScalingGroupName: 'a' }], NextToken: 'more' }
        : { AutoScalingGroups: [{ AutoScalingGroupName: 'b' }] }
    const { run } = setUp([autoScaling({ DescribeAutoScalingGroups: pages })])
    const names = await run(async ({ autoScaling: client }) => {
      const found: (string | undefined)[] = []
      for await (const page of paginateDescribeAutoScalingGroups({ client }, {})) {
        found.push(...(page.AutoScalingGroups ?? []).map(({ AutoScalingGroupName }) => AutoScalingGroupName))
      }
      return found
    })
    expect(names).toEqual(['a', 'b'])
  })

  it('has no effect if the process dies before it, and never returns if the process dies after it', async () => {
    const { simulation, transport } = setUp([
      ecs({ ListTasks: () => ({ taskArns: [String((effects += 1))] }) }),
    ])
    let effects = 0
    let answers = 0
    const startCall = () =>
      simulation.start(async (process) => {
        const client = new ECSClient({})
        transport.attach(client, {
          name: 'drain',
          wait: (delayMs) => process.wait(delayMs),
          statements: undefined,
        })
        await client.send(new ListTasksCommand({}))
        answers += 1
      })
    const early = startCall()
    simulation.after(1, () => early.kill())
    await simulation.runUntil(100)
    expect([effects, answers]).toEqual([0, 0])
    const late = startCall()
    simulation.watch(() => {
      if (effects === 1) late.kill()
    })
    await simulation.runUntil(200)
    expect([effects, answers]).toEqual([1, 0])
  })

  it('can be made from outside of every process', async () => {
    const { simulation, transport, records } = setUp([ecs({ ListTasks: () => ({ taskArns: ['a'] }) })])
    const client = new ECSClient({})
    transport.attach(client, operator(simulation))
    const seen: number[] = []
    const twice = (async () => {
      for (const cluster of ['one', 'two']) {
        await client.send(new ListTasksCommand({ cluster }))
        seen.push(simulation.now())
      }
    })()
    await simulation.runUntil(100)
    await twice
    expect(records.map(({ caller }) => caller)).toEqual(['operator', 'operator'])
    expect(seen[1]).toBeLessThanOrEqual(2 * CALL_LATENCY_MS.most)
  })
})

describe('an error of a service', () => {
  it.each([
    ['the name of a modelled exception', 'ClusterNotFoundException', ClusterNotFoundException],
    ['any other code', 'ThrottlingException', undefined],
  ])('with %s is the exception that the SDK throws', async (_, code, modelled) => {
    const { run, records } = setUp([ecs({ ListTasks: fail(code) })])
    const error = await run(({ ecs }) => ecs.send(new ListTasksCommand({})))
    if (modelled !== undefined) expect(error).toBeInstanceOf(modelled)
    expect(error).toMatchObject({ name: code, message: `failed with ${code}`, $fault: 'client' })
    expect(records).toMatchObject([{ error: code }])
  })

  it('with a code of the query protocol is the modelled exception of another name', async () => {
    const { run } = setUp([autoScaling({ CompleteLifecycleAction: fail('ResourceContention', 500) })])
    const error = await run(({ autoScaling }) =>
      autoScaling.send(
        new CompleteLifecycleActionCommand({
          AutoScalingGroupName: 'g',
          LifecycleHookName: 'h',
          LifecycleActionResult: 'CONTINUE',
        }),
      ),
    )
    expect(error).toBeInstanceOf(ResourceContentionFault)
    expect(error).toMatchObject({
      name: 'ResourceContentionFault',
      $fault: 'server',
      $metadata: { httpStatusCode: 500 },
    })
  })

  it("with a code that no exception is modelled for is the service's base exception", async () => {
    const { run } = setUp([autoScaling({ DescribeAutoScalingGroups: fail('ValidationError') })])
    const error = await run(({ autoScaling }) => autoScaling.send(new DescribeAutoScalingGroupsCommand({})))
    expect(error).toBeInstanceOf(AutoScalingServiceException)
    expect(error).toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } })
  })
})

describe('what is not modelled', () => {
  it('is refused by name, and remembered even when the caller swallows the error', async () => {
    const { run, transport } = setUp([ecs({ ListTasks: () => ({}) })])
    const error = await run(({ ecs }) => ecs.send(new ListServicesCommand({ cluster: 'web' })))
    expect(error).toMatchObject({ message: 'the simulated ECS does not model ListServices' })
    expect(transport.refusals).toEqual(['the simulated ECS does not model ListServices'])
  })

  it('is a whole service, when no model answers for it', () => {
    const { simulation, transport } = setUp([ecs({})])
    expect(() => transport.attach(new SQSClient({}), operator(simulation))).toThrow(
      'does not model the service SQS',
    )
  })
})

describe('a fault', () => {
  const throttled = new ServiceError('ThrottlingException', 'slow down')

  it.each([
    ['refused', 0],
    ['answer-lost', 1],
  ] as const)('of the kind %s leaves %s effects behind', async (kind, effectCount) => {
    let effects = 0
    const count = () => ({ taskArns: [String((effects += 1))] })
    const faults = () => ({ kind, error: throttled })
    const { run, records } = setUp([ecs({ ListTasks: count })], { faults })
    expect(await run(({ ecs }) => ecs.send(new ListTasksCommand({})))).toMatchObject({
      name: 'ThrottlingException',
    })
    expect(effects).toBe(effectCount)
    expect(records).toMatchObject([{ error: 'ThrottlingException', hadEffect: effectCount === 1 }])
  })

  it('makes only the calls late that it is for', async () => {
    const { run, simulation } = setUp([ecs({ ListTasks: () => ({}), DescribeTasks: () => ({}) })], {
      faults: ({ operation }) =>
        operation === 'DescribeTasks' ? { kind: 'slow', extraMs: 3_000 } : undefined,
    })
    const answeredAt: number[] = []
    await run(async ({ ecs }) => {
      await ecs.send(new ListTasksCommand({}))
      answeredAt.push(simulation.now())
      await ecs.send(new DescribeTasksCommand({ tasks: [] }))
      answeredAt.push(simulation.now())
    })
    expect(answeredAt[0]).toBeLessThanOrEqual(CALL_LATENCY_MS.most)
    expect(answeredAt[1]).toBeGreaterThan(3_000)
  })
})

describe("a call that the caller's role does not allow", () => {
  const allow = (...actions: readonly string[]): Statement => ({
    effect: 'Allow',
    actions,
    resources: ['*'],
    conditions: {},
  })

  it('is answered as the service does, without an effect', async () => {
    let effects = 0
    const count = () => ({ taskArns: [String((effects += 1))] })
    const { run, records } = setUp([
      ecs({ ListTasks: count }),
      autoScaling({ DescribeAutoScalingGroups: count }),
    ])
    const statements = [allow('ecs:Describe*')]
    const ecsError = await run(({ ecs }) => ecs.send(new ListTasksCommand({})), statements)
    expect(ecsError).toBeInstanceOf(AccessDeniedException)
    const groups = new DescribeAutoScalingGroupsCommand({})
    const groupsError = await run(({ autoScaling }) => autoScaling.send(groups), statements)
    expect(groupsError).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
    expect(effects).toBe(0)
    expect(records.map(({ error }) => error)).toEqual(['AccessDeniedException', 'AccessDenied'])
  })

  it('is made when a statement allows it', async () => {
    const { run } = setUp([ecs({ ListTasks: () => ({ taskArns: ['a'] }) })])
    const output = await run(({ ecs }) => ecs.send(new ListTasksCommand({})), [allow('ecs:List*')])
    expect(output).toMatchObject({ taskArns: ['a'] })
  })
})

it('gives every call the same latency in every run of the same seed', async () => {
  const answers = async () => {
    const { simulation, run } = setUp([ecs({ ListTasks: () => ({}) })])
    const times: number[] = []
    await run(async ({ ecs }) => {
      for (let call = 0; call < 20; call += 1) {
        await ecs.send(new ListTasksCommand({}))
        times.push(simulation.now())
      }
    })
    return times
  }
  expect(await answers()).toEqual(await answers())
})
