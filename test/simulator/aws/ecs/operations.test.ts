import { describe, expect, it } from '@jest/globals'
import { EcsWorld, loadBalancer, service, task } from './ecs-world.ts'

const code = (name: string) => expect.objectContaining({ code: name })

const settledWorld = (): EcsWorld => {
  const world = new EcsWorld()
  world.join('i-a', 'eu-west-1a')
  world.join('i-b', 'eu-west-1b')
  world.settle({ services: [service({ desired: 4 })], daemons: [task('agent')] })
  return world
}

describe('a settled world', () => {
  it('is spread over zones, steady and silent', async () => {
    const world = settledWorld()
    await world.pass(3_600)
    expect(world.events).toEqual([])
    const groups = (instanceId: string) => world.ecs.tasksOn(instanceId).map(({ group }) => group)
    expect(groups('i-a')).toEqual(['service:agent', 'service:web', 'service:web'])
    expect(groups('i-b')).toEqual(['service:agent', 'service:web', 'service:web'])
  })

  it('says every six hours that it is steady', async () => {
    const world = settledWorld()
    await world.pass(86_400)
    const { services = [] } = world.call('DescribeServices', {
      services: ['web'],
    })
    const texts = services[0]?.events?.map(({ message }) => message)
    expect(texts).toEqual(Array.from({ length: 3 }, () => '(service web) has reached a steady state.'))
  })
})

describe('listing', () => {
  it('gives pages of at most 100 tasks, each task once', () => {
    const world = new EcsWorld()
    for (const index of [1, 2, 3, 4, 5]) world.join(`i-${index}`)
    world.settle({ services: [service({ desired: 230, cpu: 10, memory: 10 })] })
    const first = world.call('ListTasks', {})
    expect(first.taskArns).toHaveLength(100)
    const all = world.list({})
    expect(all).toHaveLength(230)
    expect(new Set(all).size).toBe(230)
    expect(() => world.call('ListTasks', { maxResults: 101 })).toThrow(code('InvalidParameterException'))
    expect(() => world.call('ListTasks', { nextToken: 'nonsense' })).toThrow(
      code('InvalidParameterException'),
    )
  })

  it('gives services ten at a time unless asked for more', () => {
    const world = new EcsWorld()
    for (let index = 0; index < 12; index += 1) world.ecs.createService(service({ name: `web-${index}` }))
    expect(world.call('ListServices', {}).serviceArns).toHaveLength(10)
    expect(world.call('ListServices', { maxResults: 50 }).serviceArns).toHaveLength(12)
  })

  it('filters tasks by instance, service, family and desired status', () => {
    const world = settledWorld()
    const { containerInstanceArn = '' } = world.ecs.containerInstanceOn('i-a') ?? {}
    expect(world.list({ containerInstance: containerInstanceArn })).toHaveLength(3)
    expect(world.list({ containerInstance: containerInstanceArn.split('/').at(-1) })).toHaveLength(3)
    expect(world.list({ serviceName: 'agent' })).toHaveLength(2)
    expect(world.list({ family: 'web' })).toHaveLength(4)
    expect(world.list({ desiredStatus: 'PENDING' })).toEqual([])
    expect(() => world.list({ startedBy: 'x', family: 'web' })).toThrow(code('InvalidParameterException'))
  })

  it.each([
    ['ec2InstanceId==i-a', ['i-a']],
    ["ec2InstanceId in ['i-a', 'i-b']", ['i-a', 'i-b']],
    ['agentConnected == false', ['i-b']],
    ['not(agentConnected == true)', ['i-b']],
    ['runningTasksCount>=3 and attribute:ecs.availability-zone == eu-west-1b', ['i-b']],
    ['attribute:ecs.availability-zone =~ eu-west-1.*', ['i-a', 'i-b']],
    ['attribute:pool exists', ['i-a']],
    ['attribute:pool !exists || ec2InstanceId equals i-a', ['i-a', 'i-b']],
    ['task:group == service:agent && (agentConnected != true or runningTasksCount < 3)', ['i-b']],
    ['registeredAt < 2018-02-13', []],
    ['agentVersion >= 1.14.5', ['i-a', 'i-b']],
  ])('understands the filter %s', (filter, expected) => {
    const world = settledWorld()
    const { containerInstanceArn: targetId } = world.ecs.containerInstanceOn('i-a') ?? {}
    world.call('PutAttributes', { attributes: [{ name: 'pool', value: 'blue', targetId }] })
    world.ecs.disconnectAgent('i-b')
    const listed = world.call('ListContainerInstances', { filter })
    const found = ['i-a', 'i-b'].filter((instanceId) =>
      listed.containerInstanceArns?.includes(
        world.ecs.containerInstanceOn(instanceId)?.containerInstanceArn ?? '',
      ),
    )
    expect(found).toEqual(expected)
  })

  it.each([
    '',
    'ec2InstanceId',
    'colour == red',
    'ec2InstanceId > i-a',
    'ec2InstanceId == i-a and',
    '(ec2InstanceId == i-a',
  ])('refuses the filter "%s"', (filter) => {
    const world = settledWorld()
    expect(() => world.call('ListContainerInstances', { filter })).toThrow(code('InvalidParameterException'))
  })

  it('leaves deregistered instances out, and describes them for an hour', async () => {
    const world = settledWorld()
    const { containerInstanceArn = '' } = world.ecs.containerInstanceOn('i-a') ?? {}
    world.call('DeregisterContainerInstance', { containerInstance: containerInstanceArn, force: true })
    const listed = world.call('ListContainerInstances', {})
    expect(listed.containerInstanceArns).toHaveLength(1)
    const describe = () =>
      world.call('DescribeContainerInstances', {
        containerInstances: [containerInstanceArn],
      })
    expect(describe().containerInstances?.[0]?.status).toBe('INACTIVE')
    expect(
      world.ended.every(({ ending, container }) => ending === 'orphaned' && container === 'running'),
    ).toBe(true)
    await world.pass(3_601)
    expect(describe()).toEqual({
      containerInstances: [],
      failures: [{ arn: containerInstanceArn, reason: 'MISSING' }],
    })
  })
})

describe('describing', () => {
  it('reports what is missing in failures, under its full ARN', () => {
    const world = settledWorld()
    const { tasks, failures } = world.call('DescribeTasks', { tasks: ['beef'] })
    expect(tasks).toEqual([])
    expect(failures).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/beef', reason: 'MISSING' },
    ])
  })

  it.each([
    ['DescribeTasks', 'tasks', 101],
    ['DescribeContainerInstances', 'containerInstances', 101],
    ['DescribeServices', 'services', 11],
    ['UpdateContainerInstancesState', 'containerInstances', 11],
  ] as const)('lets %s take no more %s than AWS does', (operation, member, count) => {
    const world = settledWorld()
    const input = { status: 'DRAINING', [member]: Array.from({ length: count }, (_, index) => `id-${index}`) }
    const trimmed =
      operation === 'UpdateContainerInstancesState' ? input : { [member]: input[member as 'status'] }
    expect(() => world.call(operation, trimmed)).toThrow(code('InvalidParameterException'))
  })

  it('knows no cluster but its own', () => {
    const world = settledWorld()
    expect(() => world.call('ListTasks', { cluster: 'other' })).toThrow(code('ClusterNotFoundException'))
    expect(() => world.call('ListTasks', { cluster: undefined })).toThrow(code('ClusterNotFoundException'))
    const { clusters, failures } = world.call('DescribeClusters', {
      cluster: undefined,
      clusters: ['prod', 'other'],
    })
    expect(clusters).toEqual([
      expect.objectContaining({
        clusterName: 'prod',
        registeredContainerInstancesCount: 2,
        runningTasksCount: 6,
      }),
    ])
    expect(failures).toEqual([{ arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/other', reason: 'MISSING' }])
  })

  it('forgets a stopped task after an hour', async () => {
    const world = settledWorld()
    const [taskArn = ''] = world.list({ serviceName: 'web' })
    world.call('StopTask', { task: taskArn })
    await world.pass(1_800)
    expect(world.list({ desiredStatus: 'STOPPED' })).toEqual([taskArn])
    await world.pass(1_830)
    expect(world.list({ desiredStatus: 'STOPPED' })).toEqual([])
    expect(world.call('DescribeTasks', { tasks: [taskArn] }).failures).toEqual([
      { arn: taskArn, reason: 'MISSING' },
    ])
  })

  it('shows stop timeouts in task definitions', () => {
    const world = new EcsWorld()
    world.ecs.createService(service({ stopTimeoutSeconds: 90 }))
    const { taskDefinition } = world.call('DescribeTaskDefinition', {
      cluster: undefined,
      taskDefinition: 'web',
    })
    expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
      stopTimeout: 90,
      cpu: 256,
      memory: 512,
    })
  })

  it('gives bounds, load balancers and deployments of a service', () => {
    const world = new EcsWorld()
    world.join('i-a')
    world.settle({ services: [service({ loadBalancer })] })
    const { services = [] } = world.call('DescribeServices', {
      services: ['web'],
    })
    expect(services[0]).toMatchObject({
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      schedulingStrategy: 'REPLICA',
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
      loadBalancers: [{ targetGroupArn: expect.stringContaining('targetgroup/web/'), containerName: 'app' }],
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }],
    })
  })

  it('refuses by name what it does not model', () => {
    const world = settledWorld()
    expect(() => world.call('RunTask', { taskDefinition: 'web', overrides: {} })).toThrow(
      /RunTask with overrides/,
    )
    expect(() => world.call('RunTask', { taskDefinition: 'web', overrides: {} })).toThrow(code('NotModelled'))
  })
})

describe('changing', () => {
  it('reports unknown instances in failures and changes the others', () => {
    const world = settledWorld()
    const { containerInstanceArn = '' } = world.ecs.containerInstanceOn('i-a') ?? {}
    const answer = world.call('UpdateContainerInstancesState', {
      containerInstances: ['beef', containerInstanceArn],
      status: 'DRAINING',
    })
    expect(answer.failures).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:111122223333:container-instance/prod/beef', reason: 'MISSING' },
    ])
    expect(answer.containerInstances).toEqual([expect.objectContaining({ status: 'DRAINING', version: 1 })])
  })

  it('accepts a second DRAINING without any change, or refuses it, as assumed', () => {
    const drainTwice = (repeatedDraining: 'accepted' | 'refused') => {
      const world = new EcsWorld({ repeatedDraining })
      const arn = world.join('i-a')
      world.drain(arn)
      world.drain(arn)
      return world.eventsOf('ECS Container Instance State Change').length
    }
    expect(drainTwice('accepted')).toBe(1)
    expect(() => drainTwice('refused')).toThrow(code('InvalidParameterException'))
  })

  it('stops a task as the scheduler does: out of the load balancer first', async () => {
    const world = new EcsWorld()
    world.join('i-a')
    world.settle({ services: [service({ desired: 1, loadBalancer })] })
    const [taskArn = ''] = world.list({})
    const { task: stopped } = world.call('StopTask', {
      task: taskArn,
      reason: 'deadline',
    })
    expect(stopped).toMatchObject({
      desiredStatus: 'STOPPED',
      lastStatus: 'RUNNING',
      stopCode: 'UserInitiated',
      stoppedReason: 'deadline',
    })
    await world.pass(200)
    expect(world.ecs.tasksOn('i-a').map(({ lastStatus }) => lastStatus)).toEqual(['DEACTIVATING', 'RUNNING'])
    await world.pass(150)
    expect(world.ended).toEqual([
      expect.objectContaining({ taskArn, ending: 'graceful', stopCode: 'UserInitiated' }),
    ])
    expect(() => world.call('StopTask', { task: 'beef' })).toThrow(code('InvalidParameterException'))
  })

  it('runs standalone tasks where they fit, and says which instances they do not fit on', async () => {
    const world = new EcsWorld()
    world.ecs.registerStandaloneTask({ ...task('job'), cpu: 2_048, runSeconds: 60 })
    const run = () => world.call('RunTask', { taskDefinition: 'job', count: 3, startedBy: 'me' })
    expect(run).toThrow(code('InvalidParameterException'))
    const arn = world.join('i-a')
    const { tasks, failures } = run()
    expect(tasks).toHaveLength(2)
    expect(failures).toEqual([{ arn, reason: 'RESOURCE:CPU' }])
    expect(world.list({ startedBy: 'me' })).toHaveLength(2)
    await world.pass(120)
    expect(world.ecs.tasksOn('i-a')).toEqual([])
  })

  it('scales a service in and out', async () => {
    const world = settledWorld()
    world.call('UpdateService', { service: 'web', desiredCount: 1 })
    await world.pass(60)
    expect(world.list({ serviceName: 'web' })).toHaveLength(1)
    world.call('UpdateService', { service: 'web', desiredCount: 6 })
    await world.pass(60)
    expect(world.list({ serviceName: 'web' })).toHaveLength(6)
  })

  it('rolls a new task definition out within the bounds', async () => {
    const world = settledWorld()
    world.ecs.deploy('web', { startSeconds: 30 })
    await world.pass(10)
    const view = () => world.call('DescribeServices', { services: ['web'] }).services?.[0]
    expect(
      view()?.deployments?.map(({ status, runningCount, pendingCount }) => [
        status,
        runningCount,
        pendingCount,
      ]),
    ).toEqual([
      ['PRIMARY', 0, 4],
      ['ACTIVE', 4, 0],
    ])
    await world.pass(600)
    expect(view()?.deployments).toEqual([
      expect.objectContaining({ rolloutState: 'COMPLETED', runningCount: 4 }),
    ])
    expect(world.list({ family: 'web' })).toHaveLength(4)
    expect(world.eventsOf('ECS Deployment State Change').map(({ detail }) => detail['eventName'])).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
    ])
  })
})

describe('custom attributes', () => {
  const attributesOf = (world: EcsWorld, containerInstance: string) =>
    world
      .call('DescribeContainerInstances', {
        containerInstances: [containerInstance],
      })
      .containerInstances?.[0]?.attributes?.filter(({ name }) => !name?.startsWith('ecs.'))

  it('are kept on the instance, changed and deleted', () => {
    const world = new EcsWorld()
    const targetId = world.join('i-a')
    const put = (value: string) =>
      world.call('PutAttributes', { attributes: [{ name: 'drain', value, targetId }] })
    put('v1:a')
    put('v1:b @c/d')
    expect(attributesOf(world, targetId)).toEqual([{ name: 'drain', value: 'v1:b @c/d' }])
    world.call('DeleteAttributes', { attributes: [{ name: 'drain', targetId }] })
    expect(attributesOf(world, targetId)).toEqual([])
  })

  it.each([
    [{ name: 'a b', value: 'x' }, 'InvalidParameterException'],
    [{ name: 'a', value: ' x' }, 'InvalidParameterException'],
    [{ name: 'a', value: 'x=y' }, 'InvalidParameterException'],
    [{ name: 'a', value: 'x'.repeat(129) }, 'InvalidParameterException'],
    [{ name: 'a', value: 'x', targetId: 'beef' }, 'InvalidParameterException'],
    [
      { name: 'a', value: 'x', targetId: 'beef', targetType: 'container-instance' },
      'TargetNotFoundException',
    ],
  ])('are refused as AWS refuses them: %j', (attribute, error) => {
    const world = new EcsWorld()
    const targetId = world.join('i-a')
    expect(() => world.call('PutAttributes', { attributes: [{ targetId, ...attribute }] })).toThrow(
      code(error),
    )
  })

  it('are at most ten on one instance, and a refused call changes nothing', () => {
    const world = new EcsWorld()
    const targetId = world.join('i-a')
    const many = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, index) => ({ name: `${prefix}${index}`, value: 'x', targetId }))
    world.call('PutAttributes', { attributes: many(8, 'a') })
    expect(() => world.call('PutAttributes', { attributes: many(3, 'b') })).toThrow(
      code('AttributeLimitExceededException'),
    )
    expect(attributesOf(world, targetId)).toHaveLength(8)
  })
})
