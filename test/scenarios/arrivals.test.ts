import { describe, expect, it } from '@jest/globals'

import type { Rehearsal } from '../../simulator/rehearsal/rehearse.ts'
import { callsOf, GROUP, group, oldest, outcomes, play, shop } from './small-cluster.ts'

const grow = { do: 'set-desired-capacity', atSeconds: 10, group: GROUP, desired: 4 }
const launchHook = { launchHook: 'on' }
const daemon = { name: 'logs', cpu: 64, memory: 128 }

/** A second completion at the same moment is refused, and harmless. */
const launchResults = (run: Rehearsal): readonly unknown[] =>
  callsOf(run, 'CompleteLifecycleAction')
    .filter(
      ({ input, error }) => error === undefined && String(input['LifecycleHookName']).endsWith('-launch'),
    )
    .map(({ input }) => input['LifecycleActionResult'])

describe('a launch hook', () => {
  it('lets an instance into service when its agent is connected and its daemons run', async () => {
    const run = await play({ daemons: [daemon], settings: launchHook, script: [grow], lastsSeconds: 400 })
    expect(launchResults(run)).toEqual(['CONTINUE'])
    expect(run.recording.metric('LaunchReadySeconds')).toHaveLength(1)
    expect(run.recording.metric('LaunchNotReady')).toEqual([0])
    expect(run.recording.violations).toEqual([])
  })

  it.each([
    ['gives a machine up whose agent does not register in time', 10_000, 'ABANDON'],
    [
      'gives none up in a cluster that knows no machine of the group: it may be the wrong one',
      'never',
      'CONTINUE',
    ],
  ])('%s', async (_, registrationSeconds, result) => {
    const run = await play({
      groups: [{ ...group, registrationSeconds }],
      services: [],
      settings: { ...launchHook, launchTimeout: 300 },
      script: [grow],
      lastsSeconds: 500,
    })
    expect(launchResults(run)).toEqual([result])
  })

  it('never keeps a cluster from growing because a daemon is broken', async () => {
    const run = await play({
      daemons: [{ ...daemon, failsToStart: true }],
      settings: { ...launchHook, launchTimeout: 300 },
      script: [grow],
      lastsSeconds: 600,
    })
    expect(launchResults(run)).toEqual(['CONTINUE'])
    expect(run.recording.metric('LaunchNotReady')).toEqual([1])
  })

  it('lets a machine into a warm pool at once', async () => {
    const run = await play({
      services: [],
      settings: launchHook,
      script: [{ do: 'put-warm-pool', atSeconds: 10, group: GROUP, maxGroupPreparedCapacity: 4 }],
      lastsSeconds: 400,
    })
    expect(new Set(launchResults(run))).toEqual(new Set(['CONTINUE']))
    expect(launchResults(run).length).toBeGreaterThan(0)
  })
})

describe('an instance that comes back', () => {
  it('from a warm pool is drained on its way in, and ACTIVE again on its way out', async () => {
    let instanceId = ''
    const run = await play(
      {
        groups: [{ ...group, warmPool: { minSize: 0, reuseOnScaleIn: true } }],
        services: [{ ...shop, loadBalancer: { deregistrationDelaySeconds: 30 } }],
        script: [
          { do: 'set-desired-capacity', atSeconds: 30, group: GROUP, desired: 2 },
          { do: 'set-desired-capacity', atSeconds: 500, group: GROUP, desired: 3 },
        ],
        lastsSeconds: 900,
      },
      (world) => {
        instanceId = oldest(world)
      },
    )
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.world.ecs.containerInstanceOn(instanceId)?.status).toBe('ACTIVE')
    expect(run.recording.violations).toEqual([])
  })

  it('from a warm pool is ACTIVE again as soon as a launch hook holds it', async () => {
    const run = await play({
      groups: [{ ...group, warmPool: { minSize: 0, reuseOnScaleIn: true } }],
      services: [{ ...shop, loadBalancer: { deregistrationDelaySeconds: 30 } }],
      settings: launchHook,
      script: [
        { do: 'set-desired-capacity', atSeconds: 30, group: GROUP, desired: 2 },
        { do: 'set-desired-capacity', atSeconds: 500, group: GROUP, desired: 3 },
      ],
      lastsSeconds: 1_400,
    })
    const again = run.recording.metric('LaunchReadySeconds').at(-1)
    expect(again).toBeLessThan(180)
    expect(run.recording.metric('LaunchNotReady')).not.toContain(1)
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })

  it('with a new root volume is drained before, and ACTIVE again after', async () => {
    const run = await play({
      services: [{ ...shop, loadBalancer: { deregistrationDelaySeconds: 30 } }],
      script: [{ do: 'start-instance-refresh', atSeconds: 30, group: GROUP, strategy: 'ReplaceRootVolume' }],
      lastsSeconds: 1_800,
    })
    expect(outcomes(run).length).toBeGreaterThan(0)
    expect(new Set(outcomes(run))).toEqual(new Set(['drained']))
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })
})

describe('others that drain beside us', () => {
  it('ECS managed draining: we watch, never set DRAINING again, and end our own hook', async () => {
    const run = await play({
      groups: [{ ...group, managedDraining: true }],
      services: [{ ...shop, loadBalancer: { deregistrationDelaySeconds: 30 } }],
      script: [{ do: 'terminate-in-group', atSeconds: 30, group: GROUP }],
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(callsOf(run, 'UpdateContainerInstancesState').length).toBeLessThanOrEqual(1)
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })
})
