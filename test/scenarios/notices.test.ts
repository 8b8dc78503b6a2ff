import { describe, expect, it } from '@jest/globals'

import { ServiceError } from '../../simulator/aws/operation.ts'
import { callsOf, GROUP, group, oldest, outcomes, play, shop, terminateOne } from './small-cluster.ts'

const spotGroup = { ...group, market: 'spot' }
const interruptionOf = (instanceId: string) => ({
  source: 'aws.ec2',
  detailType: 'EC2 Spot Instance Interruption Warning',
  resources: [],
  detail: { 'instance-id': instanceId, 'instance-action': 'terminate' },
})

const quickShop = { ...shop, loadBalancer: { deregistrationDelaySeconds: 30 } }

describe('a Spot interruption', () => {
  it('sets DRAINING within five seconds of the warning, and loses no task', async () => {
    const run = await play({
      groups: [spotGroup],
      services: [quickShop],
      script: [{ do: 'spot-interruption', atSeconds: 30, group: GROUP }],
    })
    const [draining] = callsOf(run, 'UpdateContainerInstancesState')
    const [start] = run.recording.decisions
    expect(
      ((draining?.at ?? Infinity) - (start?.facts.notice?.at ?? start?.facts.announcedAt ?? 0)) / 1_000,
    ).toBeLessThan(5)
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })

  it('stops after a minute what is left, so that targets deregister before the machine goes', async () => {
    const slow = { ...quickShop, minimumHealthyPercent: 100, maximumPercent: 100 }
    const run = await play({
      groups: [spotGroup],
      services: [slow],
      script: [{ do: 'spot-interruption', atSeconds: 30, group: GROUP }],
    })
    expect(callsOf(run, 'StopTask').length).toBeGreaterThan(0)
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })

  it.each(['DescribeAutoScalingInstances', 'DescribeAutoScalingGroups', 'ListContainerInstances'])(
    'is heard though %s is throttled when it comes, as nobody else tells of it',
    async (operation) => {
      const stuck = { ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }
      const services = [{ ...stuck, loadBalancer: { deregistrationDelaySeconds: 20 } }]
      const script = [{ do: 'spot-interruption', atSeconds: 30, group: GROUP }]
      const run = await play({ groups: [spotGroup], services, script }, (world) => {
        const [from, to] = [30_000, 45_000].map((delay) => world.simulation.now() + delay)
        world.setFaults((made) => {
          const isOut = world.simulation.now() >= (from ?? 0) && world.simulation.now() < (to ?? 0)
          return isOut && made.operation === operation && made.caller === 'ebbtide-web-drain'
            ? { kind: 'refused', error: new ServiceError('ThrottlingException', 'Rate exceeded') }
            : undefined
        })
      })
      expect(callsOf(run, 'StopTask').length).toBeGreaterThan(0)
      expect(run.recording.killedTasks).toEqual([])
      expect(run.recording.deadLetters).toBe(0)
      expect(run.recording.violations).toEqual([])
    },
  )

  it.each([
    ['rebalance-recommendation', false],
    ['spot-interruption', true],
  ])('comes back when it is throttled, and what leaves time does not: %s: %p', async (step, comesBack) => {
    const script = [{ do: step, atSeconds: 30, group: GROUP }]
    const run = await play({ groups: [spotGroup], script, settings: { rebalance: 'replace' } }, (world) =>
      world.setFaults((made) =>
        made.operation === 'DescribeAutoScalingInstances' && made.caller === 'ebbtide-web-drain'
          ? { kind: 'refused', error: new ServiceError('ThrottlingException', 'Rate exceeded') }
          : undefined,
      ),
    )
    expect(callsOf(run, 'ChangeMessageVisibility').length > 0).toBe(comesBack)
  })

  it('warning, rebalance recommendation and hook within seconds make one drain, and all are acknowledged', async () => {
    const run = await play({
      groups: [spotGroup],
      services: [quickShop],
      settings: { rebalance: 'replace' },
      script: [
        { do: 'rebalance-recommendation', atSeconds: 29, group: GROUP },
        { do: 'spot-interruption', atSeconds: 30, group: GROUP },
      ],
    })
    const byInstance = new Set(run.recording.drains.map(({ action }) => action.instanceId))
    expect(run.recording.drains).toHaveLength(byInstance.size)
    expect(run.recording.metric('DrainsStarted').length).toBe(byInstance.size)
    expect(run.recording.deadLetters).toBe(0)
    expect(run.recording.killedTasks).toEqual([])
  })

  it('that comes in the middle of a drain shortens it, although it is told only once', async () => {
    const run = await play(
      {
        services: [{ ...quickShop, minimumHealthyPercent: 100, maximumPercent: 100 }],
        script: [terminateOne(10)],
        lastsSeconds: 600,
      },
      (world) => {
        const instanceId = oldest(world)
        world.simulation.after(300_000, () => {
          world.eventBridge.publish(interruptionOf(instanceId))
        })
      },
    )
    const [drain] = run.recording.drains
    expect(callsOf(run, 'StopTask').length).toBeGreaterThan(0)
    expect(drain?.action.by).toBe('completed')
    expect(run.recording.killedTasks).toEqual([])
  })

  it('is left to the hook under the policy off', async () => {
    const run = await play({
      groups: [spotGroup],
      services: [quickShop],
      settings: { spot: 'off' },
      script: [{ do: 'spot-interruption', atSeconds: 30, group: GROUP }],
    })
    expect(callsOf(run, 'StopTask')).toEqual([])
  })
})

describe('what AWS announces longer ahead', () => {
  it('a retirement asks the group for a replacement, ahead of its start by the drain timeout', async () => {
    const run = await play({
      services: [quickShop],
      settings: { drainTimeout: 600 },
      script: [{ do: 'scheduled-event', atSeconds: 30, group: GROUP, startsInSeconds: 550 }],
      lastsSeconds: 900,
    })
    expect(callsOf(run, 'TerminateInstanceInAutoScalingGroup').length).toBeGreaterThan(0)
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })

  it('a retirement that is far ahead waits until its time has come, though nobody announces it again', async () => {
    const run = await play({
      services: [quickShop],
      settings: { drainTimeout: 600 },
      script: [{ do: 'scheduled-event', atSeconds: 30, group: GROUP, startsInSeconds: 6_000 }],
      lastsSeconds: 6_600,
    })
    const [asked] = callsOf(run, 'TerminateInstanceInAutoScalingGroup')
    const start = run.world.simulation.now() - 6_600_000
    expect(((asked?.at ?? 0) - start) / 1_000).toBeGreaterThan(5_000)
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })

  it('a rebalance recommendation is acted on only where the policy says so', async () => {
    const script = [{ do: 'rebalance-recommendation', atSeconds: 30, group: GROUP }]
    const groups = [spotGroup]
    const off = await play({ groups, services: [quickShop], script })
    expect(off.recording.drains).toEqual([])
    const on = await play({ groups, services: [quickShop], script, settings: { rebalance: 'replace' } })
    expect(outcomes(on)).toEqual(['drained'])
    expect(on.recording.killedTasks).toEqual([])
  })
})

describe('a signal for an instance of nobody here', () => {
  it('costs one call, and the answer is remembered for five minutes', async () => {
    const run = await play({ services: [], script: [], lastsSeconds: 290 }, (world) => {
      for (let second = 10; second < 250; second += 10)
        world.simulation.after(second * 1_000, () => {
          world.eventBridge.publish(interruptionOf('i-0fffffffffffffff0'))
        })
    })
    expect(callsOf(run, 'DescribeAutoScalingInstances').length).toBeLessThanOrEqual(2)
    expect(callsOf(run, 'DescribeInstances')).toEqual([])
    expect(run.recording.decisions).toEqual([])
    expect(run.recording.deadLetters).toBe(0)
  })
})

describe('a machine that is stopped by hand', () => {
  it('is drained of its ghosts by its hook, and nothing waits for ever', async () => {
    const run = await play({
      services: [quickShop],
      settings: { drainTimeout: 600 },
      script: [{ do: 'stop-by-hand', atSeconds: 30, group: GROUP }],
      lastsSeconds: 1_000,
    })
    expect(run.recording.drains).toHaveLength(1)
    expect(run.recording.deadLetters).toBe(0)
    expect(oldest(run.world)).toMatch(/^i-/)
  })
})
