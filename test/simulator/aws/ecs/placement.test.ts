import { describe, expect, it } from '@jest/globals'
import type { ServiceSpec } from '../../../../simulator/world/world-spec.ts'
import { EcsWorld, service, task } from './ecs-world.ts'

const memberOf = (expression: string) => ({ type: 'memberOf' as const, expression })

const placements = (world: EcsWorld, ...instanceIds: readonly string[]): readonly number[] =>
  instanceIds.map(
    (id) => world.ecs.tasksOn(id).filter(({ desiredStatus }) => desiredStatus === 'RUNNING').length,
  )

/** Two zones, two instances each; only `i-a` and `i-c` are in the pool. */
const pooledWorld = (changes: Partial<ServiceSpec>): EcsWorld => {
  const world = new EcsWorld()
  for (const [id, zone] of [
    ['i-a', 'eu-west-1a'],
    ['i-b', 'eu-west-1a'],
    ['i-c', 'eu-west-1b'],
    ['i-d', 'eu-west-1b'],
  ] as const) {
    const targetId = world.join(id, zone)
    const value = id === 'i-a' || id === 'i-c' ? 'blue' : 'green'
    world.call('PutAttributes', { attributes: [{ name: 'pool', value, targetId }] })
  }
  world.settle({ services: [service({ desired: 4, ...changes })] })
  return world
}

describe('placement constraints', () => {
  it.each([
    ['attribute:pool == blue', [2, 0, 2, 0]],
    ['attribute:pool in [blue, red]', [2, 0, 2, 0]],
    ['attribute:ecs.availability-zone == eu-west-1b', [0, 0, 2, 2]],
    ['attribute:ecs.instance-type =~ m7g.*', [1, 1, 1, 1]],
    ['not(attribute:pool == blue) and attribute:ecs.availability-zone == eu-west-1a', [0, 4, 0, 0]],
  ])('place tasks where %s holds', (expression, expected) => {
    const ofService = pooledWorld({ placementConstraints: [memberOf(expression)] })
    const ofTask = pooledWorld({ taskPlacementConstraints: [memberOf(expression)] })
    expect(placements(ofService, 'i-a', 'i-b', 'i-c', 'i-d')).toEqual(expected)
    expect(placements(ofTask, 'i-a', 'i-b', 'i-c', 'i-d')).toEqual(expected)
  })

  it('are refused by name when the query language does not know them', () => {
    const world = new EcsWorld()
    expect(() =>
      world.ecs.createService(service({ placementConstraints: [memberOf('colour == red')] })),
    ).toThrow(/unknown subject colour/)
  })

  it('are shown by DescribeServices and DescribeTaskDefinition, as are strategies', () => {
    const world = pooledWorld({
      taskPlacementConstraints: [memberOf('attribute:pool exists')],
      placementConstraints: [{ type: 'distinctInstance' }, memberOf('attribute:pool == blue')],
      placementStrategy: [{ type: 'binpack', field: 'memory' }],
    })
    expect(world.call('DescribeServices', { services: ['web'] }).services?.[0]).toMatchObject({
      placementConstraints: [
        { type: 'distinctInstance' },
        { type: 'memberOf', expression: 'attribute:pool == blue' },
      ],
      placementStrategy: [{ type: 'binpack', field: 'memory' }],
    })
    expect(
      world.call('DescribeTaskDefinition', { cluster: undefined, taskDefinition: 'web' }).taskDefinition,
    ).toMatchObject({
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:pool exists' }],
    })
  })

  it('hold a drain up when no other instance satisfies them, and ECS says so within a minute', async () => {
    const world = new EcsWorld()
    const blue = world.join('i-blue')
    world.call('PutAttributes', { attributes: [{ name: 'pool', value: 'blue', targetId: blue }] })
    world.settle({ services: [service({ placementConstraints: [memberOf('attribute:pool == blue')] })] })
    const green = world.join('i-green')
    world.drain(blue)
    await world.pass(60)
    expect(world.messagesOf()[0]).toBe(
      '(service web) was unable to place a task because no container instance met all of its requirements. ' +
        `The closest matching (container-instance ${green.split('/').at(-1)}) encountered error "MemberOf placement constraint unsatisfied.". ` +
        'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    )
    await world.pass(3_600)
    expect(placements(world, 'i-blue', 'i-green')).toEqual([2, 0])
  })

  it('let distinctInstance hold a drain up while every other instance has a task', async () => {
    const world = new EcsWorld()
    const old = world.join('i-old')
    world.join('i-other')
    world.settle({ services: [service({ placementConstraints: [{ type: 'distinctInstance' }] })] })
    expect(placements(world, 'i-old', 'i-other')).toEqual([1, 1])
    world.drain(old)
    await world.pass(600)
    expect(placements(world, 'i-old', 'i-other')).toEqual([1, 1])
    expect(world.messagesOf()[0]).toContain('"DistinctInstance placement constraint unsatisfied."')
    world.join('i-free')
    await world.pass(200)
    expect(placements(world, 'i-old', 'i-other', 'i-free')).toEqual([0, 1, 1])
  })

  it('let a second task onto a distinct instance whose first one is still stopping', async () => {
    const world = new EcsWorld()
    world.join('i-only')
    const slow = { stopSeconds: 900, stopTimeoutSeconds: 900, minimumHealthyPercent: 0 }
    world.settle({
      services: [service({ desired: 1, ...slow, placementConstraints: [{ type: 'distinctInstance' }] })],
    })
    world.call('UpdateService', { service: 'web', forceNewDeployment: true })
    await world.pass(60)
    expect(world.ecs.tasksOn('i-only').map(({ lastStatus }) => lastStatus)).toEqual(['STOPPING', 'RUNNING'])
  })

  it('keep daemons off instances without any complaint', async () => {
    const world = new EcsWorld()
    const targetId = world.join('i-a')
    world.join('i-b')
    world.call('PutAttributes', { attributes: [{ name: 'logs', value: 'yes', targetId }] })
    world.ecs.createDaemon({
      ...task('agent'),
      taskPlacementConstraints: [memberOf('attribute:logs == yes')],
    })
    await world.pass(60)
    expect(placements(world, 'i-a', 'i-b')).toEqual([1, 0])
    expect(world.call('DescribeServices', { services: ['agent'] }).services?.[0]?.desiredCount).toBe(1)
    expect(world.messagesOf('agent')[0]).toBe('(service agent) has reached a steady state.')
  })
})

describe('placement strategies', () => {
  it.each([
    ['spread over zones, then instances, by default', undefined, [2, 1, 2, 1]],
    ['pack one instance full', [{ type: 'binpack' as const, field: 'cpu' as const }], [6, 0, 0, 0]],
    [
      'pack one instance of each zone full',
      [
        { type: 'spread' as const, field: 'attribute:ecs.availability-zone' },
        { type: 'binpack' as const, field: 'memory' as const },
      ],
      [3, 0, 3, 0],
    ],
  ])('%s', (_, placementStrategy, expected) => {
    const world = pooledWorld({ desired: 6, ...(placementStrategy && { placementStrategy }) })
    expect(placements(world, 'i-a', 'i-b', 'i-c', 'i-d')).toEqual(expected)
  })

  it('place at random, and every task somewhere', () => {
    const world = pooledWorld({ desired: 40, placementStrategy: [{ type: 'random' }] })
    const counts = placements(world, 'i-a', 'i-b', 'i-c', 'i-d')
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40)
    expect(counts.every((count) => count > 0)).toBe(true)
  })
})

describe('host ports', () => {
  it('hold a drain up when every other instance uses the port, and are free when the task has stopped', async () => {
    const world = new EcsWorld()
    const old = world.join('i-old')
    world.join('i-other')
    world.settle({ services: [service({ hostPort: 8_080 })] })
    const ports = () => {
      const { containerInstances = [] } = world.call('DescribeContainerInstances', {
        containerInstances: [old],
      })
      const stringSet = (resources = containerInstances[0]?.remainingResources) =>
        resources?.find(({ name }) => name === 'PORTS')?.stringSetValue
      return [stringSet(containerInstances[0]?.registeredResources), stringSet()]
    }
    const reserved = ['22', '2375', '2376', '51678', '51679', '51680']
    expect(ports()).toEqual([reserved, [...reserved, '8080']])
    world.drain(old)
    await world.pass(60)
    expect(world.messagesOf()[0]).toContain('is already using a port required by your task.')
    const failures = world.eventsOf('ECS Service Action').map(({ detail }) => detail['reason'])
    expect(failures).toEqual(['RESOURCE:PORTS'])
    world.join('i-free')
    await world.pass(200)
    expect(ports()).toEqual([reserved, reserved])
    expect(placements(world, 'i-old', 'i-other', 'i-free')).toEqual([0, 1, 1])
  })
})

describe('a task that fits nowhere', () => {
  it('is measured by the instance that lacks least', async () => {
    const world = new EcsWorld()
    world.join('i-full')
    world.settle({ standaloneTasks: [{ ...task('filler'), cpu: 4_096, memory: 8_192, count: 1 }] })
    const closest = world.join('i-small')
    world.settle({ standaloneTasks: [{ ...task('half'), memory: 8_000, count: 1 }] })
    world.ecs.createService(service())
    await world.pass(60)
    const id = closest.split('/').at(-1)
    expect(world.messagesOf()[0]).toContain(`(container-instance ${id}) has insufficient memory available.`)
  })

  it('is complained of anew when what is missing changes', async () => {
    const world = new EcsWorld()
    world.join('i-a')
    world.settle({
      standaloneTasks: [
        { ...task('busy'), cpu: 4_000, count: 1 },
        { ...task('large'), cpu: 64, memory: 8_000, count: 1 },
      ],
    })
    world.ecs.createService(service())
    await world.pass(200)
    const [busy] = world.list({ family: 'busy' })
    world.call('StopTask', { task: busy })
    await world.pass(60)
    const lacks = world
      .messagesOf()
      .flatMap((message) => /has insufficient (CPU|memory)/.exec(message)?.[1] ?? [])
    expect(lacks).toEqual(['memory', 'CPU'])
  })

  it('is told why: an attribute is missing, or the agent is away', async () => {
    const world = new EcsWorld()
    const arn = world.join('i-a')
    world.ecs.createService(
      service({ name: 'volume', requiresAttributes: ['ecs.capability.docker-plugin.x'] }),
    )
    await world.pass(60)
    expect(world.messagesOf('volume')[0]).toContain('is missing an attribute required by your task.')
    const { taskDefinition } = world.call('DescribeTaskDefinition', {
      cluster: undefined,
      taskDefinition: 'volume',
    })
    expect(taskDefinition?.requiresAttributes).toEqual([{ name: 'ecs.capability.docker-plugin.x' }])
    world.ecs.disconnectAgent('i-a')
    world.ecs.createService(service())
    world.ecs.registerStandaloneTask(task('job'))
    await world.pass(60)
    expect(world.messagesOf()[0]).toContain('encountered error "AGENT".')
    expect(world.call('RunTask', { taskDefinition: 'job' }).failures).toEqual([{ arn, reason: 'AGENT' }])
  })
})
