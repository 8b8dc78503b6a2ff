import { describe, expect, it } from '@jest/globals'

import type { DroppedRequests } from '../../../simulator/traffic/dropped-requests.ts'
import type { DurationShare } from '../../../simulator/traffic/traffic-spec.ts'
import { Traffic } from '../../../simulator/traffic/traffic.ts'
import { EcsWorld, loadBalancer, service } from '../aws/ecs/ecs-world.ts'

const short: DurationShare = { share: 0.9, seconds: 0.5 }

interface Setting {
  readonly long: number
  readonly deregistrationDelaySeconds?: number
  readonly machines?: readonly string[]
}

/** A service with a task on each machine and 20 requests a second, one in ten of which takes `long` seconds. */
const createTraffic = ({ long, deregistrationDelaySeconds = 300, machines = ['i-a', 'i-b'] }: Setting) => {
  const world = new EcsWorld()
  const containerInstances = machines.map((instanceId) => world.join(instanceId))
  const durations = [short, { share: 0.1, seconds: long }]
  const web = service({
    desired: machines.length,
    loadBalancer: { ...loadBalancer, deregistrationDelaySeconds },
    traffic: { curve: [{ atSeconds: 0, requestsPerSecond: 20 }], bursts: [], durations },
  })
  world.settle({ services: [web] })
  const { simulation, loadBalancing, ecs, fleet } = world
  const traffic = new Traffic({ simulation, loadBalancing, ecs, machines: fleet, services: [web] })
  const drops: DroppedRequests[] = []
  traffic.onDrop((drop) => drops.push(drop))
  const targetGroupArn = ecs.targetGroupOf('web')!
  return { world, containerInstances, traffic, drops, targetGroupArn, startedAt: simulation.now() }
}

const sum = (drops: readonly DroppedRequests[]) => drops.reduce((total, { count }) => total + count, 0)

describe('requests to a service that nothing happens to', () => {
  it('are all answered, but for those that are still in flight', async () => {
    const { world, traffic } = createTraffic({ long: 60 })
    await world.pass(1_000)
    // 2 requests a second that take 60 s, and 18 that take half a second.
    expect(traffic.score().byService).toEqual({
      web: { sent: 20_000, answered: 19_871, dropped: 0, inFlight: 129, droppedFor: {} },
    })
  })
})

describe('an instance that is drained', () => {
  it('drops nothing when the deregistration delay is longer than any request', async () => {
    const { world, containerInstances, traffic, drops } = createTraffic({ long: 280 })
    await world.pass(1_000)
    world.drain(containerInstances[0]!)
    await world.pass(1_000)
    expect(world.ended).toMatchObject([{ instanceId: 'i-a', ending: 'graceful' }])
    expect(traffic.score()).toMatchObject({ sent: 40_000, dropped: 0 })
    expect(drops).toEqual([])
  })

  it('drops the requests that take longer than the deregistration delay', async () => {
    const { world, containerInstances, traffic, drops } = createTraffic({ long: 400 })
    await world.pass(1_000)
    const deregistrations: number[] = []
    world.loadBalancing.onTargetStateChange(({ state }) => {
      if (state === 'draining') deregistrations.push(world.simulation.now())
    })
    world.drain(containerInstances[0]!)
    await world.pass(1_000)
    // One of these began on the instance each second, and those of 100 seconds are still in flight after 300 s.
    expect(drops).toMatchObject([
      {
        service: 'web',
        reason: 'deregistration-delay',
        instanceId: 'i-a',
        at: deregistrations[0]! + 300_000,
      },
    ])
    expect(sum(drops)).toBeGreaterThanOrEqual(98)
    expect(sum(drops)).toBeLessThanOrEqual(100)
    expect(traffic.score().dropped).toBe(sum(drops))
  })

  it('drops what is in flight when the target group waits for nothing', async () => {
    const { world, containerInstances, drops } = createTraffic({ long: 60, deregistrationDelaySeconds: 0 })
    await world.pass(1_000)
    world.drain(containerInstances[0]!)
    await world.pass(1_000)
    expect(drops).toMatchObject([{ reason: 'deregistration-delay', instanceId: 'i-a' }])
  })
})

describe('a machine that dies under a healthy target', () => {
  it('drops what is in flight and what comes until the health checks have noticed', async () => {
    const { world, traffic, drops, targetGroupArn, startedAt } = createTraffic({ long: 60 })
    // ECS deregisters the targets of a machine of which it hears, before any check could notice.
    world.ecs.disconnectAgent('i-a')
    await world.pass(1_003)
    world.fleet.terminate('i-a')
    const healthy = world.loadBalancing.targets(targetGroupArn).filter(({ state }) => state === 'healthy')
    expect(healthy).toMatchObject([{ answers: false }, { answers: true }])
    await world.pass(600)
    // In flight there were 60 long requests and 5 of the 9 short ones. Then the checks of seconds 1010 and 1020 fail.
    expect(drops).toEqual([
      { at: startedAt + 1_003_000, service: 'web', count: 65, reason: 'machine-died', instanceId: 'i-a' },
      { at: startedAt + 1_020_000, service: 'web', count: 170, reason: 'dead-target', instanceId: 'i-a' },
    ])
    expect(traffic.score().byService['web']!.droppedFor).toEqual({ 'machine-died': 65, 'dead-target': 170 })
  })

  it('drops less when ECS hears of it and deregisters the target', async () => {
    const { world, drops } = createTraffic({ long: 60 })
    await world.pass(1_003)
    world.fleet.terminate('i-a')
    await world.pass(600)
    expect(drops).toMatchObject([
      { count: 65, reason: 'machine-died' },
      { count: 100, reason: 'dead-target', instanceId: 'i-a' },
    ])
  })

  it('takes no request with it when the target has left before', async () => {
    const { world, containerInstances, drops } = createTraffic({ long: 60 })
    world.drain(containerInstances[0]!)
    await world.pass(1_000)
    world.fleet.terminate('i-a')
    await world.pass(1_000)
    expect(drops).toEqual([])
  })

  it('takes its long requests with it when the target is still draining', async () => {
    const { world, containerInstances, drops } = createTraffic({ long: 280 })
    await world.pass(1_000)
    world.drain(containerInstances[0]!)
    await world.pass(100)
    world.fleet.terminate('i-a')
    await world.pass(1_000)
    expect(drops).toMatchObject([{ reason: 'machine-died', instanceId: 'i-a' }])
    expect(sum(drops)).toBeGreaterThan(150)
  })
})

describe('a container that ends on a machine that lives', () => {
  it('drops what is in flight on it', async () => {
    const { world, drops, targetGroupArn } = createTraffic({ long: 60 })
    await world.pass(1_000)
    const { id, port } = world.loadBalancing.targets(targetGroupArn)[0]!
    world.loadBalancing.fallSilent({ targetGroupArn, id, port })
    expect(drops).toMatchObject([{ count: 65, reason: 'container-ended', instanceId: 'i-a' }])
  })
})

describe('a service whose last target is gone', () => {
  it('drops every request until there is a new one', async () => {
    const { world, traffic, drops } = createTraffic({ long: 1, machines: ['i-a'] })
    await world.pass(100)
    world.fleet.terminate('i-a')
    await world.pass(500)
    const { sent, dropped } = traffic.score()
    expect(sent).toBe(12_000)
    // 20 a second for 500 s, and those in flight: 9 short and 2 long ones.
    expect(dropped).toBe(10_000 + 11)
    world.join('i-b')
    const back = await serveAgain(world)
    traffic.settle()
    expect(drops.map(({ reason }) => reason)).toContain('no-target')
    expect(traffic.score().dropped).toBe(10_011 + Math.floor(20 * back))
    expect(sum(drops)).toBe(traffic.score().dropped)
  })
})

/** Passes 200 seconds, and says after how many of them there was a healthy target. */
const serveAgain = async (world: EcsWorld): Promise<number> => {
  const startedAt = world.simulation.now()
  const healthyAt: number[] = []
  world.loadBalancing.onTargetStateChange(({ state }) => {
    if (state === 'healthy') healthyAt.push(world.simulation.now())
  })
  await world.pass(200)
  expect(healthyAt).toHaveLength(1)
  return (healthyAt[0]! - startedAt) / 1_000
}

describe('a score', () => {
  const lossyHour = async (lookEverySeconds: number) => {
    const { world, containerInstances, traffic } = createTraffic({ long: 400 })
    world.simulation.after(600_000, () => world.drain(containerInstances[0]!))
    world.simulation.after(1_200_500, () => world.fleet.terminate('i-b'))
    for (let seconds = 0; seconds < 3_600; seconds += lookEverySeconds) {
      await world.pass(lookEverySeconds)
      traffic.score()
    }
    return traffic.score()
  }

  it('is the same whenever the same happens, however often it is asked for', async () => {
    const once = await lossyHour(3_600)
    expect(once.dropped).toBeGreaterThan(0)
    expect(await lossyHour(3_600)).toEqual(once)
    expect(await lossyHour(9)).toEqual(once)
  })
})
