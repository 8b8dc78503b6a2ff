import { describe, expect, it } from '@jest/globals'
import { EcsWorld, loadBalancer, service, task } from './ecs-world.ts'

const describeTask = (world: EcsWorld, taskArn: string) =>
  world.call('DescribeTasks', { tasks: [taskArn] }).tasks?.[0]

const describeInstance = (world: EcsWorld, containerInstance: string) =>
  world.call('DescribeContainerInstances', {
    containerInstances: [containerInstance],
  })

describe('a machine that boots', () => {
  it('registers when its agent has had its time, and gets the daemons', async () => {
    const world = new EcsWorld()
    world.ecs.createDaemon(task('agent'))
    world.fleet.put('i-new', 'eu-west-1b')
    world.fleet.change('i-new', 'running')
    await world.pass(19)
    expect(world.ecs.containerInstanceOn('i-new')).toBeUndefined()
    await world.pass(30)
    expect(world.ecs.containerInstanceOn('i-new')).toMatchObject({ status: 'ACTIVE', agentConnected: true })
    expect(world.ecs.tasksOn('i-new')).toEqual([expect.objectContaining({ group: 'service:agent' })])
  })

  it('never registers when it died meanwhile', async () => {
    const world = new EcsWorld()
    world.fleet.put('i-new', 'eu-west-1b')
    world.fleet.change('i-new', 'running')
    world.fleet.terminate('i-new')
    await world.pass(600)
    expect(world.ecs.containerInstanceOn('i-new')).toBeUndefined()
  })
})

describe('a machine that is terminated', () => {
  it('is deregistered some seconds later when its agent was connected, and its tasks are replaced', async () => {
    const world = new EcsWorld()
    const dead = world.join('i-dead')
    world.settle({ services: [service()] })
    world.join('i-other')
    const [taskArn = ''] = world.list({})
    world.fleet.terminate('i-dead')
    expect(world.ended.map(({ ending, lastStatus, container }) => [ending, lastStatus, container])).toEqual([
      ['machine-died', 'RUNNING', 'running'],
      ['machine-died', 'RUNNING', 'running'],
    ])
    await world.pass(30)
    expect(describeInstance(world, dead).containerInstances?.[0]).toMatchObject({
      status: 'INACTIVE',
      agentConnected: false,
    })
    expect(describeTask(world, taskArn)).toMatchObject({
      lastStatus: 'STOPPED',
      stoppedReason: 'Host EC2 (instance i-dead) terminated.',
    })
    expect(world.ecs.tasksOn('i-other')).toHaveLength(2)
    expect(world.ended).toHaveLength(2)
  })

  it('leaves a ghost when its agent was disconnected, until it is deregistered by force', async () => {
    const world = new EcsWorld()
    const ghost = world.join('i-ghost')
    world.settle({ services: [service()] })
    world.join('i-other')
    world.ecs.disconnectAgent('i-ghost')
    world.fleet.terminate('i-ghost')
    await world.pass(7_200)
    const { containerInstances = [] } = describeInstance(world, ghost)
    expect(containerInstances[0]).toMatchObject({
      status: 'ACTIVE',
      agentConnected: false,
      runningTasksCount: 2,
    })
    expect(() => world.call('DeregisterContainerInstance', { containerInstance: ghost })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterException' }),
    )
    world.call('DeregisterContainerInstance', { containerInstance: ghost, force: true })
    await world.pass(30)
    expect(world.ecs.tasksOn('i-other')).toHaveLength(2)
    expect(world.ended.map(({ ending }) => ending)).toEqual(['machine-died', 'machine-died'])
  })

  it('lingers although its agent was connected, where that is assumed', async () => {
    const world = new EcsWorld({ terminatedMachine: 'lingers' })
    world.join('i-ghost')
    world.settle({ services: [service()] })
    world.fleet.terminate('i-ghost')
    await world.pass(60)
    expect(world.ecs.containerInstanceOn('i-ghost')).toMatchObject({ status: 'ACTIVE', agentConnected: true })
    await world.pass(61)
    expect(world.ecs.containerInstanceOn('i-ghost')).toMatchObject({
      status: 'ACTIVE',
      agentConnected: false,
    })
    expect(world.ecs.tasksOn('i-ghost')).toHaveLength(2)
  })

  it('counts a task that waits for its deregistration delay as died', async () => {
    const world = new EcsWorld()
    const old = world.join('i-old')
    world.settle({ services: [service({ desired: 1, loadBalancer })] })
    world.join('i-new')
    world.drain(old)
    await world.pass(120)
    world.fleet.terminate('i-old')
    expect(world.ended).toEqual([
      expect.objectContaining({ ending: 'machine-died', lastStatus: 'DEACTIVATING', container: 'running' }),
    ])
  })

  it('takes unhealthy ghosts with a load balancer out of their service', async () => {
    const world = new EcsWorld()
    world.join('i-ghost')
    world.settle({ services: [service({ loadBalancer })] })
    world.join('i-other')
    world.ecs.disconnectAgent('i-ghost')
    world.fleet.terminate('i-ghost')
    await world.pass(3_600)
    const ghosts = world.ecs
      .tasksOn('i-ghost')
      .map(({ desiredStatus, lastStatus }) => [desiredStatus, lastStatus])
    expect(ghosts).toEqual([
      ['STOPPED', 'STOPPING'],
      ['STOPPED', 'STOPPING'],
    ])
    expect(world.ecs.tasksOn('i-other')).toHaveLength(2)
  })
})

describe('a machine that is stopped', () => {
  it('stays registered with a disconnected agent, loses its tasks, and comes back as the same instance', async () => {
    const world = new EcsWorld()
    const arn = world.join('i-pool')
    world.settle({ services: [service()] })
    world.fleet.stop('i-pool')
    await world.pass(30)
    expect(world.ecs.tasksOn('i-pool').filter(({ desiredStatus }) => desiredStatus === 'STOPPED')).toEqual([])
    expect(world.ended.map(({ ending }) => ending)).toEqual(['machine-died', 'machine-died'])
    await world.pass(120)
    expect(world.ecs.containerInstanceOn('i-pool')).toMatchObject({ status: 'ACTIVE', agentConnected: false })
    world.fleet.change('i-pool', 'running')
    await world.pass(60)
    expect(world.ecs.containerInstanceOn('i-pool')).toMatchObject({
      containerInstanceArn: arn,
      agentConnected: true,
    })
    expect(world.ecs.tasksOn('i-pool').filter(({ lastStatus }) => lastStatus === 'RUNNING')).toHaveLength(2)
  })
})

describe('an agent that is disconnected', () => {
  it('gets no task, and lets a stop wait until it is back', async () => {
    const world = new EcsWorld()
    const old = world.join('i-old')
    world.settle({ services: [service()] })
    world.join('i-new')
    world.ecs.disconnectAgent('i-old')
    world.drain(old)
    await world.pass(3_600)
    expect(world.ecs.tasksOn('i-old').map(({ lastStatus }) => lastStatus)).toEqual(['STOPPING', 'STOPPING'])
    world.ecs.reconnectAgent('i-old')
    await world.pass(10)
    expect(world.ecs.tasksOn('i-old')).toEqual([])
    expect(world.ended.map(({ ending }) => ending)).toEqual(['graceful', 'graceful'])
  })

  it('reports a job that ended meanwhile only when it is back', async () => {
    const world = new EcsWorld()
    world.join('i-old')
    world.settle({ standaloneTasks: [{ ...task('job'), count: 1, runSeconds: 60 }] })
    world.ecs.disconnectAgent('i-old')
    await world.pass(600)
    expect(world.ecs.tasksOn('i-old')).toEqual([
      expect.objectContaining({ desiredStatus: 'RUNNING', lastStatus: 'RUNNING' }),
    ])
    world.ecs.reconnectAgent('i-old')
    await world.pass(10)
    expect(world.ended).toEqual([
      expect.objectContaining({ ending: 'graceful', stopCode: 'EssentialContainerExited' }),
    ])
  })

  it('says so in events', () => {
    const world = new EcsWorld()
    world.join('i-old')
    world.ecs.disconnectAgent('i-old')
    world.ecs.reconnectAgent('i-old')
    const flaps = world.eventsOf('ECS Container Instance State Change')
    expect(flaps.map(({ detail }) => [detail['agentConnected'], detail['version']])).toEqual([
      [false, 1],
      [true, 2],
    ])
  })
})

describe('a machine that reboots', () => {
  it('comes back as the same container instance without its containers, which are started again', async () => {
    const world = new EcsWorld()
    const arn = world.join('i-a')
    world.settle({ services: [service()] })
    const before = world.list({})
    world.fleet.reboot('i-a', 'down')
    expect(world.ended.map(({ ending }) => ending)).toEqual(['machine-died', 'machine-died'])
    await world.pass(40)
    world.fleet.reboot('i-a', 'up')
    await world.pass(60)
    expect(world.ecs.containerInstanceOn('i-a')).toMatchObject({
      containerInstanceArn: arn,
      agentConnected: true,
    })
    const after = world.list({})
    expect(after).toHaveLength(2)
    expect(after.filter((taskArn) => before.includes(taskArn))).toEqual([])
    expect(describeTask(world, before[0] ?? '')?.stopCode).toBe('EssentialContainerExited')
  })
})

describe('an agent', () => {
  it('shows its version, by which instances can be listed', () => {
    const world = new EcsWorld({}, { agentVersion: '1.60.0', instanceAttributes: { pool: 'blue' } })
    const arn = world.join('i-a')
    const [found] = describeInstance(world, arn).containerInstances ?? []
    expect(found?.versionInfo?.agentVersion).toBe('1.60.0')
    expect(found?.attributes).toContainEqual({ name: 'pool', value: 'blue' })
    const listed = (filter: string) =>
      world.call('ListContainerInstances', { filter }).containerInstanceArns?.length
    expect([listed('agentVersion < 1.65.0'), listed('agentVersion >= 1.65.0')]).toEqual([1, 0])
  })

  it('makes its instance impaired while it is away, for those who ask for health', async () => {
    const world = new EcsWorld()
    const arn = world.join('i-a')
    const health = () =>
      world.call('DescribeContainerInstances', {
        containerInstances: [arn],
        include: ['CONTAINER_INSTANCE_HEALTH'],
      }).containerInstances?.[0]?.healthStatus
    expect(describeInstance(world, arn).containerInstances?.[0]?.healthStatus).toBeUndefined()
    expect(health()?.overallStatus).toBe('OK')
    await world.pass(60)
    world.ecs.disconnectAgent('i-a')
    const lostAt = new Date(world.simulation.now())
    await world.pass(60)
    expect(health()).toMatchObject({
      overallStatus: 'IMPAIRED',
      details: [
        { type: 'CONTAINER_RUNTIME', status: 'INSUFFICIENT_DATA' },
        { type: 'AGENT_CONNECTIVITY', status: 'IMPAIRED', lastStatusChange: lostAt },
      ],
    })
  })
})
