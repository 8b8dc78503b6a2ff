import { describe, expect, it } from '@jest/globals'

import type { InvocationRecord, InvocationResult } from '../../../simulator/aws/lambda/invocation.ts'
import { ServiceError } from '../../../simulator/aws/operation.ts'
import type { Recording } from '../../../simulator/rehearsal/recording.ts'
import type { Call } from '../../../simulator/sdk/call-fault.ts'
import type { CallRecord } from '../../../simulator/sdk/call-record.ts'
import { call } from '../../../simulator/world/call.ts'
import type { World } from '../../../simulator/world/world.ts'
import { GROUP, HOOK, play, shop, terminateOne } from '../../scenarios/small-cluster.ts'

const RESYNC = 'ebbtide-web-resync'

/** Nothing can be replaced, so tasks stay until the end; the hook is as short as a stack may have it. */
const stuck = {
  services: [{ ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }],
  settings: { heartbeatTimeout: 180, drainTimeout: 3_000 },
  script: [terminateOne(10)],
}

type Prepare = (world: World, recording: Recording) => void

const endOf = async (changes: object, ...preparations: readonly Prepare[]) => {
  const { recording } = await play({ ...stuck, ...changes }, (world, heard) => {
    for (const prepare of preparations) prepare(world, heard)
  })
  return {
    ends: recording.drains.map(({ action: { by } }) => by),
    broken: recording.violations.map(({ promise, what }) => `${promise}: ${what}`),
  }
}

const throttled = new ServiceError('Throttling', 'Rate exceeded')

/** Throttles some calls of our functions for good. */
const throttle =
  (isChosen: (call: Call) => boolean): Prepare =>
  ({ setFaults }) =>
    setFaults((made) =>
      made.caller !== 'operator' && isChosen(made) ? { kind: 'refused', error: throttled } : undefined,
    )

const throttleCall = (name: string): Prepare => throttle(({ operation }) => operation === name)

const eachMinute = ({ simulation }: World, work: () => void): void => {
  for (let minute = 1; minute < 60; minute += 1) simulation.after(minute * 60_000, work)
}

/** So long a run has no pause that is longer than a call takes. */
const RUN_MS = 40

/** Nothing reaches our functions; in their place resync has runs that do nothing for the action, and end like this. */
const idleRuns =
  (result: InvocationResult): Prepare =>
  (world, recording) => {
    world.eventBridge.dropDeliveries(() => true)
    eachMinute(world, () => {
      const endedAt = world.simulation.now()
      const run: Partial<InvocationRecord> = {
        functionName: RESYNC,
        startedAt: endedAt - RUN_MS,
        endedAt,
        result,
      }
      recording.invocations.push(run as InvocationRecord)
    })
  }

/** Somebody else keeps the hook of the instance waiting, up to its global cap. */
const beatenByOthers: Prepare = ({ simulation, autoScaling }) => {
  const hook = { AutoScalingGroupName: GROUP, LifecycleHookName: HOOK }
  call(autoScaling.model, 'PutLifecycleHook', { ...hook, HeartbeatTimeout: 30 })
  const beat = () => {
    for (const { instanceId: InstanceId } of autoScaling.waitingActions())
      call(autoScaling.model, 'RecordLifecycleActionHeartbeat', { ...hook, InstanceId })
  }
  for (let seconds = 20; seconds < 3_010; seconds += 20) simulation.after(seconds * 1_000, beat)
}

const TIMED_OUT = [
  '3: the action of ebbtide-web ran into its heartbeat timeout while 2 tasks had not stopped',
  expect.stringMatching(/^4: .* without a heartbeat/),
]

describe('a hook that times out breaks promises 3 and 4', () => {
  it.each([
    ['resync ran and did nothing', { kind: 'succeeded', response: 'null' }],
    ['resync threw each time', { kind: 'failed', error: new Error('ECS said no') }],
    ['resync spent its time on too much', { kind: 'timed-out' }],
  ] as [string, InvocationResult][])('when %s', async (_, result) => {
    expect(await endOf({}, idleRuns(result))).toEqual({ ends: ['heartbeat-timeout'], broken: TIMED_OUT })
  })

  it('when only one of its heartbeats was refused, and nobody tried again', async () => {
    const refuseOne: Prepare = (world) =>
      world.simulation.after(120_000, () => refuseBeat(world, 'Throttling'))
    const end = await endOf({}, idleRuns({ kind: 'succeeded', response: 'null' }), refuseOne)
    expect(end).toEqual({ ends: ['heartbeat-timeout'], broken: TIMED_OUT })
  })

  it('when our own role does not allow the heartbeat', async () => {
    const denied: Prepare = (world) => eachMinute(world, () => refuseBeat(world, 'AccessDenied'))
    const end = await endOf({}, denied, idleRuns({ kind: 'failed', error: new Error('denied') }))
    expect(end.broken).toEqual(TIMED_OUT)
  })
})

describe('a hook that times out after its deadline', () => {
  it('breaks promise 3 when resync ran and did not complete it; no heartbeat was due any more', async () => {
    const settings = { heartbeatTimeout: 180, drainTimeout: 60 }
    const end = await endOf({ settings }, idleRuns({ kind: 'succeeded', response: 'null' }))
    expect(end).toEqual({ ends: ['heartbeat-timeout'], broken: TIMED_OUT.slice(0, 1) })
  })
})

/** Writes into the journal that resync was refused a heartbeat, for each action that waits now. */
const refuseBeat = ({ simulation, autoScaling, calls }: World, error: string): void => {
  for (const { instanceId } of autoScaling.waitingActions())
    (calls as CallRecord[]).push({
      at: simulation.now(),
      service: 'Auto Scaling',
      operation: 'RecordLifecycleActionHeartbeat',
      caller: RESYNC,
      input: { AutoScalingGroupName: GROUP, LifecycleHookName: HOOK, InstanceId: instanceId },
      hadEffect: false,
      error,
    })
}

describe('a hook that times out breaks no promise', () => {
  it.each([
    ['every heartbeat is throttled', throttleCall('RecordLifecycleActionHeartbeat')],
    ['all of Auto Scaling is throttled', throttle(({ service }) => service === 'Auto Scaling')],
    ['the groups cannot be listed', throttleCall('DescribeAutoScalingGroups')],
    ['resync crashes each time', ({ lambda }: World) => lambda.crashAt((at) => at.functionName === RESYNC)],
    [
      'AWS is too slow for resync',
      ({ setFaults }: World) =>
        setFaults(({ caller }) => (caller === RESYNC ? { kind: 'slow', extraMs: 120_000 } : undefined)),
    ],
    ['nothing reaches a function', ({ eventBridge }: World) => eventBridge.dropDeliveries(() => true)],
  ] as [string, Prepare][])('when %s for longer than its timeout', async (_, prepare) => {
    expect(await endOf({}, prepare)).toEqual({ ends: ['heartbeat-timeout'], broken: [] })
  })

  it('after its deadline, when its completion is throttled', async () => {
    const settings = { heartbeatTimeout: 180, drainTimeout: 200, onDeadline: 'continue' }
    const end = await endOf({ settings }, throttleCall('CompleteLifecycleAction'))
    expect(end).toEqual({ ends: ['heartbeat-timeout'], broken: [] })
  })
})

describe('a hook that runs into its global cap with tasks on its instance', () => {
  const capped = {
    settings: { heartbeatTimeout: 180, drainTimeout: 1_000, onDeadline: 'continue' },
    lastsSeconds: 3_100,
  }

  it('breaks promise 3 when resync ran and did nothing', async () => {
    const end = await endOf(
      capped,
      beatenByOthers,
      idleRuns({ kind: 'failed', error: new Error('ECS said no') }),
    )
    expect(end).toEqual({
      ends: ['global-timeout'],
      broken: ['3: the action of ebbtide-web ran into its global timeout while 2 tasks had not stopped'],
    })
  })

  it('is not what happened when no task was left', async () => {
    const end = await endOf(
      { ...capped, services: [] },
      beatenByOthers,
      idleRuns({ kind: 'succeeded', response: 'null' }),
    )
    expect(end).toEqual({ ends: ['global-timeout'], broken: [] })
  })

  it.each([
    ['its completion is throttled', throttleCall('CompleteLifecycleAction')],
    ['resync is dead', idleRuns({ kind: 'crashed' })],
  ])('breaks no promise when %s', async (_, prepare) => {
    expect(await endOf(capped, beatenByOthers, prepare)).toEqual({ ends: ['global-timeout'], broken: [] })
  })
})
