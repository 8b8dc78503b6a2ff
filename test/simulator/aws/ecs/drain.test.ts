import { describe, expect, it } from '@jest/globals'
import { EcsWorld, loadBalancer, service, task } from './ecs-world.ts'

const statusesOf = (world: EcsWorld, taskArn: string): readonly string[] =>
  world
    .eventsOf('ECS Task State Change')
    .filter(({ resources }) => resources.includes(taskArn))
    .map(({ detail }) => `${String(detail['desiredStatus'])}/${String(detail['lastStatus'])}`)

const countersOf = (world: EcsWorld, containerInstance: string) => {
  const { containerInstances } = world.call('DescribeContainerInstances', {
    containerInstances: [containerInstance],
  })
  const [found] = containerInstances ?? []
  return [found?.runningTasksCount, found?.pendingTasksCount]
}

/** One load-balanced task on `i-old`, which is set DRAINING; `i-new` is free. */
const loadBalancedDrain = () => {
  const world = new EcsWorld()
  const old = world.join('i-old')
  world.settle({ services: [service({ desired: 1, loadBalancer })] })
  const [taskArn = ''] = world.list({})
  world.join('i-new')
  world.drain(old)
  return { world, old, taskArn }
}

describe('a drain', () => {
  it('starts the replacement, waits until it is healthy, then stops the old task step by step', async () => {
    const { world, taskArn } = loadBalancedDrain()
    await world.pass(400)
    const [, replacement = ''] = world.events.flatMap(({ detailType, resources }) =>
      detailType === 'ECS Task State Change' ? resources : [],
    )
    expect(statusesOf(world, replacement)).toEqual([
      'RUNNING/PROVISIONING',
      'RUNNING/PENDING',
      'RUNNING/ACTIVATING',
      'RUNNING/RUNNING',
    ])
    expect(statusesOf(world, taskArn)).toEqual([
      'STOPPED/RUNNING',
      'STOPPED/DEACTIVATING',
      'STOPPED/STOPPING',
      'STOPPED/DEPROVISIONING',
      'STOPPED/STOPPED',
    ])
  })

  it('hides a task from the counters and the default ListTasks for the whole deregistration delay', async () => {
    const { world, old, taskArn } = loadBalancedDrain()
    await world.simulation.runWhile(() => world.ecs.tasksOn('i-old')[0]?.lastStatus !== 'DEACTIVATING')
    const deactivatingAt = world.simulation.now()
    while (world.ecs.tasksOn('i-old')[0]?.lastStatus === 'DEACTIVATING') {
      expect(countersOf(world, old)).toEqual([0, 0])
      expect(world.list({ containerInstance: old })).toEqual([])
      expect(world.list({ containerInstance: old, desiredStatus: 'STOPPED' })).toEqual([taskArn])
      await world.pass(1)
    }
    const seconds = (world.simulation.now() - deactivatingAt) / 1_000
    expect(seconds).toBeGreaterThanOrEqual(300)
    expect(seconds).toBeLessThan(303)
  })

  it('sends SIGTERM only when the target is unused, and ends gracefully', async () => {
    const { world, taskArn } = loadBalancedDrain()
    await world.pass(400)
    const { tasks = [] } = world.call('DescribeTasks', { tasks: [taskArn] })
    const [stopped] = tasks
    const heldMs = (stopped?.executionStoppedAt?.getTime() ?? 0) - (stopped?.stoppingAt?.getTime() ?? 0)
    expect(heldMs).toBeGreaterThanOrEqual(305_000)
    expect(stopped).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' })
    expect(stopped?.stoppedReason).toMatch(/^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/)
    expect(world.ended).toEqual([
      expect.objectContaining({ taskArn, ending: 'graceful', lastStatus: 'STOPPED' }),
    ])
  })

  it('kills a task that ignores SIGTERM when its stop timeout is over', async () => {
    const world = new EcsWorld()
    const old = world.join('i-old')
    world.settle({ services: [service({ desired: 1, stopSeconds: 900, stopTimeoutSeconds: 120 })] })
    world.join('i-new')
    world.drain(old)
    await world.pass(300)
    expect(world.ended).toEqual([expect.objectContaining({ ending: 'killed-at-stop-timeout' })])
  })

  it('stops the daemon last, and starts it again when the instance comes back', async () => {
    const world = new EcsWorld()
    const old = world.join('i-old')
    world.settle({ services: [service()], daemons: [task('agent')] })
    world.join('i-new')
    world.drain(old)
    await world.pass(200)
    const stopsOn = (group: string) =>
      world
        .eventsOf('ECS Task State Change')
        .filter(({ detail }) => detail['group'] === group && detail['containerInstanceArn'] === old)
        .map(({ detail, at }) => ({ status: detail['lastStatus'], desired: detail['desiredStatus'], at }))
    const lastReplica = stopsOn('service:web')
      .filter(({ status }) => status === 'STOPPED')
      .at(-1)
    const firstDaemon = stopsOn('service:agent').find(({ desired }) => desired === 'STOPPED')
    expect(firstDaemon?.at).toBeGreaterThan(lastReplica?.at ?? Infinity)
    expect(world.ecs.tasksOn('i-old')).toEqual([])
    world.call('UpdateContainerInstancesState', { containerInstances: [old], status: 'ACTIVE' })
    await world.pass(30)
    expect(world.ecs.tasksOn('i-old')).toEqual([
      expect.objectContaining({ group: 'service:agent', lastStatus: 'RUNNING' }),
    ])
  })

  it('leaves standalone tasks alone, however long they run', async () => {
    const world = new EcsWorld()
    const old = world.join('i-old')
    world.settle({
      standaloneTasks: [
        { ...task('job'), count: 1 },
        { ...task('short'), count: 1, runSeconds: 600 },
      ],
    })
    world.drain(old)
    await world.pass(86_400)
    expect(world.ecs.tasksOn('i-old')).toEqual([
      expect.objectContaining({ group: 'family:job', desiredStatus: 'RUNNING', lastStatus: 'RUNNING' }),
    ])
    expect(world.ended).toEqual([
      expect.objectContaining({ group: 'family:short', stopCode: 'EssentialContainerExited' }),
    ])
  })

  it('stops pending service tasks at once', async () => {
    const world = new EcsWorld()
    const only = world.join('i-only')
    world.ecs.createService(service({ startSeconds: 600 }))
    await world.pass(120)
    expect(countersOf(world, only)).toEqual([0, 2])
    world.drain(only)
    expect(world.list({ desiredStatus: 'STOPPED' })).toHaveLength(2)
    await world.pass(10)
    expect(world.ecs.tasksOn('i-only')).toEqual([])
  })

  it('stops nothing when the replacements do not fit, and says why', async () => {
    const world = new EcsWorld()
    const old = world.join('i-old')
    world.settle({ services: [service({ cpu: 1_024 })] })
    const full = world.join('i-full')
    world.settle({ standaloneTasks: [{ ...task('filler'), cpu: 4_000, count: 1 }] })
    world.drain(old)
    await world.pass(3_600)
    expect(world.list({ containerInstance: old })).toHaveLength(2)
    const [failure] = world
      .eventsOf('ECS Service Action')
      .filter(({ detail }) => detail['eventType'] === 'ERROR')
    expect(failure?.detail).toMatchObject({
      eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
      reason: 'RESOURCE:CPU',
      containerInstanceArns: [full],
    })
    const { services = [] } = world.call('DescribeServices', {
      services: ['web'],
    })
    expect(services[0]?.events?.[0]?.message).toMatch(
      /^\(service web\) was unable to place a task because no container instance met all of its requirements\./,
    )
  })

  it('moves on by itself when capacity comes', async () => {
    const world = new EcsWorld()
    const only = world.join('i-only')
    world.settle({ services: [service()] })
    world.drain(only)
    await world.pass(600)
    expect(world.list({ containerInstance: only })).toHaveLength(2)
    world.fleet.put('i-late', 'eu-west-1b')
    world.fleet.change('i-late', 'running')
    await world.pass(200)
    expect(world.ecs.tasksOn('i-only')).toEqual([])
    expect(world.ecs.tasksOn('i-late')).toHaveLength(2)
  })

  it('tells of DRAINING in an event or not, as assumed', () => {
    const eventsAfterDraining = (eventOnStatusUpdate: 'published' | 'silent') => {
      const world = new EcsWorld({ eventOnStatusUpdate })
      world.drain(world.join('i-old'))
      return world.eventsOf('ECS Container Instance State Change').map(({ detail }) => detail['status'])
    }
    expect(eventsAfterDraining('published')).toEqual(['DRAINING'])
    expect(eventsAfterDraining('silent')).toEqual([])
  })
})
