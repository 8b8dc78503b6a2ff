import { describe, expect, it } from '@jest/globals'

import { formatMemory } from '../../lib/decide/memory.ts'
import {
  asPerson,
  callsOf,
  drainSeconds,
  group,
  lags,
  oldest,
  outcomes,
  play,
  shop,
  story,
  terminateOne,
} from './small-cluster.ts'

const arnOn = (world: Parameters<typeof oldest>[0], instanceId: string): string => {
  const arn = world.ecs.containerInstanceOn(instanceId)?.containerInstanceArn
  if (arn === undefined) throw new Error(`${instanceId} is no container instance`)
  return arn
}

describe('a drain', () => {
  it('sets DRAINING, waits until the last task has stopped, and completes the hook within two seconds of it', async () => {
    const run = await play({ script: [terminateOne(10)] })
    expect(story(run)).toEqual([
      'start: hook-waits',
      'wait: tasks-running',
      'wait: tasks-stopping',
      'finish: all-tasks-stopped',
      'ignore: not-waiting',
    ])
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(Math.max(...lags(run))).toBeLessThanOrEqual(2)
    expect(drainSeconds(run)).toBeGreaterThan(300)
  })

  it('ends as soon where each look is the first one of a new environment', async () => {
    const run = await play({ script: [terminateOne(10)] }, ({ lambda }) =>
      lambda.setEnvironmentFaults({ isStartedCold: () => true, clockSkewMs: () => 0 }),
    )
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.invocations.every(({ isColdStart }) => isColdStart)).toBe(true)
    expect(Math.max(...lags(run))).toBeLessThanOrEqual(2)
  })

  it('finds an instance DRAINING with every task DEACTIVATING when its first message comes, and waits for them', async () => {
    let seen: readonly string[] = []
    const run = await play({ script: [] }, (world) => {
      const id = oldest(world)
      const containerInstances = [arnOn(world, id)]
      world.simulation.after(1_000, () => {
        asPerson(world, 'UpdateContainerInstancesState', { containerInstances, status: 'DRAINING' })
      })
      world.simulation.after(120_000, () => {
        seen = world.ecs.tasksOn(id).map(({ lastStatus, desiredStatus }) => `${desiredStatus} ${lastStatus}`)
        world.autoScaling.model.operations['TerminateInstanceInAutoScalingGroup']?.({
          InstanceId: id,
          ShouldDecrementDesiredCapacity: true,
        } as never)
      })
    })
    expect(new Set(seen)).toEqual(new Set(['STOPPED DEACTIVATING']))
    expect(story(run)[0]).toBe('wait: adopted')
    expect(callsOf(run, 'UpdateContainerInstancesState')).toEqual([])
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(Math.max(...lags(run))).toBeLessThanOrEqual(2)
  })

  it('waits for all of 130 tasks on one instance, thirty of them slower', async () => {
    const quick = {
      name: 'quick',
      cpu: 16,
      memory: 32,
      desired: 100,
      loadBalancer: { deregistrationDelaySeconds: 30 },
    }
    const slow = { name: 'slow', cpu: 16, memory: 32, desired: 30, stopSeconds: 100, stopTimeoutSeconds: 110 }
    const run = await play(
      {
        services: [quick, slow],
        groups: [{ ...group, desired: 1 }],
        script: [{ do: 'set-desired-capacity', atSeconds: 1, group: group.name, desired: 2 }],
        lastsSeconds: 1_500,
      },
      (world) => {
        const id = oldest(world)
        expect(world.ecs.tasksOn(id)).toHaveLength(130)
        world.simulation.after(200_000, () => {
          world.autoScaling.model.operations['TerminateInstanceInAutoScalingGroup']?.({
            InstanceId: id,
            ShouldDecrementDesiredCapacity: true,
          } as never)
        })
      },
    )
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.endedTasks).toHaveLength(130)
    expect(run.recording.killedTasks).toEqual([])
    expect(Math.max(...lags(run))).toBeLessThanOrEqual(2)
  })

  it('does the same when every message is delivered twice at once', async () => {
    const once = await play({ script: [terminateOne(10)] })
    const twice = await play({ script: [terminateOne(10)] }, (world) => {
      world.eventBridge.duplicateDeliveries(() => true)
      world.sqs.setDisorder({ duplicateOdds: 1, reorderOdds: 0.5 })
    })
    expect(outcomes(twice)).toEqual(outcomes(once))
    expect(twice.recording.killedTasks).toEqual([])
    expect(twice.recording.metric('DrainsCompleted')).toEqual([1])
    expect(twice.recording.deadLetters).toBe(0)
  })

  it('releases an empty instance within ten seconds, DRAINING set first', async () => {
    const run = await play({ services: [], script: [terminateOne(10)] })
    const writes = run.world.calls.filter(({ operation }) => /^(Update|Complete)/.test(operation))
    expect(writes.map(({ operation }) => operation)).toEqual([
      'UpdateContainerInstancesState',
      'CompleteLifecycleAction',
    ])
    expect(outcomes(run)).toEqual(['drained'])
    expect(drainSeconds(run)).toBeLessThanOrEqual(10)
  })

  it('keeps a hook of 300 s alive through a drain of two hours', async () => {
    const run = await play({
      standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3, runSeconds: 7_200 }],
      settings: { heartbeatTimeout: 300, drainTimeout: 10_000 },
      script: [terminateOne(10)],
      lastsSeconds: 8_000,
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(drainSeconds(run)).toBeGreaterThan(7_000)
    const [drain] = run.recording.drains
    const beats = [drain?.action.startedAt ?? 0, ...(drain?.action.heartbeats ?? [])]
    const gaps = beats.slice(1).map((beat, index) => (beat - (beats[index] ?? 0)) / 1_000)
    expect(gaps.length).toBeGreaterThan(40)
    expect(Math.max(...gaps)).toBeLessThan(200)
    expect(run.recording.killedTasks).toEqual([])
  })

  it('ends at most a minute later when every event is lost and only resync is left', async () => {
    const run = await play({
      script: [{ do: 'lose-events', atSeconds: 0, untilSeconds: 2_000 }, terminateOne(10)],
      lastsSeconds: 1_200,
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(Math.max(...lags(run))).toBeLessThanOrEqual(62)
  })

  it('does not take the memory of an earlier termination for its own', async () => {
    const run = await play({ script: [terminateOne(30)] }, (world) => {
      const arn = arnOn(world, oldest(world))
      const longAgo = world.simulation.now() - 90_000_000
      const value = formatMemory({
        actionStartedAt: longAgo,
        cause: 'scale-in',
        lastBeatAt: longAgo,
        drainingSince: longAgo,
        drainedBy: 'us',
        stopLeadSeconds: 0,
        isEnded: false,
      })
      asPerson(world, 'PutAttributes', { attributes: [{ name: 'ebbtide.drain', value, targetId: arn }] })
      asPerson(world, 'UpdateContainerInstancesState', { containerInstances: [arn], status: 'DRAINING' })
    })
    expect(story(run)).not.toContain('overdue: deadline')
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
  })

  it('goes on when ECS refuses to remember it', async () => {
    const run = await play({ services: [shop], script: [terminateOne(10)] }, (world) => {
      const targetId = arnOn(world, oldest(world))
      for (let index = 0; index < 10; index += 1)
        asPerson(world, 'PutAttributes', { attributes: [{ name: `full-${index}`, value: 'x', targetId }] })
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
  })
})

describe('a machine or an instance that is not what it seems', () => {
  it('releases an instance that was deregistered from ECS, after two looks a minute apart', async () => {
    const run = await play({ services: [], script: [terminateOne(40)] }, (world) => {
      world.simulation.after(30_000, () => {
        const containerInstance = arnOn(world, oldest(world))
        asPerson(world, 'DeregisterContainerInstance', { containerInstance, force: true })
      })
    })
    expect(story(run)).toEqual([
      'blocked: unknown-instance',
      'release: not-in-cluster',
      'ignore: not-waiting',
    ])
    expect(outcomes(run)).toEqual(['not-in-cluster'])
    expect(drainSeconds(run)).toBeGreaterThan(60)
    expect(drainSeconds(run)).toBeLessThan(185)
  })

  it('holds an instance that never registered where none of its group is in the cluster, until the deadline', async () => {
    const run = await play({
      services: [],
      groups: [{ ...group, registrationSeconds: 'never' }],
      settings: { drainTimeout: 600 },
      script: [terminateOne(10)],
    })
    expect(story(run)).toEqual(['blocked: unknown-instance', 'overdue: deadline', 'ignore: not-waiting'])
    expect(outcomes(run)).toEqual(['deadline'])
    expect(drainSeconds(run)).toBeGreaterThanOrEqual(598)
  })

  it('releases nothing when the stack names a cluster that does not exist', async () => {
    const run = await play({
      settings: { cluster: 'wrong' },
      script: [terminateOne(10)],
      lastsSeconds: 3_000,
    })
    expect(story(run)).toEqual(['blocked: unknown-instance'])
    expect(run.recording.drains).toEqual([])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.deadLetters).toBe(0)
  })

  it('deregisters the container instance of a machine that was terminated by hand, so that its tasks are replaced', async () => {
    const run = await play({ script: [] }, (world) => {
      const id = oldest(world)
      world.simulation.after(5_000, () => {
        world.ecs.disconnectAgent(id)
      })
      world.simulation.after(10_000, () => {
        world.ec2.terminate(id)
      })
    })
    expect(outcomes(run)).toEqual(['machine-terminated'])
    expect(callsOf(run, 'DeregisterContainerInstance')).toHaveLength(1)
    expect(run.recording.deadLetters).toBe(0)
    const { services } = asPerson<{ services: { runningCount: number }[] }>(run.world, 'DescribeServices', {
      services: ['shop'],
    })
    expect(services[0]?.runningCount).toBe(6)
  })

  it('ends at the deadline when the agent is lost, because nothing ever progresses', async () => {
    const run = await play({ settings: { drainTimeout: 600 }, script: [terminateOne(10)] }, (world) => {
      const id = oldest(world)
      world.simulation.after(5_000, () => {
        world.ecs.disconnectAgent(id)
      })
    })
    expect(outcomes(run)).toEqual(['deadline'])
    expect(drainSeconds(run)).toBeGreaterThanOrEqual(598)
    expect(drainSeconds(run)).toBeLessThan(720)
  })

  it('sets an instance ACTIVE again that is in service and DRAINING because of us', async () => {
    const run = await play({ script: [] }, (world) => {
      const arn = arnOn(world, oldest(world))
      const now = world.simulation.now()
      const value = formatMemory({
        actionStartedAt: now,
        cause: 'scale-in',
        lastBeatAt: now,
        drainingSince: now,
        drainedBy: 'us',
        isEnded: false,
      })
      asPerson(world, 'PutAttributes', { attributes: [{ name: 'ebbtide.drain', value, targetId: arn }] })
      asPerson(world, 'UpdateContainerInstancesState', { containerInstances: [arn], status: 'DRAINING' })
    })
    expect(story(run)).toEqual(['ignore: not-waiting', 'release: orphan'])
    expect(run.world.ecs.containerInstanceOn(oldest(run.world))?.status).toBe('ACTIVE')
    expect(callsOf(run, 'DeleteAttributes')).toHaveLength(1)
  })
})
