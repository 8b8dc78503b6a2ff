import { stdout } from 'node:process'
import {
  DescribeLifecycleHooksCommand,
  RecordLifecycleActionHeartbeatCommand,
} from '@aws-sdk/client-auto-scaling'
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  StopTaskCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs'
import { DeleteMessageCommand } from '@aws-sdk/client-sqs'
import { describe, expect, it } from '@jest/globals'

import type { InvocationRecord } from '../../../simulator/aws/lambda/invocation.ts'
import { ServiceError } from '../../../simulator/aws/operation.ts'
import { STRANGER_ID } from '../../../simulator/faults/bad-messages.ts'
import type { Recording } from '../../../simulator/rehearsal/recording.ts'
import type { Rehearsal } from '../../../simulator/rehearsal/rehearse.ts'
import { loadScenario } from '../../../simulator/scenario/load-scenario.ts'
import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { call } from '../../../simulator/world/call.ts'
import type { World } from '../../../simulator/world/world.ts'
import { group, GROUP, HOOK, oldest, play, shop, terminateOne } from '../../scenarios/small-cluster.ts'
import { at, clientsAs, completion } from './broken-product.ts'

const START = Date.UTC(2026, 10, 20, 9, 0, 0)
const secondsInto = (milliseconds: number): number => (milliseconds - START) / 1_000

/** Plays a drain that begins at 10 s, with something done to the world; the instance it is about comes along. */
const playBroken = async (
  changes: Record<string, unknown>,
  breakIt: (world: World, instanceId: string, recording: Recording) => void,
) => {
  let instanceId = ''
  const run = await play({ script: [terminateOne(10)], ...changes }, (world, recording) => {
    instanceId = oldest(world)
    breakIt(world, instanceId, recording)
  })
  return { ...run, instanceId, violations: run.recording.violations }
}

const hasFailures = ({ result }: Recording['invocations'][number]): boolean =>
  result.kind === 'succeeded' && result.response.includes('itemIdentifier')

const promisesBroken = ({ recording }: Rehearsal) => recording.violations.map(({ promise }) => promise)

/** Nothing can be replaced and so nothing leaves: the drain waits for its deadline. */
const deadlocked = { ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }

/** Nothing reaches a function any more. */
const killEbbtide = ({ eventBridge }: World): void => eventBridge.dropDeliveries(() => true)

describe('a rehearsal of what is deployed', () => {
  it('breaks no promise', async () => {
    const { recording } = await rehearse({ scenario: loadScenario('scale-in'), seed: 3 })
    expect(recording.drains.length).toBeGreaterThan(0)
    expect(recording.violations).toEqual([])
  })
})

describe('promise 1', () => {
  it('is broken by a function that lets go of an instance whose tasks are still leaving', async () => {
    const { instanceId, violations, recording } = await playBroken({}, (world, id) =>
      at(world, 90, () => clientsAs(world).autoScaling.send(completion(id))),
    )
    expect(violations).toEqual([
      {
        promise: 1,
        instanceId,
        at: recording.drains[0]?.action.endedAt,
        what: 'completed ebbtide-web with CONTINUE while 2 tasks had not stopped',
      },
    ])
  })

  it('is not broken by somebody else who does so', async () => {
    const run = await playBroken({}, (world, id) =>
      at(world, 90, () => clientsAs(world, 'operator').autoScaling.send(completion(id))),
    )
    expect(run.recording.drains.map(({ action }) => action.by)).toEqual(['completed'])
    expect(run.violations).toEqual([])
  })

  it('is not broken by the deadline, which lets go of tasks by policy', async () => {
    const settings = { drainTimeout: 300, onDeadline: 'continue' }
    const run = await playBroken({ services: [deadlocked], settings }, () => undefined)
    expect(run.recording.killedTasks).not.toEqual([])
    expect(run.violations).toEqual([])
  })

  it('is broken by a deadline that is named before it has come', async () => {
    const run = await playBroken({}, (world, id, recording) => {
      at(world, 90, () => clientsAs(world).autoScaling.send(completion(id)))
      world.simulation.after(89_000, () => {
        const { facts } = recording.decisions.at(-1)!
        const early = {
          verdict: 'overdue',
          because: 'deadline',
          actions: [{ do: 'complete', outcome: 'deadline' }],
        }
        recording.hear({ message: 'Decided on an instance', facts, decision: early, results: ['done'] })
      })
    })
    expect(promisesBroken(run)).toEqual([1])
  })
})

describe('promise 2', () => {
  const stop = (world: World, id: string) => {
    const task = world.ecs.tasksOn(id).find(({ desiredStatus }) => desiredStatus === 'RUNNING')?.taskArn
    return clientsAs(world).ecs.send(new StopTaskCommand({ cluster: 'web', task }))
  }

  it('is broken by a service task that is stopped while the drain has time', async () => {
    const run = await playBroken({}, (world, id) => at(world, 15, () => stop(world, id)))
    const [violation] = run.violations
    expect(run.violations).toHaveLength(1)
    expect(violation).toMatchObject({ promise: 2, instanceId: run.instanceId })
    expect(violation?.what).toMatch(/^stopped a task of the service shop 32\d\d s before its time$/)
    expect(secondsInto(violation?.at ?? 0)).toBeCloseTo(15, 0)
  })

  /** 10 s + 900 s − (60 + 30 + 30) s is the time of the task, and 240 s earlier where AWS's own delay stands in. */
  const quick = { ...deadlocked, loadBalancer: { deregistrationDelaySeconds: 60 } }

  /** Nothing works but a task that is stopped by AWS's default delay, after a call that was refused in two looks. */
  const stopAfterRefusals = (
    caller: string,
    command: DescribeServicesCommand | DescribeTaskDefinitionCommand,
  ) =>
    playBroken(
      { services: [quick], settings: { drainTimeout: 900 }, lastsSeconds: 600 },
      (world, id, recording) => {
        killEbbtide(world)
        const error = new ServiceError('InternalFailure', 'An unexpected error occurred', 500)
        world.setFaults(({ operation }) =>
          /^Describe(Services|TaskDefinition)$/.test(operation) ? { kind: 'refused', error } : undefined,
        )
        const ask = (seconds: number, run: string) =>
          at(world, seconds, () => clientsAs(world, caller, run).ecs.send(command as DescribeServicesCommand))
        ask(550, 'the first look')
        world.simulation.after(551_000, () => recording.invocations.push(lookThatEndedAt(START + 551_000)))
        ask(555, 'the second look')
        at(world, 556, () => stop(world, id))
      },
    )

  const lookThatEndedAt = (endedAt: number): InvocationRecord => ({
    functionName: 'ebbtide-web-drain',
    awsRequestId: 'the first look',
    payload: '{}',
    startedAt: endedAt - 1_000,
    endedAt,
    result: { kind: 'succeeded', response: '' },
    isColdStart: false,
    billedMs: 1_000,
    memoryMb: 512,
  })

  const describing = (...services: readonly string[]) =>
    new DescribeServicesCommand({ cluster: 'web', services: [...services] })

  it('is not broken by a task whose service could not be read in two looks', async () => {
    const run = await stopAfterRefusals('ebbtide-web-drain', describing('shop'))
    expect(run.violations).toEqual([])
  })

  it.each([
    ['the capacity function was refused', 'ebbtide-web-capacity', describing('shop')],
    ['another service could not be read', 'ebbtide-web-drain', describing('other')],
    [
      'another task definition could not be read',
      'ebbtide-web-drain',
      new DescribeTaskDefinitionCommand({ taskDefinition: 'other:1' }),
    ],
  ])('is broken by a task that is stopped early because %s', async (_, caller, command) => {
    const run = await stopAfterRefusals(caller, command)
    expect(run.violations.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^stopped a task of the service shop 23\d s before its time$/),
    ])
  })

  it('is broken by a second task of a service that is stopped before the first one was replaced', async () => {
    const settings = { drainTimeout: 900 }
    // 10 s + 900 s − (300 + 30 + 30) s is when Ebbtide itself stops the first task.
    const run = await playBroken({ services: [deadlocked], settings, lastsSeconds: 1_200 }, (world, id) =>
      at(world, 553, () => stop(world, id)),
    )
    expect(run.violations).toEqual([
      expect.objectContaining({
        promise: 2,
        instanceId: run.instanceId,
        what: 'stopped a task of the service shop before the replacement of the one before it ran',
      }),
    ])
  })

  it('is broken by a task that is stopped on an instance that nobody terminates', async () => {
    const run = await playBroken({ script: [] }, (world, id) => at(world, 15, () => stop(world, id)))
    expect(run.violations.map(({ what }) => what)).toEqual([
      'stopped a task of the service shop while no hook of ours held the instance',
    ])
  })
})

describe('promises 3 and 4', () => {
  it('are broken by a hook that times out although resync runs', async () => {
    const hook = { AutoScalingGroupName: GROUP, LifecycleHookName: HOOK, HeartbeatTimeout: 30 }
    const run = await playBroken({ services: [deadlocked], script: [terminateOne(130)] }, (world) =>
      call(world.autoScaling.model, 'PutLifecycleHook', hook),
    )
    const endedAt = run.recording.drains[0]?.action.endedAt
    const { instanceId } = run
    expect(run.violations).toEqual([
      {
        promise: 3,
        instanceId,
        at: endedAt,
        what: 'the action of ebbtide-web ran into its heartbeat timeout while 2 tasks had not stopped',
      },
      { promise: 4, instanceId, at: endedAt, what: expect.stringContaining('without a heartbeat') },
    ])
  })

  it('are broken by an action that nobody ends: it still waits when the run is over', async () => {
    const run = await playBroken({ settings: { drainTimeout: 60 }, lastsSeconds: 900 }, killEbbtide)
    expect(run.violations).toEqual([
      {
        promise: 3,
        instanceId: run.instanceId,
        at: START + 900_000,
        what: 'the action of ebbtide-web still waits, two resyncs and 709 s past its deadline',
      },
    ])
  })

  const beat = (world: World, InstanceId: string, { autoScaling } = clientsAs(world)) => {
    const input = { AutoScalingGroupName: GROUP, LifecycleHookName: HOOK, InstanceId }
    return autoScaling.send(new RecordLifecycleActionHeartbeatCommand(input))
  }

  it('allow no heartbeat past the deadline', async () => {
    const run = await playBroken({ settings: { drainTimeout: 60 }, lastsSeconds: 180 }, (world, id) => {
      killEbbtide(world)
      at(world, 100, () => beat(world, id))
      at(world, 140, () => beat(world, id))
    })
    expect(run.violations.map(({ promise, what }) => `${promise}: ${what}`)).toEqual([
      '4: a heartbeat past the deadline',
    ])
    expect(secondsInto(run.violations[0]?.at ?? 0)).toBeCloseTo(140, 0)
  })

  const RUN = 'the run that beats'
  const readOf = (AutoScalingGroupName: string) => new DescribeLifecycleHooksCommand({ AutoScalingGroupName })

  /** Nothing works but one beat past the deadline; before it a reading fails, of a group and in a run. */
  const beatAfterFailure = (caller: string, run: string, groupName: string) =>
    playBroken({ settings: { drainTimeout: 60 }, lastsSeconds: 180 }, (world, id) => {
      killEbbtide(world)
      const error = new ServiceError('InternalFailure', 'An unexpected error occurred', 500)
      world.setFaults(({ operation }) =>
        operation === 'DescribeLifecycleHooks' ? { kind: 'refused', error } : undefined,
      )
      at(world, 139, () => clientsAs(world, caller, run).autoScaling.send(readOf(groupName)))
      at(world, 140, () => beat(world, id, clientsAs(world, caller, RUN)))
    })

  it('allow resync to beat past the deadline what it could not look at', async () => {
    const run = await beatAfterFailure('ebbtide-web-resync', RUN, GROUP)
    expect(run.violations).toEqual([])
  })

  it.each([
    ['another run could not look at', 'ebbtide-web-resync', 'another run', GROUP],
    ['it could look at, although another group could not be read', 'ebbtide-web-resync', RUN, 'others'],
    ['the drain function could not look at', 'ebbtide-web-drain', RUN, GROUP],
  ])('allow nobody to beat past the deadline what %s', async (_, caller, run, groupName) => {
    const { violations } = await beatAfterFailure(caller, run, groupName)
    expect(violations.map(({ what }) => what)).toEqual(['a heartbeat past the deadline'])
  })

  it('allow no heartbeat after the end', async () => {
    const run = await playBroken({}, (world, id) => at(world, 800, () => beat(world, id)))
    expect(run.recording.drains).toHaveLength(1)
    expect(run.violations.map(({ what }) => what)).toEqual(['a heartbeat for an action that is over'])
  })
})

describe('promise 5', () => {
  it.each([
    [
      'the group of others',
      'the group others',
      (world: World, id: string) =>
        clientsAs(world).autoScaling.send(completion(id, { AutoScalingGroupName: 'others' })),
    ],
    [
      'the hook of others',
      'the hook theirs',
      (world: World, id: string) =>
        clientsAs(world).autoScaling.send(completion(id, { LifecycleHookName: 'theirs' })),
    ],
    [
      'the cluster of others',
      'the cluster other',
      (world: World) =>
        clientsAs(world).ecs.send(
          new UpdateContainerInstancesStateCommand({
            cluster: 'other',
            containerInstances: [],
            status: 'DRAINING',
          }),
        ),
    ],
    [
      'the queue of others',
      'the queue https://sqs.eu-west-1.amazonaws.com/111122223333/theirs',
      (world: World) =>
        clientsAs(world).sqs.send(
          new DeleteMessageCommand({
            QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/theirs',
            ReceiptHandle: 'theirs',
          }),
        ),
    ],
  ])('is broken by a write to %s', async (_, thing, write) => {
    const run = await playBroken({ script: [], lastsSeconds: 60 }, (world, id) =>
      at(world, 15, () => write(world, id)),
    )
    expect(run.violations).toEqual([
      expect.objectContaining({
        promise: 5,
        what: expect.stringContaining(` of ${thing}, which is not this stack's`),
      }),
    ])
    expect(secondsInto(run.violations[0]?.at ?? 0)).toBeCloseTo(15, 0)
  })

  it('is broken by a container instance of the cluster whose group the stack was not given', async () => {
    const theirs = { ...group, name: 'theirs' }
    const settings = { groups: GROUP }
    const run = await playBroken(
      { script: [], groups: [group, theirs], settings, lastsSeconds: 60 },
      (world) => {
        const arn =
          world.ecs.containerInstanceOn(instanceOfGroup(world, 'theirs'))?.containerInstanceArn ?? ''
        const input = { cluster: 'web', containerInstances: [arn], status: 'DRAINING' as const }
        at(world, 15, () => clientsAs(world).ecs.send(new UpdateContainerInstancesStateCommand(input)))
      },
    )
    expect(promisesBroken(run)).toEqual([5])
  })
})

const instanceOfGroup = ({ autoScaling }: World, name: string): string => {
  const input = { AutoScalingGroupNames: [name] }
  const answer = call<{ AutoScalingGroups: { Instances: { InstanceId: string }[] }[] }>(
    autoScaling.model,
    'DescribeAutoScalingGroups',
    input,
  )
  return answer.AutoScalingGroups[0]!.Instances[0]!.InstanceId
}

describe('promise 6', () => {
  it('is broken by a good message that becomes a dead letter although no call has failed', async () => {
    const run = await playBroken({ lastsSeconds: 1_500 }, ({ lambda }) => {
      const { spec } = lambda.functionByArn(lambda.arnOf('ebbtide-web-drain'))
      lambda.updateFunction({ ...spec, createHandler: () => () => Promise.reject(new Error('out of order')) })
    })
    expect(run.recording.deadLetters).toBe(1)
    expect(run.violations).toEqual([
      expect.objectContaining({
        promise: 6,
        instanceId: run.instanceId,
        what: 'a lifecycle-action message that can be read became a dead letter',
      }),
    ])
  })

  it('is not broken by a message whose invocations the world kills, each time', async () => {
    const run = await playBroken({ lastsSeconds: 1_500 }, ({ lambda }) =>
      lambda.crashAt(({ functionName }) => functionName === 'ebbtide-web-drain'),
    )
    expect(run.recording.deadLetters).toBe(1)
    expect(run.violations).toEqual([])
  })

  const beside = ({ sqs }: World): void => {
    const queue = sqs.queueByArn(sqs.arnOf('ebbtide-web-signals'))
    sqs.onSent((_, { senderId }) => {
      if (senderId !== STRANGER_ID) sqs.send(queue, { body: 'no message', senderId: STRANGER_ID })
    })
  }

  it('is broken by a function that fails when one message of its batch cannot be read', async () => {
    const run = await playBroken({ lastsSeconds: 60 }, (world) => {
      const { lambda } = world
      const { spec } = lambda.functionByArn(lambda.arnOf('ebbtide-web-drain'))
      lambda.updateFunction({ ...spec, createHandler: () => () => Promise.reject(new Error('unreadable')) })
      beside(world)
    })
    expect(run.violations[0]).toEqual({
      promise: 6,
      at: expect.any(Number),
      what: '1 good messages come back although no call has failed, and share their batch with a bad one',
    })
  })

  it('is kept by the function that is deployed, whose bad messages come back alone', async () => {
    const run = await playBroken({ lastsSeconds: 600 }, beside)
    const mixed = run.recording.invocations.filter(
      ({ payload }) => payload.includes(STRANGER_ID) && payload.includes(run.instanceId),
    )
    expect(mixed.length).toBeGreaterThan(0)
    expect(run.recording.deadLetters).toBeGreaterThan(0)
    expect(run.violations).toEqual([])
  })

  it('is not broken by a good message whose own call failed in a batch with a bad one', async () => {
    const run = await playBroken({ lastsSeconds: 120 }, (world) => {
      const error = new ServiceError('InternalFailure', 'An unexpected error occurred', 500)
      world.setFaults(({ operation }) =>
        operation === 'DescribeAutoScalingInstances' ? { kind: 'refused', error } : undefined,
      )
      beside(world)
    })
    expect(run.recording.invocations.some(hasFailures)).toBe(true)
    expect(promisesBroken(run)).toEqual([])
  })

  it('is not broken by a message that cannot be read', async () => {
    const run = await playBroken({ script: [], lastsSeconds: 300 }, ({ sqs }) =>
      sqs.send(sqs.queueByArn(sqs.arnOf('ebbtide-web-signals')), { body: 'no message' }),
    )
    expect(run.recording.deadLetters).toBe(1)
    expect(run.violations).toEqual([])
  })
})

describe('promise 9', () => {
  it.each([
    ['is broken by a zero', 500, [`9: published that the hook of ${GROUP} is there, which is missing`]],
    ['allows for the minutes in which the hooks of a group are known', 200, []],
  ])('%s while our hook is missing', async (_, seconds, broken) => {
    const run = await playBroken({ script: [], lastsSeconds: 510 }, (world) => {
      const hook = { AutoScalingGroupName: GROUP, LifecycleHookName: HOOK }
      world.simulation.after(10_000, () => call(world.autoScaling.model, 'DeleteLifecycleHook', hook))
      const line = { _aws: {}, AutoScalingGroupName: GROUP, HookMissing: 0 }
      world.simulation.after(1_000 * seconds, () => void stdout.write(`${JSON.stringify(line)}\n`))
    })
    expect(run.violations.map(({ promise, what }) => `${promise}: ${what}`)).toEqual(broken)
  })
})

describe('promise 10', () => {
  const write = (line: object) => () =>
    stdout.write(`${JSON.stringify({ message: 'Told too much', ...line })}\n`)

  it('is broken by a line that holds the token of a lifecycle action', async () => {
    const run = await playBroken({}, (world, instanceId) =>
      world.simulation.after(15_000, () =>
        write({ instanceId, from: `token ${world.autoScaling.issuedTokens[0]}` })(),
      ),
    )
    expect(run.violations).toEqual([
      {
        promise: 10,
        instanceId: run.instanceId,
        at: START + 15_000,
        what: 'wrote the token of a lifecycle action',
      },
    ])
  })

  it("is broken by a line that holds a hook's notification metadata", async () => {
    const run = await playBroken({}, (world) => {
      const hook = {
        AutoScalingGroupName: GROUP,
        LifecycleHookName: HOOK,
        NotificationMetadata: '{"key":"s3cret"}',
      }
      call(world.autoScaling.model, 'PutLifecycleHook', hook)
      world.simulation.after(15_000, write({ seen: { metadata: '{"key":"s3cret"}' } }))
    })
    expect(run.violations).toEqual([
      { promise: 10, at: START + 15_000, what: 'wrote the notification metadata of a hook' },
    ])
  })
})
