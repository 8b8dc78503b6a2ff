import { describe, expect, it } from '@jest/globals'
import { globalTimeoutSeconds } from '../../../../simulator/aws/auto-scaling/lifecycle-hook.ts'
import { TERMINATING_SECONDS } from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { openWorld } from './auto-scaling-world.ts'

/** A world in which one instance waits at the hook since this moment. */
const waiting = async (hook: { HeartbeatTimeout: number; DefaultResult?: string }, options = {}) => {
  const world = openWorld(options)
  world.putHook(hook)
  const id = world.idAt(0)
  world.terminate(id)
  await world.pass(TERMINATING_SECONDS)
  const startedAt = world.simulation.now()
  const passUntil = (seconds: number) => world.simulation.runUntil(startedAt + seconds * 1_000)
  const beatEvery = async (everySeconds: number, untilSeconds: number) => {
    for (let at = everySeconds; at <= untilSeconds; at += everySeconds) {
      await passUntil(at)
      world.beat(id)
    }
  }
  const machineState = () => world.ec2.find(id)?.state
  return { ...world, id, startedAt, passUntil, beatEvery, machineState }
}

describe('how long a lifecycle hook holds an instance', () => {
  it.each([
    [30, 3_000],
    [60, 6_000],
    [300, 30_000],
    [600, 60_000],
    [900, 90_000],
    [1_727, 172_700],
    [1_728, 172_800],
    [3_600, 172_800],
    [7_200, 172_800],
  ])('caps a heartbeat timeout of %i s at %i s in all', (heartbeat, cap) => {
    expect(globalTimeoutSeconds(heartbeat)).toBe(cap)
    const { call, putHook } = openWorld()
    putHook({ HeartbeatTimeout: heartbeat })
    expect(call('DescribeLifecycleHooks', { AutoScalingGroupName: 'web-a' }).LifecycleHooks).toEqual([
      expect.objectContaining({ HeartbeatTimeout: heartbeat, GlobalTimeout: cap }),
    ])
  })

  it('applies the default result when nobody beats', async () => {
    const { passUntil, stateOf, id, ended, startedAt, machineState } = await waiting({
      HeartbeatTimeout: 300,
    })
    await passUntil(299)
    expect(stateOf(id)).toBe('Terminating:Wait')
    expect(machineState()).toBe('running')
    await passUntil(300)
    expect(stateOf(id)).toBe('Terminating:Proceed')
    expect(machineState()).toBe('shutting-down')
    expect(ended).toEqual([
      {
        instanceId: id,
        autoScalingGroupName: 'web-a',
        hookName: 'drain',
        transition: 'terminating',
        waitsIn: 'Terminating:Wait',
        startedAt,
        endedAt: startedAt + 300_000,
        result: 'CONTINUE',
        by: 'heartbeat-timeout',
        globalTimeoutAt: startedAt + 100 * 300 * 1_000,
        heartbeatTimeoutSeconds: 300,
        heartbeats: [],
      },
    ])
  })

  it('restarts the full timeout from each heartbeat: beats each 1,000 s until 4,500 s let it go at 7,000 s', async () => {
    const { beatEvery, passUntil, stateOf, id, ended, startedAt, machineState } = await waiting({
      HeartbeatTimeout: 3_000,
    })
    await beatEvery(1_000, 4_500)
    await passUntil(6_999)
    expect(stateOf(id)).toBe('Terminating:Wait')
    await passUntil(7_000)
    expect(machineState()).toBe('shutting-down')
    expect(ended).toEqual([
      expect.objectContaining({
        by: 'heartbeat-timeout',
        endedAt: startedAt + 7_000_000,
        heartbeats: [1_000, 2_000, 3_000, 4_000].map((seconds) => startedAt + seconds * 1_000),
      }),
    ])
  })

  it.each([
    [30, 3_000],
    [60, 6_000],
    [300, 30_000],
    [600, 60_000],
    [900, 90_000],
    [1_728, 172_800],
    [7_200, 172_800],
  ])('lets go at the global timeout however often it is beaten: %i s → %i s', async (heartbeat, cap) => {
    const { beatEvery, passUntil, ended, startedAt, id, stateOf } = await waiting({
      HeartbeatTimeout: heartbeat,
    })
    const every = heartbeat / 2
    await beatEvery(every, cap - every)
    await passUntil(cap - 1)
    expect(stateOf(id)).toBe('Terminating:Wait')
    await passUntil(cap)
    expect(ended).toEqual([
      expect.objectContaining({ by: 'global-timeout', endedAt: startedAt + cap * 1_000, result: 'CONTINUE' }),
    ])
  })

  it('tells while it waits when it will end', async () => {
    const { autoScaling, beat, id, passUntil, startedAt } = await waiting({ HeartbeatTimeout: 300 })
    await passUntil(200)
    beat(id)
    expect(autoScaling.waitingActions()).toEqual([
      {
        instanceId: id,
        autoScalingGroupName: 'web-a',
        hookName: 'drain',
        transition: 'terminating',
        waitsIn: 'Terminating:Wait',
        startedAt,
        expiresAt: startedAt + 500_000,
        globalTimeoutAt: startedAt + 30_000_000,
        heartbeatTimeoutSeconds: 300,
        heartbeats: [startedAt + 200_000],
      },
    ])
  })

  it('refuses a heartbeat after the end, by instance and by token', async () => {
    const { beat, call, id, passUntil, events } = await waiting({ HeartbeatTimeout: 30 })
    const token = events.find(({ detailType }) => detailType.includes('Lifecycle Action'))?.detail[
      'LifecycleActionToken'
    ]
    await passUntil(30)
    expect(() => beat(id)).toThrow(
      expect.objectContaining({
        code: 'ValidationError',
        httpStatus: 400,
        message: `No active Lifecycle Action found with instance ID ${id}`,
      }),
    )
    const byToken = { LifecycleHookName: 'drain', AutoScalingGroupName: 'web-a', LifecycleActionToken: token }
    expect(() => call('RecordLifecycleActionHeartbeat', byToken)).toThrow(
      `No active Lifecycle Action found with token ${token}`,
    )
  })

  it('leaves waiting actions alone when the hook is put again, as a default', async () => {
    const { putHook, passUntil, ended } = await waiting({ HeartbeatTimeout: 300 })
    putHook({ HeartbeatTimeout: 600 })
    await passUntil(300)
    expect(ended).toHaveLength(1)
  })

  it('moves waiting actions with the hook when that is assumed', async () => {
    const assumptions = { hookChangeAppliesTo: 'waiting-actions' }
    const { putHook, passUntil, ended } = await waiting({ HeartbeatTimeout: 300 }, { assumptions })
    putHook({ HeartbeatTimeout: 600 })
    await passUntil(599)
    expect(ended).toHaveLength(0)
    await passUntil(600)
    expect(ended).toEqual([expect.objectContaining({ by: 'heartbeat-timeout' })])
  })
})
