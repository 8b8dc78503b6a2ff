import { describe, expect, it } from '@jest/globals'
import type { EcsAssumptions } from '../../../../simulator/aws/ecs/assumptions.ts'
import { EcsWorld, service, task } from './ecs-world.ts'

const code = (name: string) => expect.objectContaining({ code: name })

/** Two tasks, the first of which is protected for two hours. */
const protectedWorld = (assumptions: Partial<EcsAssumptions> = {}) => {
  const world = new EcsWorld(assumptions)
  const old = world.join('i-old')
  world.settle({
    services: [service({ protectedTasks: 1 })],
    standaloneTasks: [{ ...task('job'), count: 1 }],
  })
  world.join('i-new')
  const { protectedTasks = [] } = world.call('GetTaskProtection', {
    tasks: world.list({ serviceName: 'web' }),
  })
  const taskArn = protectedTasks.find(({ protectionEnabled }) => protectionEnabled)?.taskArn ?? ''
  return { world, old, taskArn, protectedTasks }
}

const update = (world: EcsWorld, tasks: readonly string[], rest: object = {}) =>
  world.call('UpdateTaskProtection', { tasks, protectionEnabled: true, ...rest })

describe('task protection', () => {
  it('is shown of each task, with its end two hours from its start', () => {
    const { world, taskArn, protectedTasks } = protectedWorld()
    expect(protectedTasks).toHaveLength(2)
    expect(protectedTasks).toContainEqual({
      taskArn,
      protectionEnabled: true,
      expirationDate: new Date(world.simulation.now() + 7_200_000),
    })
    expect(protectedTasks).toContainEqual({ taskArn: expect.any(String), protectionEnabled: false })
  })

  it('is refused for standalone and unknown tasks, in failures', () => {
    const { world } = protectedWorld()
    const [job = ''] = world.list({ family: 'job' })
    const missing = 'arn:aws:ecs:eu-west-1:111122223333:task/prod/beef'
    const failures = [
      { arn: missing, reason: 'MISSING' },
      { arn: job, reason: 'TASK_NOT_VALID' },
    ]
    expect(update(world, [job, 'beef'])).toEqual({ protectedTasks: [], failures })
    expect(world.call('GetTaskProtection', { tasks: [job, 'beef'] })).toEqual({
      protectedTasks: [],
      failures,
    })
  })

  it.each([
    ['0 minutes', { expiresInMinutes: 0 }],
    ['2881 minutes', { expiresInMinutes: 2_881 }],
    ['no setting', { protectionEnabled: undefined }],
  ])('is refused with %s', (_, input) => {
    const { world, taskArn } = protectedWorld()
    expect(() => update(world, [taskArn], input)).toThrow(code('InvalidParameterException'))
  })

  it('is set for ten tasks and read for a hundred at once at most', () => {
    const { world } = protectedWorld()
    const tasks = (count: number) => Array.from({ length: count }, (_, index) => `beef${index}`)
    expect(update(world, tasks(10)).failures).toHaveLength(10)
    expect(() => update(world, tasks(11))).toThrow(code('InvalidParameterException'))
    expect(world.call('GetTaskProtection', { tasks: tasks(100) }).failures).toHaveLength(100)
    expect(() => world.call('GetTaskProtection', { tasks: tasks(101) })).toThrow(
      code('InvalidParameterException'),
    )
  })

  it('is refused while more tasks are protected than are desired', async () => {
    const { world, taskArn } = protectedWorld()
    world.call('UpdateService', { service: 'web', desiredCount: 0 })
    await world.pass(120)
    expect(update(world, [taskArn]).failures).toEqual([{ arn: taskArn, reason: 'DEPLOYMENT_BLOCKED' }])
    expect(update(world, [taskArn], { protectionEnabled: false }).failures).toEqual([])
  })

  it('keeps a task through a scale-in until it expires', async () => {
    const { world, taskArn } = protectedWorld()
    world.call('UpdateService', { service: 'web', desiredCount: 0 })
    await world.pass(120)
    expect(world.list({ serviceName: 'web' })).toEqual([taskArn])
    expect(world.messagesOf()[0]).toMatch(
      /The number of protected tasks are more than the desired count of tasks$/,
    )
    await world.pass(7_200 - 120 + 30)
    expect(world.list({ serviceName: 'web' })).toEqual([])
  })

  it('makes a scale-in choose among the others', async () => {
    const { world, taskArn } = protectedWorld()
    world.call('UpdateService', { service: 'web', desiredCount: 1 })
    await world.pass(120)
    expect(world.list({ serviceName: 'web' })).toEqual([taskArn])
    expect(world.messagesOf()[0]).toBe('(service web) has reached a steady state.')
  })

  it('keeps an old task through a deployment until it is cleared', async () => {
    const { world, taskArn } = protectedWorld()
    world.ecs.deploy('web', { cpu: 128 })
    await world.pass(610)
    const deployments = () => world.call('DescribeServices', { services: ['web'] }).services?.[0]?.deployments
    expect(deployments()?.map(({ status, runningCount }) => [status, runningCount])).toEqual([
      ['PRIMARY', 2],
      ['ACTIVE', 1],
    ])
    update(world, [taskArn], { protectionEnabled: false })
    await world.pass(5)
    expect(world.list({})).not.toContain(taskArn)
    await world.pass(120)
    expect(deployments()).toEqual([expect.objectContaining({ rolloutState: 'COMPLETED', runningCount: 2 })])
  })

  it('keeps an old task of a daemon through a deployment too', async () => {
    const world = new EcsWorld()
    world.join('i-a')
    world.settle({ daemons: [task('agent')] })
    const [taskArn = ''] = world.list({})
    update(world, [taskArn])
    world.ecs.deploy('agent', { cpu: 64 })
    await world.pass(600)
    expect(world.list({})).toEqual([taskArn])
    await world.pass(7_000)
    expect(world.list({})).toHaveLength(1)
    expect(world.list({})).not.toContain(taskArn)
  })

  it('counts from the last call', async () => {
    const { world, taskArn } = protectedWorld()
    update(world, [taskArn], { expiresInMinutes: 1 })
    await world.pass(30)
    update(world, [taskArn], { expiresInMinutes: 2 })
    const isProtected = () =>
      world.call('GetTaskProtection', { tasks: [taskArn] }).protectedTasks?.[0]?.protectionEnabled
    await world.pass(110)
    expect(isProtected()).toBe(true)
    await world.pass(20)
    expect(isProtected()).toBe(false)
  })

  it('is no help against DRAINING, or is one, as assumed', async () => {
    const tasksLeft = async (taskProtectionWhileDraining: 'ignored' | 'honoured', seconds: number) => {
      const { world, old } = protectedWorld({ taskProtectionWhileDraining })
      world.drain(old)
      await world.pass(seconds)
      return world.list({ containerInstance: old }).length - 1
    }
    expect(await tasksLeft('ignored', 600)).toBe(0)
    expect(await tasksLeft('honoured', 7_000)).toBe(1)
    expect(await tasksLeft('honoured', 7_400)).toBe(0)
  })

  it('does not keep a task that fails its health checks', async () => {
    const world = new EcsWorld()
    world.join('i-a')
    const spec = { deregistrationDelaySeconds: 10, healthCheckIntervalSeconds: 10 }
    const loadBalancer = { ...spec, healthyThreshold: 2, unhealthyThreshold: 2 }
    world.settle({ services: [service({ desired: 1, protectedTasks: 1, loadBalancer })] })
    const [taskArn = ''] = world.list({})
    const group = world.ecs.targetGroupOf('web') ?? ''
    const [target] = world.loadBalancing.targets(group)
    world.loadBalancing.fallSilent({ targetGroupArn: group, id: target?.id ?? '', port: target?.port ?? 0 })
    await world.pass(120)
    expect(world.list({})).not.toContain(taskArn)
    expect(world.messagesOf().join('\n')).toMatch(
      /\(task [0-9a-f]{32}\) \(instance i-a\) \(port \d+\) is unhealthy in \(target-group arn:.*\) due to/,
    )
  })
})
