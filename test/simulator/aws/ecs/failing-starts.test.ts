import { describe, expect, it } from '@jest/globals'
import type { ServiceSpec } from '../../../../simulator/world/world-spec.ts'
import { EcsWorld, loadBalancer, service, task } from './ecs-world.ts'

const startsOf = (world: EcsWorld, group = 'service:web'): readonly number[] =>
  world
    .eventsOf('ECS Task State Change')
    .filter(({ detail }) => detail['group'] === group && detail['lastStatus'] === 'PROVISIONING')
    .map(({ at }) => at)

const gapsOf = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((at, index) => Math.round((at - (times[index] ?? 0)) / 1_000))

const serviceOf = (world: EcsWorld, name = 'web') =>
  world.call('DescribeServices', { services: [name] }).services?.[0]

/** One task on `i-old`, which is set DRAINING; `i-new` is free. */
const drainingWorld = (changes: Partial<ServiceSpec> = {}) => {
  const world = new EcsWorld()
  const old = world.join('i-old')
  world.settle({ services: [service({ desired: 1, ...changes })] })
  world.join('i-new')
  world.drain(old)
  return { world, old }
}

describe('an image that cannot be pulled', () => {
  it('takes replacements from PENDING to STOPPED, and says why', async () => {
    const { world, old } = drainingWorld({ failsToStart: true })
    await world.pass(12)
    const [taskArn = ''] = world.list({ desiredStatus: 'STOPPED' })
    expect(world.call('DescribeTasks', { tasks: [taskArn] }).tasks?.[0]).toMatchObject({
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotPullContainerError: /),
      containers: [{ lastStatus: 'STOPPED', reason: expect.stringMatching(/^CannotPullContainerError: /) }],
    })
    expect(world.ended).toEqual([
      expect.objectContaining({ ending: 'never-started', container: 'not-started' }),
    ])
    const statuses = world
      .eventsOf('ECS Task State Change')
      .filter(({ resources }) => resources.includes(taskArn))
      .map(({ detail }) => detail['lastStatus'])
    expect(statuses).toEqual(['PROVISIONING', 'PENDING', 'STOPPED'])
    expect(world.list({ containerInstance: old })).toHaveLength(1)
  })

  it.each([[27 as const], [15 as const]])(
    'is tried ever more rarely, at most every %s minutes',
    async (minutes) => {
      const world = new EcsWorld({ longestStartRetryMinutes: minutes })
      world.join('i-a')
      world.ecs.createService(service({ desired: 1, failsToStart: true }))
      await world.pass(4 * 3_600)
      const gaps = gapsOf(startsOf(world))
      expect(gaps.slice(0, 2).every((seconds) => seconds < 15)).toBe(true)
      expect(gaps.every((seconds, index) => index < 2 || seconds >= (gaps[index - 1] ?? 0) - 5)).toBe(true)
      expect(gaps.at(-1)).toBeGreaterThanOrEqual(minutes * 60)
      expect(gaps.at(-1)).toBeLessThan(minutes * 60 + 20)
      expect(world.messagesOf().filter((message) => message.includes('unable to consistently'))).toEqual([
        '(service web) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
      ])
      expect(
        world.eventsOf('ECS Service Action').map(({ detail }) => [detail['eventType'], detail['eventName']]),
      ).toEqual([['WARN', 'SERVICE_TASK_START_IMPAIRED']])
    },
  )

  it('counts tasks that were started together as one try', async () => {
    const world = new EcsWorld()
    world.join('i-a')
    world.ecs.createService(service({ desired: 5, failsToStart: true }))
    await world.pass(19)
    expect(startsOf(world)).toHaveLength(10)
    expect(world.messagesOf().some((message) => message.includes('unable to consistently'))).toBe(false)
  })

  it('counts as failed tasks of its deployment until one has run well', async () => {
    const world = new EcsWorld()
    world.join('i-a')
    world.ecs.createService(service({ desired: 1, failsToStart: { fromSeconds: 0 } }))
    await world.pass(45)
    expect(serviceOf(world)?.deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 3 })
    world.ecs.deploy('web', { failsToStart: false })
    await world.pass(200)
    expect(serviceOf(world)?.deployments).toEqual([
      expect.objectContaining({ rolloutState: 'COMPLETED', failedTasks: 0, runningCount: 1 }),
    ])
    world.ecs.breakImage('web')
    world.call('UpdateService', { service: 'web', desiredCount: 2 })
    await world.pass(60)
    expect(serviceOf(world)?.deployments?.[0]?.failedTasks).toBe(0)
  })

  it('may break and be mended later; the next try comes when the wait is over', async () => {
    const { world, old } = drainingWorld({ failsToStart: { fromSeconds: 3_600 } })
    await world.pass(200)
    expect(world.ecs.tasksOn('i-old')).toEqual([])
    world.ecs.breakImage('web')
    world.call('UpdateContainerInstancesState', { containerInstances: [old], status: 'ACTIVE' })
    const { containerInstanceArn = '' } = world.ecs.containerInstanceOn('i-new') ?? {}
    world.drain(containerInstanceArn)
    await world.pass(600)
    expect(world.list({ containerInstance: containerInstanceArn })).toHaveLength(1)
    world.ecs.mendImage('web')
    await world.pass(1_000)
    expect(world.ecs.tasksOn('i-new')).toEqual([])
    expect(world.ecs.tasksOn('i-old')).toHaveLength(1)
  })

  it('is tried at once when somebody updates the service', async () => {
    const world = new EcsWorld()
    world.join('i-a')
    world.ecs.createService(service({ desired: 1, failsToStart: true }))
    await world.pass(3_600)
    world.ecs.mendImage('web')
    world.call('UpdateService', { service: 'web', forceNewDeployment: true })
    await world.pass(30)
    expect(world.list({ serviceName: 'web' })).toHaveLength(1)
    expect(serviceOf(world)?.runningCount).toBe(1)
  })

  it('keeps a daemon off new machines and leaves it on old ones', async () => {
    const world = new EcsWorld()
    world.join('i-old')
    world.settle({ daemons: [{ ...task('agent'), failsToStart: true }] })
    world.join('i-new')
    await world.pass(3_600)
    expect(world.ecs.tasksOn('i-old')).toEqual([expect.objectContaining({ lastStatus: 'RUNNING' })])
    expect(world.ecs.tasksOn('i-new')).toEqual([])
    expect(serviceOf(world, 'agent')).toMatchObject({ desiredCount: 2, runningCount: 1 })
    expect(startsOf(world, 'service:agent').length).toBeLessThan(15)
  })
})

describe('a task that never becomes healthy', () => {
  it('runs, is replaced one at a time, is not slowed down, and holds the drain up', async () => {
    const { world, old } = drainingWorld({ loadBalancer, neverHealthy: true })
    await world.pass(33)
    const targets = world.loadBalancing.targets(world.ecs.targetGroupOf('web') ?? '')
    expect(targets.map(({ id, state }) => [id, state])).toEqual([
      ['i-old', 'healthy'],
      ['i-new', 'unhealthy'],
    ])
    await world.pass(7_200)
    expect(world.list({ containerInstance: old })).toHaveLength(1)
    const failed = world.ended.filter(({ stopCode }) => stopCode === 'ServiceSchedulerInitiated')
    expect(failed.length).toBeGreaterThan(15)
    expect(world.messagesOf().some((message) => message.includes('unable to consistently'))).toBe(false)
    expect(world.messagesOf().some((message) => message.includes('is unhealthy in (target-group'))).toBe(true)
  })
})
