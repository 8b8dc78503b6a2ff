import { describe, expect, it } from '@jest/globals'
import { taskLimits } from '../../../../simulator/aws/ecs/bounds.ts'
import { EcsWorld, service } from './ecs-world.ts'

/** What a service may do at once when all its tasks are on a draining instance and another one is free. */
const rows = [
  { desired: 4, min: 50, max: 200, keep: 2, total: 8, stopFirst: 2, startFirst: 4 },
  { desired: 2, min: 75, max: 200, keep: 2, total: 4, stopFirst: 0, startFirst: 2 },
  { desired: 3, min: 100, max: 125, keep: 3, total: 3, stopFirst: 0, startFirst: 0 },
  { desired: 4, min: 100, max: 200, keep: 4, total: 8, stopFirst: 0, startFirst: 4 },
  { desired: 4, min: 100, max: 100, keep: 4, total: 4, stopFirst: 0, startFirst: 0 },
  { desired: 1, min: 50, max: 100, keep: 1, total: 1, stopFirst: 0, startFirst: 0 },
  { desired: 3, min: 50, max: 100, keep: 2, total: 3, stopFirst: 1, startFirst: 0 },
  { desired: 10, min: 90, max: 110, keep: 9, total: 11, stopFirst: 1, startFirst: 1 },
  { desired: 2, min: 100, max: 150, keep: 2, total: 3, stopFirst: 0, startFirst: 1 },
  { desired: 1, min: 0, max: 100, keep: 0, total: 1, stopFirst: 1, startFirst: 0 },
]

/** All tasks of the service on `i-old`, which is set DRAINING; `i-new` is empty. */
const drainedWorld = (row: (typeof rows)[number]): EcsWorld => {
  const world = new EcsWorld()
  const old = world.join('i-old')
  world.settle({
    services: [service({ desired: row.desired, minimumHealthyPercent: row.min, maximumPercent: row.max })],
  })
  world.join('i-new')
  world.drain(old)
  return world
}

const messagesOf = (world: EcsWorld): readonly string[] => {
  const { services } = world.call('DescribeServices', { services: ['web'] })
  return services?.[0]?.events?.map(({ message }) => message ?? '') ?? []
}

/** Bounds that let no task be stopped first and none be started first. */
const deadlock = { desired: 4, min: 100, max: 100, keep: 4, total: 4, stopFirst: 0, startFirst: 0 }

describe('deployment bounds', () => {
  it.each(rows)(
    'keep $keep and allow $total of $desired at $min/$max',
    ({ desired, min, max, keep, total }) => {
      const limits = taskLimits({ desired, minimumHealthyPercent: min, maximumPercent: max })
      expect(limits).toEqual({ leastHealthy: keep, mostTasks: total })
    },
  )

  it.each(rows)('at first stop $stopFirst and start $startFirst of $desired at $min/$max', async (row) => {
    const world = drainedWorld(row)
    await world.pass(4)
    const stopping = world.list({ desiredStatus: 'STOPPED' })
    expect(stopping).toHaveLength(row.stopFirst)
    expect(world.ecs.tasksOn('i-new')).toHaveLength(row.startFirst)
  })

  it.each(rows)('are never passed on the way of $desired at $min/$max', async (row) => {
    const world = drainedWorld(row)
    let fewestRunning = Infinity
    let mostTasks = 0
    world.simulation.watch(() => {
      const tasks = [...world.ecs.tasksOn('i-old'), ...world.ecs.tasksOn('i-new')]
      const running = tasks.filter(
        ({ desiredStatus, lastStatus }) => desiredStatus === 'RUNNING' && lastStatus === 'RUNNING',
      )
      fewestRunning = Math.min(fewestRunning, running.length)
      mostTasks = Math.max(mostTasks, tasks.length)
    })
    await world.pass(3_600)
    expect(fewestRunning).toBeGreaterThanOrEqual(row.keep)
    expect(mostTasks).toBeLessThanOrEqual(row.total)
    const isDeadlock = row.stopFirst === 0 && row.startFirst === 0
    expect(world.ecs.tasksOn('i-old')).toHaveLength(isDeadlock ? row.desired : 0)
  })

  it('say that they leave no room, and again after six hours', async () => {
    const world = drainedWorld(deadlock)
    const complaints = () =>
      messagesOf(world).filter((message) => message.includes('unable to stop or start tasks'))
    await world.pass(60)
    expect(complaints()).toEqual([
      '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    ])
    await world.pass(21_600)
    expect(complaints()).toHaveLength(2)
  })

  it('let the drain go on when UpdateService widens them', async () => {
    const world = drainedWorld(deadlock)
    await world.pass(60)
    world.call('UpdateService', { service: 'web', deploymentConfiguration: { maximumPercent: 150 } })
    await world.pass(600)
    expect(world.ecs.tasksOn('i-old')).toEqual([])
    expect(world.ecs.tasksOn('i-new')).toHaveLength(4)
  })

  it('count healthy tasks 40 s after RUNNING or at once, as assumed', async () => {
    const secondsToDrain = async (healthyWithoutLoadBalancerAfterSeconds: 0 | 40) => {
      const world = new EcsWorld({ healthyWithoutLoadBalancerAfterSeconds })
      const old = world.join('i-old')
      world.settle({ services: [service()] })
      world.join('i-new')
      world.drain(old)
      const startedAt = world.simulation.now()
      await world.simulation.runWhile(() => world.ecs.tasksOn('i-old').length > 0)
      return (world.simulation.now() - startedAt) / 1_000
    }
    const early = await secondsToDrain(0)
    const late = await secondsToDrain(40)
    expect(late - early).toBeGreaterThan(37)
    expect(late - early).toBeLessThan(43)
  })
})
