import { stdout } from 'node:process'
import {
  DescribeLifecycleHooksCommand,
  RecordLifecycleActionHeartbeatCommand,
} from '@aws-sdk/client-auto-scaling'
import type { DescribeContainerInstancesCommandOutput } from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import { ServiceError } from '../../../simulator/aws/operation.ts'
import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { loadScenario } from '../../../simulator/scenario/load-scenario.ts'
import { call } from '../../../simulator/world/call.ts'
import type { World } from '../../../simulator/world/world.ts'
import { group, GROUP, HOOK, terminateOne } from '../../scenarios/small-cluster.ts'
import {
  at,
  clientsAs,
  completion,
  deadlocked,
  drainRun,
  killEbbtide,
  playBroken,
  promisesBroken,
  secondsInto,
  START,
} from './broken-product.ts'

describe('a rehearsal of what is deployed', () => {
  it('breaks no promise', async () => {
    const { recording } = await rehearse({ scenario: loadScenario('scale-in'), seed: 3 })
    expect(recording.drains.length).toBeGreaterThan(0)
    expect(recording.violations).toEqual([])
  })
})

const withoutTasks = ({ ecs }: World, input: object) => {
  const answer = call<DescribeContainerInstancesCommandOutput>(ecs.model, 'DescribeContainerInstances', input)
  const containerInstances = answer.containerInstances?.map((each) => ({
    ...each,
    runningTasksCount: 0,
    pendingTasksCount: 0,
  }))
  return { ...answer, containerInstances }
}

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

  it.each([
    ['where it ends the machine all the same', {}, [1]],
    ['where the group would retain it, but its policy is another', { terminateHookAbandon: 'retain' }, [1]],
  ])('is broken by a function that abandons it, %s', async (_, more, broken) => {
    const run = await playBroken({ groups: [{ ...group, ...more }] }, (world, id) =>
      at(world, 90, () =>
        clientsAs(world).autoScaling.send(completion(id, { LifecycleActionResult: 'ABANDON' })),
      ),
    )
    expect(promisesBroken(run)).toEqual(broken)
  })

  it('is not broken by what a group retains by policy when the deadline has come', async () => {
    const groups = [{ ...group, terminateHookAbandon: 'retain' }]
    const settings = { drainTimeout: 300, onDeadline: 'retain' }
    const run = await playBroken({ groups, services: [deadlocked], settings }, () => undefined)
    expect(run.recording.drains.map(({ action }) => action.result)).toEqual(['ABANDON'])
    expect(run.violations).toEqual([])
  })

  it('is not broken by somebody else who does so', async () => {
    const run = await playBroken({}, (world, id) =>
      at(world, 90, () => clientsAs(world, 'operator').autoScaling.send(completion(id))),
    )
    expect(run.recording.drains.map(({ action }) => action.by)).toEqual(['completed'])
    expect(run.violations).toEqual([])
  })

  it('is judged when the look has ended, so that a rehearsal without an end knows it too', async () => {
    const promises: number[] = []
    const run = await playBroken({}, (world, _, recording) => {
      // ECS counts and lists no task at all.
      world.setFaults(({ caller, operation, input }) => {
        if (!caller.startsWith('ebbtide-')) return undefined
        if (operation === 'ListTasks') return { kind: 'stale', output: { taskArns: [] } }
        return operation === 'DescribeContainerInstances'
          ? { kind: 'stale', output: () => withoutTasks(world, input) }
          : undefined
      })
      world.simulation.after(120_000, () => promises.push(...promisesBroken({ recording })))
    })
    expect(promises).toEqual([1])
    expect(promisesBroken(run)).toEqual([1])
  })

  it('is not broken by the deadline, which lets go of tasks by policy', async () => {
    const settings = { drainTimeout: 300, onDeadline: 'continue' }
    const run = await playBroken({ services: [deadlocked], settings }, () => undefined)
    expect(run.recording.killedTasks).not.toEqual([])
    expect(run.violations).toEqual([])
  })

  it.each([
    ['is not broken past the deadline by the look that died before it could say so', 'the look', []],
    ['is broken past the deadline while another look died', 'another look', [1]],
  ])('%s', async (_, died, broken) => {
    const run = await playBroken(
      { settings: { drainTimeout: 60 }, lastsSeconds: 180 },
      (world, id, recording) => {
        killEbbtide(world)
        at(world, 80, () =>
          clientsAs(world, 'ebbtide-web-drain', 'the look').autoScaling.send(completion(id)),
        )
        recording.invocations.push(drainRun(died, START + 80_500, { kind: 'crashed' }))
      },
    )
    expect(promisesBroken(run)).toEqual(broken)
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

  it.each([
    ['who has learnt by two that our hook takes no part in the wait', 'succeeded', [4]],
    ['whose first looks died with what they had learnt', 'crashed', []],
  ] as const)('allow no third heartbeat to one %s', async (_, kind, broken) => {
    const groups = [{ ...group, otherHooks: [{ name: 'archive-logs', heartbeatTimeoutSeconds: 900 }] }]
    const script = [
      { do: 'set-container-instances', atSeconds: 5, group: GROUP, status: 'DRAINING' },
      { do: 'delete-hook', atSeconds: 8, group: GROUP, hook: HOOK },
      terminateOne(10),
    ]
    const run = await playBroken(
      { groups, services: [], script, lastsSeconds: 300 },
      (world, id, recording) => {
        killEbbtide(world)
        const result = kind === 'crashed' ? ({ kind } as const) : ({ kind, response: 'null' } as const)
        for (const seconds of [100, 180, 260]) {
          recording.invocations.push(drainRun(`at ${seconds}`, START + 1_000 * seconds + 500, result))
          at(world, seconds, () => beat(world, id, clientsAs(world, 'ebbtide-web-drain', `at ${seconds}`)))
        }
      },
    )
    expect(promisesBroken(run)).toEqual(broken)
  })

  it('allow no heartbeat after the end', async () => {
    const run = await playBroken({}, (world, id) => at(world, 800, () => beat(world, id)))
    expect(run.recording.drains).toHaveLength(1)
    expect(run.violations.map(({ what }) => what)).toEqual(['a heartbeat for an action that is over'])
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
