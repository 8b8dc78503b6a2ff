import { describe, expect, it } from '@jest/globals'

import { writeLookAgain } from '../../lib/signals/look-again.ts'
import { ServiceError } from '../../simulator/aws/operation.ts'
import { Past } from '../../simulator/faults/past.ts'
import { staleAnswer } from '../../simulator/faults/stale-answer.ts'
import type { Call, CallFault } from '../../simulator/sdk/call-fault.ts'
import type { World } from '../../simulator/world/world.ts'
import {
  asPerson,
  callsOf,
  GROUP,
  group,
  HOOK,
  oldest,
  outcomes,
  play,
  shop,
  story,
  terminateOne,
} from './small-cluster.ts'

// What campaigns have found, each as small as it can be told. The seeds are those of the campaigns of that day: another
// generator draws another cluster for the same seed.

const broken: CallFault = {
  kind: 'refused',
  error: new ServiceError('InternalFailure', 'An unexpected error occurred', 500),
}

const isOurs = ({ caller }: Call): boolean => caller.startsWith('ebbtide-')

/** Whether an operation of ours is asked for the first time. */
const isFirst = (operation: string) => {
  let seen = 0
  return (made: Call): boolean => isOurs(made) && made.operation === operation && (seen += 1) === 1
}

const longJob = {
  services: [],
  standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3, runSeconds: 900 }],
  settings: { heartbeatTimeout: 180, drainTimeout: 3_600 },
  script: [terminateOne(70)],
  lastsSeconds: 1_500,
}

describe('seeds 142 and 2078', () => {
  /** Answers as of 2.9 s ago every listing of STOPPED tasks, and no other call. */
  const oldListings = (world: World): void => {
    const past = new Past(world)
    world.setFaults((asked) =>
      isOurs(asked) && asked.operation === 'ListTasks' && asked.input['desiredStatus'] === 'STOPPED'
        ? {
            kind: 'stale',
            output: () => staleAnswer({ world, past, asked, asOf: world.simulation.now() - 2_900 }),
          }
        : undefined,
    )
  }

  /** Has us look a second after ECS has decided to stop a daemon's task, as a late message may. */
  const lookWhenDismissed = ({ eventBridge, simulation, sqs }: World, instanceId: string): void => {
    const look = { instanceId, autoScalingGroupName: GROUP, hop: 3, occurredAt: simulation.now() }
    eventBridge.onPublish(({ detail }) => {
      if (detail['group'] !== 'service:logs' || detail['desiredStatus'] !== 'STOPPED') return
      const queue = sqs.queueByArn(sqs.arnOf('ebbtide-web-wakes'))
      simulation.after(1_000, () => sqs.send(queue, { body: writeLookAgain(look) }))
    })
  }

  it('a daemon that ECS stops last is waited for, though one listing no longer shows it and the other not yet', async () => {
    const daemon = { name: 'logs', cpu: 64, memory: 128, stopSeconds: 20 }
    const services = [{ ...shop, loadBalancer: { deregistrationDelaySeconds: 0 } }]
    const run = await play({ services, daemons: [daemon], script: [terminateOne(10)] }, (world) => {
      oldListings(world)
      lookWhenDismissed(world, oldest(world))
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })
})

describe('seed 1138', () => {
  it('a warm pool that cannot be read costs no heartbeat of the instances beside it, and nothing is published of it', async () => {
    const groups = [{ ...group, warmPool: { minSize: 1 } }]
    const run = await play({ ...longJob, groups }, (world) => {
      world.setFaults((made) => (isOurs(made) && made.operation === 'DescribeWarmPool' ? broken : undefined))
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.metric('DrainsInFlight')).toEqual([])
    expect(run.recording.violations).toEqual([])
  })
})

describe('seed 32', () => {
  it('a single call that fails stops no task by the defaults of AWS', async () => {
    const deadlocked = { ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }
    const services = [{ ...deadlocked, loadBalancer: { deregistrationDelaySeconds: 0 } }]
    const settings = { drainTimeout: 420 }
    // The default delay of 300 s would have the first look already stop a task.
    const run = await play({ services, settings, script: [terminateOne(10)] }, (world) => {
      const isFirstAsked = isFirst('DescribeServices')
      world.simulation.after(100_000, () => {
        world.setFaults((made) => (isFirstAsked(made) ? broken : undefined))
      })
    })
    const [firstStop] = callsOf(run, 'StopTask')
    expect(firstStop?.at).toBeGreaterThan((run.recording.drains[0]?.action.startedAt ?? 0) + 350_000)
    expect(run.recording.violations).toEqual([])
  })
})

describe('seed 27', () => {
  it('a completion that AWS refused leaves the hook alive when the next minute can read nothing', async () => {
    const settings = { heartbeatTimeout: 180, drainTimeout: 3_600 }
    const run = await play(
      { services: [], settings, script: [terminateOne(10)], lastsSeconds: 900 },
      (world) => {
        world.setFaults((made) => {
          const seconds = (world.simulation.now() - Date.UTC(2026, 10, 20, 9)) / 1_000
          if (!isOurs(made)) return undefined
          if (made.operation === 'CompleteLifecycleAction' && seconds < 200) return broken
          return made.operation === 'ListContainerInstances' && seconds > 130 && seconds < 400
            ? broken
            : undefined
        })
      },
    )
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.violations.filter(({ promise }) => promise !== 6)).toEqual([])
  })
})

describe('seed 25', () => {
  it('no minute that can read nothing beats a hook that is over, while another one holds the instance', async () => {
    const otherHooks = [{ name: 'archive-logs', heartbeatTimeoutSeconds: 600 }]
    const run = await play(
      {
        services: [],
        groups: [{ ...group, otherHooks }],
        script: [terminateOne(10)],
        lastsSeconds: 500,
      },
      (world) => {
        world.simulation.after(100_000, () => {
          world.setFaults((made) =>
            isOurs(made) && made.operation === 'ListContainerInstances' ? broken : undefined,
          )
        })
      },
    )
    expect(run.recording.drains.map(({ action }) => action.autoScalingGroupName)).toEqual([GROUP])
    expect(callsOf(run, 'RecordLifecycleActionHeartbeat')).toEqual([])
  })
})

describe('seed 120', () => {
  it('beats a hook as often as before when its timeout is raised in the middle of its wait', async () => {
    const hook = { group: GROUP, hook: 'ebbtide-web', heartbeatTimeoutSeconds: 400 }
    const raised = { atSeconds: 200, do: 'put-hook', ...hook } as const
    const run = await play({ ...longJob, script: [terminateOne(70), raised] })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.violations).toEqual([])
  })
})

describe('seed 125', () => {
  it('an orphan that could not be set ACTIVE is remembered, and set right by the next resync', async () => {
    const run = await play({ script: [] }, (world) => {
      const arn = world.ecs.containerInstanceOn(oldest(world))?.containerInstanceArn
      const value = 'v2:mwooa680:unknown:mwooa680:mwooa680:us:-:live:-:-:-'
      asPerson(world, 'PutAttributes', { attributes: [{ name: 'ebbtide.drain', value, targetId: arn }] })
      asPerson(world, 'UpdateContainerInstancesState', { containerInstances: [arn], status: 'DRAINING' })
      const isFirstTry = isFirst('UpdateContainerInstancesState')
      world.setFaults((made) => (isFirstTry(made) ? broken : undefined))
    })
    expect(callsOf(run, 'UpdateContainerInstancesState').map(({ error }) => error)).toEqual([
      'InternalFailure',
      undefined,
    ])
    expect(run.world.ecs.containerInstanceOn(oldest(run.world))?.status).toBe('ACTIVE')
  })
})

describe('seed 55', () => {
  it('a group whose hooks cannot be read costs the drains of another no look', async () => {
    const groups = [group, { ...group, name: 'ecs-web-b' }]
    const run = await play(
      { groups, script: [terminateOne(10), { ...terminateOne(10), group: 'ecs-web-b' }] },
      (world) =>
        world.setFaults((made) => {
          const isOther = made.input['AutoScalingGroupName'] === 'ecs-web-b'
          return isOurs(made) && made.operation === 'DescribeLifecycleHooks' && isOther ? broken : undefined
        }),
    )
    const ended = run.recording.drains.map(({ action }) => `${action.autoScalingGroupName} ${action.by}`)
    expect(ended).toEqual([`${GROUP} completed`])
    expect(run.recording.violations).toEqual([])
  })
})

describe('seed 80', () => {
  it('target health that cannot be read stops no task early, of whatever service', async () => {
    const stuck = {
      ...shop,
      minimumHealthyPercent: 100,
      maximumPercent: 100,
      loadBalancer: { deregistrationDelaySeconds: 20 },
    }
    const services = [stuck, { ...stuck, name: 'search' }]
    const settings = { drainTimeout: 420, drainReserve: 120 }
    const run = await play({ services, settings, script: [terminateOne(10)], lastsSeconds: 700 }, (world) =>
      world.setFaults((made) =>
        isOurs(made) && made.operation === 'DescribeTargetHealth' ? broken : undefined,
      ),
    )
    const [first] = callsOf(run, 'StopTask')
    const startedAt = run.recording.drains[0]?.action.startedAt ?? 0
    // The deadline less 20 s to deregister, 30 s to stop and the margin of 30 s.
    expect(((first?.at ?? 0) - startedAt) / 1_000).toBeGreaterThan(338)
    expect(run.recording.violations).toEqual([])
  })
})

describe('seed 503078', () => {
  it('an instance that gets a new root volume is no orphan for ever when we died right after DRAINING and the hook then ran out', async () => {
    const refresh = { do: 'start-instance-refresh', atSeconds: 30, group: GROUP }
    const run = await play(
      {
        services: [],
        groups: [{ ...group, desired: 1 }],
        settings: { heartbeatTimeout: 180 },
        script: [{ ...refresh, strategy: 'ReplaceRootVolume' }],
        lastsSeconds: 900,
      },
      ({ lambda, setFaults, simulation }) => {
        let hasDied = false
        const healsAt = simulation.now() + 400_000
        lambda.crashAt(({ where }) => !hasDied && (hasDied = where === 'after UpdateContainerInstancesState'))
        setFaults((made) => (hasDied && isOurs(made) && simulation.now() < healsAt ? broken : undefined))
      },
    )
    expect(run.recording.drains[0]?.action.by).toBe('heartbeat-timeout')
    expect(run.world.ecs.containerInstanceOn(oldest(run.world))?.status).toBe('ACTIVE')
  })
})

describe('seed 504857', () => {
  it('a warm pool that cannot be read has no hook of another group beaten when it is over', async () => {
    const pooled = { ...group, name: 'ecs-web-b', warmPool: { minSize: 1 } }
    const run = await play({ ...longJob, groups: [group, pooled] }, (world) =>
      world.simulation.after(200_000, () => {
        world.setFaults((made) =>
          isOurs(made) && made.operation === 'DescribeWarmPool' ? broken : undefined,
        )
      }),
    )
    const endedAt = run.recording.drains[0]?.action.endedAt ?? 0
    expect(outcomes(run)).toEqual(['drained'])
    expect(callsOf(run, 'RecordLifecycleActionHeartbeat').filter(({ at }) => at > endedAt)).toEqual([])
  })
})

describe('seed 508569', () => {
  it('a container instance that is gone, though ECS still shows it, fails no message: it is looked at again', async () => {
    const run = await play({ services: [], script: [terminateOne(10)] }, (world) => {
      const arn = world.ecs.containerInstanceOn(oldest(world))?.containerInstanceArn ?? ''
      const input = { containerInstances: [arn], include: ['TAGS'] }
      const output = asPerson<object>(world, 'DescribeContainerInstances', input)
      world.simulation.after(9_000, () => {
        asPerson(world, 'DeregisterContainerInstance', { containerInstance: arn, force: true })
        const listing = isFirst('ListContainerInstances')
        const reading = isFirst('DescribeContainerInstances')
        world.setFaults((made) => {
          if (listing(made)) return { kind: 'stale', output: { containerInstanceArns: [arn] } }
          return reading(made) ? { kind: 'stale', output } : undefined
        })
      })
    })
    const [asked] = callsOf(run, 'UpdateContainerInstancesState')
    expect(asked).toMatchObject({ caller: 'ebbtide-web-drain' })
    expect(run.recording.decisions[0]).toMatchObject({
      results: ['gone'],
      remedies: [{ do: 'look-again', result: 'done' }],
    })
    expect(callsOf(run, 'ChangeMessageVisibility')).toEqual([])
    expect(run.recording.drains.map(({ action }) => action.by)).toEqual(['completed'])
  })
})

describe('seed 3514', () => {
  it('a notice outlives a look that knew nothing of it and wrote its own memory over what was remembered', async () => {
    const stuck = { ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }
    const services = [{ ...stuck, loadBalancer: { deregistrationDelaySeconds: 20 } }]
    const groups = [{ ...group, market: 'spot', capacityRebalance: false }]
    const script = [{ do: 'spot-interruption', atSeconds: 10, group: GROUP }]
    const run = await play({ groups, services, script, lastsSeconds: 300 }, (world) => {
      const past = new Past(world)
      const bornAt = world.simulation.now()
      // Until the hook has been heard of, container instances are answered as they were before the notice.
      world.setFaults((asked) =>
        isOurs(asked) && asked.operation === 'DescribeContainerInstances'
          ? {
              kind: 'stale',
              output: () =>
                world.simulation.now() < bornAt + 13_000
                  ? staleAnswer({ world, past, asked, asOf: bornAt + 9_000 })
                  : undefined,
            }
          : undefined,
      )
    })
    expect(callsOf(run, 'UpdateContainerInstancesState').length).toBeGreaterThan(1)
    const stops = callsOf(run, 'StopTask').map(({ at }) => (at - Date.UTC(2026, 10, 20, 9)) / 1_000)
    expect(stops.length).toBeGreaterThan(0)
    expect(Math.max(...stops)).toBeLessThan(10 + 75)
    expect(run.recording.killedTasks).toEqual([])
  })
})

describe('seed 702212', () => {
  it('a wait whose deadline nobody could read is beaten beyond the timeout of the stack, as its group may grant more', async () => {
    const groups = [{ ...group, tags: { 'ebbtide:drain-timeout': '3600' } }]
    const settings = { heartbeatTimeout: 180, drainTimeout: 300 }
    const run = await play({ ...longJob, groups, settings }, (world) => {
      const healsAt = world.simulation.now() + 800_000
      world.setFaults((made) =>
        isOurs(made) && made.operation === 'ListContainerInstances' && world.simulation.now() < healsAt
          ? broken
          : undefined,
      )
    })
    expect(run.recording.drains.map(({ action }) => action.by)).toEqual(['completed'])
    expect(run.recording.killedTasks).toEqual([])
  })
})

describe('seed 807053', () => {
  const groups = [{ ...group, otherHooks: [{ name: 'archive-logs', heartbeatTimeoutSeconds: 900 }] }]
  /** Our hook is put back while another one holds the instance: it takes no part in that wait. */
  const putBackLate = [
    { do: 'delete-hook', atSeconds: 20, group: GROUP, hook: HOOK },
    terminateOne(70),
    { do: 'put-hook', atSeconds: 160, group: GROUP, hook: HOOK, heartbeatTimeoutSeconds: 180 },
  ]

  it('a hook that did not exist when the wait began, which another one holds, is beaten once and no more', async () => {
    const drained = { do: 'set-container-instances', atSeconds: 10, group: GROUP, status: 'DRAINING' }
    const run = await play({ ...longJob, groups, script: [drained, ...putBackLate], lastsSeconds: 900 })
    const beats = callsOf(run, 'RecordLifecycleActionHeartbeat')
    expect(beats.map(({ error }) => error)).toEqual(['ValidationError'])
    expect(story(run)).toContain('ignore: already-ended')
    expect(run.recording.violations).toEqual([])
  })

  it('and its instance is drained in the time that the other one gives', async () => {
    const services = [{ ...shop, loadBalancer: { deregistrationDelaySeconds: 20 } }]
    const settings = { heartbeatTimeout: 180 }
    const run = await play({ groups, services, settings, script: putBackLate, lastsSeconds: 1_500 })
    expect(callsOf(run, 'UpdateContainerInstancesState')).toHaveLength(1)
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })
})
