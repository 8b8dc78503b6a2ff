import { describe, expect, it } from '@jest/globals'

import { formatMemory } from '../../lib/decide/memory.ts'
import { ServiceError } from '../../simulator/aws/operation.ts'
import type { Call, CallFault } from '../../simulator/sdk/call-fault.ts'
import {
  asPerson,
  callsOf,
  GROUP,
  HOOK,
  oldest,
  outcomes,
  play,
  shop,
  story,
  terminateOne,
} from './small-cluster.ts'

const throttled: CallFault = {
  kind: 'refused',
  error: new ServiceError('ThrottlingException', 'Rate exceeded'),
}
const broken: CallFault = {
  kind: 'refused',
  error: new ServiceError('ServerException', 'An unexpected error occurred', 500),
}

const isOurs = ({ caller }: Call): boolean => caller !== 'operator'

/** Two jobs of 20 minutes, so that the drain outlives several timeouts of its hook. */
const longDrain = {
  services: [],
  standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3, runSeconds: 1_200 }],
  settings: { heartbeatTimeout: 180, drainTimeout: 3_600 },
  script: [terminateOne(10)],
  lastsSeconds: 1_800,
}

describe('an outage that lasts longer than the timeout of the hook', () => {
  it.each([
    'ListContainerInstances',
    'DescribeContainerInstances',
    'DescribeLifecycleHooks',
    'DescribeScalingActivities',
    'ListTasks',
    'DescribeTasks',
    'PutAttributes',
  ])('of %s ends no hook and kills nothing', async (operation) => {
    const run = await play(longDrain, (world) => {
      const [from, to] = [120_000, 520_000].map((delay) => world.simulation.now() + delay)
      world.setFaults((call) => {
        const isOut = world.simulation.now() >= (from ?? 0) && world.simulation.now() < (to ?? 0)
        return isOut && isOurs(call) && call.operation === operation ? throttled : undefined
      })
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })
})

describe('a reading that can never be had', () => {
  it.each([
    'DescribeTargetHealth',
    'DescribeTargetGroupAttributes',
    'DescribeTaskDefinition',
    'DescribeServices',
    'GetTaskProtection',
    'DescribeInstanceStatus',
  ])('for want of %s keeps the hook alive and the deadline', async (operation) => {
    const run = await play(
      {
        services: [{ ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }],
        settings: { heartbeatTimeout: 180, drainTimeout: 1_200 },
        script: [terminateOne(10)],
        lastsSeconds: 1_800,
      },
      (world) => {
        world.setFaults((call) => (isOurs(call) && call.operation === operation ? broken : undefined))
      },
    )
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.drains.map(({ action }) => action.by)).toEqual(['completed'])
  })
})

describe('an activity that Auto Scaling lists late', () => {
  const longAgo = 1_795_000_000_000
  const old = (isEnded: boolean): string =>
    formatMemory({
      actionStartedAt: longAgo,
      cause: 'scale-in',
      lastBeatAt: longAgo,
      drainingSince: longAgo,
      drainedBy: 'us',
      isEnded,
    })

  it.each([
    ['ACTIVE', false],
    ['ACTIVE', true],
    ['DRAINING', false],
    ['DRAINING', true],
  ] as const)(
    'gives an old memory on an instance that is %s no power (ended: %p)',
    async (status, isEnded) => {
      const run = await play({ script: [terminateOne(30)] }, (world) => {
        const arn = world.ecs.containerInstanceOn(oldest(world))?.containerInstanceArn ?? ''
        asPerson(world, 'PutAttributes', {
          attributes: [{ name: 'ebbtide.drain', value: old(isEnded), targetId: arn }],
        })
        if (status === 'DRAINING')
          asPerson(world, 'UpdateContainerInstancesState', { containerInstances: [arn], status })
        const listed = world.simulation.now() + 90_000
        world.setFaults((call) =>
          call.operation === 'DescribeScalingActivities' && world.simulation.now() < listed
            ? { kind: 'stale', output: { Activities: [] } }
            : undefined,
        )
      })
      expect(story(run)).not.toContain('overdue: deadline')
      expect(story(run)).not.toContain('ignore: already-ended')
      expect(outcomes(run)).toEqual(['drained'])
      expect(run.recording.killedTasks).toEqual([])
      expect(run.recording.violations).toEqual([])
    },
  )
})

describe('a hook that is put back', () => {
  it('is seen at once, not when a memory of its absence ends', async () => {
    const run = await play(
      {
        ...longDrain,
        script: [{ do: 'delete-hook', atSeconds: 50, group: GROUP, hook: HOOK }, terminateOne(75)],
      },
      (world) => {
        world.simulation.after(70_000, () => {
          world.autoScaling.model.operations['PutLifecycleHook']?.({
            AutoScalingGroupName: GROUP,
            LifecycleHookName: HOOK,
            LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
            HeartbeatTimeout: 180,
            DefaultResult: 'CONTINUE',
          } as never)
        })
      },
    )
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
  })
})

describe('contention in Auto Scaling', () => {
  it('puts the completion off by seconds, not by a minute', async () => {
    const contention = new ServiceError('ResourceContention', 'Another operation is in progress', 500)
    let refused = 0
    const run = await play({ services: [], script: [terminateOne(10)] }, (world) => {
      world.setFaults((call) =>
        isOurs(call) && call.operation === 'CompleteLifecycleAction' && (refused += 1) <= 1
          ? { kind: 'refused', error: contention }
          : undefined,
      )
    })
    expect(outcomes(run)).toEqual(['drained'])
    const [drain] = run.recording.drains
    expect(((drain?.action.endedAt ?? 0) - (drain?.action.startedAt ?? 0)) / 1_000).toBeLessThan(20)
  })

  it('that outlasts the timeout of the hook lets it end by our word all the same', async () => {
    const contention = new ServiceError('ResourceContention', 'Another operation is in progress', 500)
    const settings = { heartbeatTimeout: 180, drainTimeout: 900 }
    const run = await play(
      { services: [], settings, script: [terminateOne(10)], lastsSeconds: 900 },
      (world) => {
        const endsAt = world.simulation.now() + 500_000
        world.setFaults((call) =>
          isOurs(call) && call.operation === 'CompleteLifecycleAction' && world.simulation.now() < endsAt
            ? { kind: 'refused', error: contention }
            : undefined,
        )
      },
    )
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.violations).toEqual([])
  })

  it('that outlasts the deadline is beaten no more: the hook may then end by itself', async () => {
    const contention = new ServiceError('ResourceContention', 'Another operation is in progress', 500)
    const settings = { heartbeatTimeout: 180, drainTimeout: 300, drainReserve: 120 }
    const run = await play(
      { services: [], settings, script: [terminateOne(10)], lastsSeconds: 900 },
      (world) => {
        world.setFaults((call) =>
          isOurs(call) && call.operation === 'CompleteLifecycleAction'
            ? { kind: 'refused', error: contention }
            : undefined,
        )
      },
    )
    const beats = callsOf(run, 'RecordLifecycleActionHeartbeat').map(({ at }) => at)
    const startedAt = run.recording.drains[0]?.action.startedAt ?? 0
    expect(Math.max(...beats)).toBeLessThan(startedAt + 300_000)
    expect(Math.max(...beats)).toBeGreaterThan(startedAt + 200_000)
    expect(run.recording.drains[0]?.action.by).toBe('heartbeat-timeout')
    // What is done beside the decision stands in its line.
    const remedies = run.recording.lines.flatMap(({ remedies }) => (remedies === undefined ? [] : [remedies]))
    expect(remedies[0]).toEqual([
      { do: 'heartbeat', result: 'done' },
      { do: 'look-again', result: 'done' },
    ])
  })
})

describe('heartbeats that Auto Scaling throttles', () => {
  it('are tried again within the minute once only one resync is left before the timeout', async () => {
    const run = await play(longDrain, (world) => {
      const [from, until] = [55_000, 125_000].map((delay) => world.simulation.now() + delay)
      world.setFaults((call) => {
        const isThrottled = world.simulation.now() > (from ?? 0) && world.simulation.now() < (until ?? 0)
        const isBeat = isOurs(call) && call.operation === 'RecordLifecycleActionHeartbeat'
        return isBeat && isThrottled ? throttled : undefined
      })
    })
    const beats = callsOf(run, 'RecordLifecycleActionHeartbeat')
    const startedAt = run.recording.drains[0]?.action.startedAt ?? 0
    const triedAt = beats.map(({ at }) => Math.floor((at - startedAt) / 15_000))
    // By one resync, by the next, and then not by the last one before the timeout, but after 15 seconds and with success.
    expect([...new Set(triedAt)].slice(0, 3)).toEqual([3, 7, 8])
    expect(beats.find(({ error }) => error === undefined)?.at).toBeLessThan(startedAt + 135_000)
    expect(run.recording.violations).toEqual([])
  })
})
