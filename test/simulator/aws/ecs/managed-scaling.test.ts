import { describe, expect, it } from '@jest/globals'
import type {
  DescribeAutoScalingGroupsCommandOutput,
  DescribePoliciesCommandOutput,
} from '@aws-sdk/client-auto-scaling'
import type {
  DescribeCapacityProvidersCommandOutput,
  DescribeClustersCommandOutput,
  DescribeServicesCommandOutput,
  DescribeTasksCommandOutput,
  ListTasksCommandOutput,
  RunTaskCommandOutput,
} from '@aws-sdk/client-ecs'
import { call } from '../../../../simulator/world/call.ts'
import { instancesInService } from '../../../../simulator/world/group-instances.ts'
import type { GroupSpec, WorldSpec } from '../../../../simulator/world/world-spec.ts'
import { createWorld } from '../../../../simulator/world/world.ts'
import { service, task } from './ecs-world.ts'

/** Room for four tasks of 512 units beside a daemon of 128. */
const group = (changes: Partial<GroupSpec> = {}): GroupSpec => ({
  name: 'web',
  instanceType: 'm7g.large',
  cpu: 2_176,
  memory: 8_192,
  desired: 2,
  min: 0,
  max: 20,
  bootSeconds: 40,
  registrationSeconds: 20,
  managedScaling: {},
  ...changes,
})

/** What calls of ECS return: only what the tests read. */
type Answer = DescribeCapacityProvidersCommandOutput &
  DescribeClustersCommandOutput &
  DescribeServicesCommandOutput &
  DescribeTasksCommandOutput &
  ListTasksCommandOutput &
  RunTaskCommandOutput

const open = (changes: Partial<GroupSpec> = {}, spec: Partial<WorldSpec> = {}) => {
  const world = createWorld(
    {
      region: 'eu-west-1',
      accountId: '111122223333',
      cluster: 'prod',
      zones: ['eu-west-1a', 'eu-west-1b'],
      groups: [group(changes)],
      services: [service({ cpu: 512, desired: 8 })],
      daemons: [task('logs')],
      standaloneTasks: [],
      ...spec,
    },
    7,
  )
  const { simulation, autoScaling, ecs } = world
  const ask = (operation: string, input: object) =>
    call<Answer>(ecs.model, operation, { cluster: 'prod', ...input })
  const serviceNow = (name = 'web') => ask('DescribeServices', { services: [name] }).services?.[0]
  const describeGroup = () =>
    call<DescribeAutoScalingGroupsCommandOutput>(autoScaling.model, 'DescribeAutoScalingGroups', {})
      .AutoScalingGroups?.[0]
  return {
    world,
    ask,
    serviceNow,
    describeGroup,
    desired: () => describeGroup()?.DesiredCapacity,
    inService: () => instancesInService(autoScaling, 'web').length,
    counts: () => {
      const { runningCount, pendingCount } = serviceNow() ?? {}
      return { running: runningCount, pending: pendingCount }
    },
    want: (desiredCount: number) => ask('UpdateService', { service: 'web', desiredCount }),
    pass: (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000),
    waiting: () => {
      const tasks = ask('ListTasks', {}).taskArns ?? []
      const described = tasks.length === 0 ? [] : (ask('DescribeTasks', { tasks }).tasks ?? [])
      return described.filter(({ containerInstanceArn }) => containerInstanceArn === undefined)
    },
  }
}

describe('a service whose capacity provider scales', () => {
  it('lets tasks without room wait in PROVISIONING, and says nothing of a failure', async () => {
    const { want, pass, waiting, counts, serviceNow } = open()
    want(11)
    await pass(5)
    expect(waiting()).toHaveLength(3)
    expect(waiting()[0]).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      group: 'service:web',
      capacityProviderName: 'web-capacity',
      containers: [],
    })
    expect(counts()).toEqual({ running: 8, pending: 3 })
    expect(serviceNow()?.capacityProviderStrategy).toEqual([
      { capacityProvider: 'web-capacity', weight: 1, base: 0 },
    ])
    expect(serviceNow()?.launchType).toBeUndefined()
    expect(
      serviceNow()
        ?.events?.map(({ message }) => message)
        .join(),
    ).not.toContain('unable to place')
  })

  it('scales out in the minutes after that, and the same tasks come to run', async () => {
    const { want, pass, waiting, desired, counts, ask } = open()
    await pass(600)
    want(14)
    await pass(5)
    const before = waiting().map(({ taskArn }) => taskArn)
    expect(before).toHaveLength(6)
    await pass(180)
    // Six tasks of which four fit on an instance: two more.
    expect(desired()).toBe(4)
    await pass(240)
    expect(counts()).toEqual({ running: 14, pending: 0 })
    expect(waiting()).toEqual([])
    const { tasks = [] } = ask('DescribeTasks', { tasks: before })
    expect(tasks.map(({ lastStatus }) => lastStatus)).toEqual(Array.from(before, () => 'RUNNING'))
  })

  it('goes from no instance to two, whatever is needed, and further when those are warm', async () => {
    const { want, pass, desired, inService } = open(
      { desired: 0 },
      { services: [service({ cpu: 512, desired: 0 })] },
    )
    want(20)
    await pass(240)
    expect([desired(), inService()]).toEqual([2, 2])
    await pass(120)
    expect(desired()).toBe(2)
    await pass(240)
    expect(desired()).toBe(5)
  })

  it('scales in after fifteen minutes, and never by more than half', async () => {
    const { want, pass, desired, describeGroup } = open(
      {
        desired: 6,
        managedScaling: { managedTerminationProtection: true },
        newInstancesProtectedFromScaleIn: true,
      },
      {
        services: [
          service({ cpu: 512, desired: 24, placementStrategy: [{ type: 'binpack', field: 'cpu' }] }),
        ],
      },
    )
    await pass(60)
    const protectedNow = () =>
      describeGroup()?.Instances?.filter(({ ProtectedFromScaleIn }) => ProtectedFromScaleIn === true).length
    expect(protectedNow()).toBe(6)
    want(0)
    await pass(840)
    expect(desired()).toBe(6)
    expect(protectedNow()).toBe(0)
    await pass(150)
    expect(desired()).toBe(3)
    await pass(900)
    expect(desired()).toBe(0)
  })

  it('with protection takes empty instances alone, and daemons do not count', async () => {
    const { world, want, pass, desired, ask } = open({
      desired: 4,
      managedScaling: { managedTerminationProtection: true },
      newInstancesProtectedFromScaleIn: true,
    })
    const killed: string[] = []
    world.ecs.onTaskEnded(({ ending, group: its }) => {
      if (ending === 'machine-died' && its === 'service:web') killed.push(its)
    })
    want(2)
    await pass(1_500)
    expect(killed).toEqual([])
    const { taskArns = [] } = ask('ListTasks', { serviceName: 'web' })
    const { tasks = [] } = ask('DescribeTasks', { tasks: taskArns })
    expect(tasks.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING'])
    expect(desired()).toBe(new Set(tasks.map(({ containerInstanceArn }) => containerInstanceArn)).size)
  })

  it('protects an instance in the moment in which it gets a task', async () => {
    const { want, pass, describeGroup } = open({
      managedScaling: { managedTerminationProtection: true },
      newInstancesProtectedFromScaleIn: true,
    })
    const protectedNow = () =>
      describeGroup()?.Instances?.filter(({ ProtectedFromScaleIn }) => ProtectedFromScaleIn === true).length
    want(0)
    await pass(180)
    expect(protectedNow()).toBe(0)
    want(2)
    // The scheduler looks after two seconds; ECS's own look is up to a minute away.
    for (let second = 0; second < 3; second += 1) await pass(1)
    expect(protectedNow()).toBe(2)
  })

  it('leaves room for daemons on the instances that it adds', async () => {
    const { want, pass, desired } = open({ cpu: 2_048 }, { services: [service({ cpu: 512, desired: 6 })] })
    await pass(600)
    // Eight tasks wait, and beside the daemon an instance has room for three.
    want(14)
    await pass(180)
    expect(desired()).toBe(5)
  })

  it('keeps spare instances for a target below 100', async () => {
    const { pass, desired, inService } = open({ managedScaling: { targetCapacity: 50 } })
    await pass(600)
    expect([desired(), inService()]).toEqual([4, 4])
    await pass(3_600)
    expect(desired()).toBe(4)
  })

  it('adds no more than its steps at once', async () => {
    const { want, pass, desired } = open({ managedScaling: { maximumScalingStepSize: 1 } })
    want(40)
    await pass(200)
    expect(desired()).toBe(3)
  })

  it('gives up a task that waits for half an hour, and starts another', async () => {
    const { want, pass, waiting, ask } = open({ max: 2 })
    want(9)
    await pass(5)
    const [first] = waiting().map(({ taskArn = '' }) => taskArn)
    await pass(1_900)
    const { tasks = [] } = ask('DescribeTasks', { tasks: [first] })
    expect(tasks[0]).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' })
    expect(waiting()).toHaveLength(1)
    expect(waiting()[0]?.taskArn).not.toBe(first)
  })

  it('lets waiting tasks go first when it is scaled in', async () => {
    const { want, pass, waiting, counts } = open({ max: 2 })
    want(12)
    await pass(5)
    want(9)
    await pass(5)
    expect(waiting()).toHaveLength(1)
    expect(counts()).toEqual({ running: 8, pending: 1 })
  })

  it('lets no more than 500 tasks of a cluster wait', async () => {
    const { want, pass, waiting, serviceNow } = open({ max: 2 })
    want(520)
    await pass(5)
    expect(waiting().length).toBeLessThanOrEqual(500)
    expect(serviceNow()?.pendingCount).toBe(500)
    expect(
      serviceNow()
        ?.events?.map(({ message }) => message)
        .join(),
    ).toContain('unable to place')
  })
})

describe('RunTask under the default strategy', () => {
  const job = { ...task('job'), cpu: 2_048 }

  it('lets tasks wait, also in a cluster without instances, and places them when there is room', async () => {
    const { world, ask, pass, waiting } = open({ desired: 0 }, { services: [], daemons: [] })
    world.ecs.registerStandaloneTask(job)
    const { tasks, failures } = ask('RunTask', { taskDefinition: 'job', count: 2 })
    expect(failures).toEqual([])
    expect(tasks?.map(({ lastStatus }) => lastStatus)).toEqual(['PROVISIONING', 'PROVISIONING'])
    await pass(300)
    expect(waiting()).toEqual([])
    const { tasks: now } = ask('DescribeTasks', { tasks: tasks?.map(({ taskArn }) => taskArn) })
    expect(now?.map(({ lastStatus, capacityProviderName }) => [lastStatus, capacityProviderName])).toEqual([
      ['RUNNING', 'web-capacity'],
      ['RUNNING', 'web-capacity'],
    ])
  })

  it('fails at once when a launch type is named', () => {
    const { world, ask } = open()
    world.ecs.registerStandaloneTask(job)
    const { tasks, failures } = ask('RunTask', { taskDefinition: 'job', launchType: 'EC2' })
    expect(tasks).toEqual([])
    expect(failures?.[0]?.reason).toBe('RESOURCE:CPU')
  })

  it('lets a waiting task be stopped', async () => {
    const { world, ask, pass, waiting } = open({ max: 2 })
    world.ecs.registerStandaloneTask(job)
    const { tasks } = ask('RunTask', { taskDefinition: 'job' })
    ask('StopTask', { task: tasks?.[0]?.taskArn, reason: 'not needed' })
    expect(waiting()).toEqual([])
    await pass(5)
    const { tasks: now } = ask('DescribeTasks', { tasks: [tasks?.[0]?.taskArn] })
    expect(now?.[0]).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'not needed' })
  })
})

describe('managed scaling', () => {
  it('shows its settings, its strategy and its policy', async () => {
    const { world, ask, pass } = open({
      managedScaling: { targetCapacity: 90, instanceWarmupPeriodSeconds: 120 },
    })
    await pass(60)
    const { capacityProviders = [] } = ask('DescribeCapacityProviders', { cluster: undefined })
    expect(capacityProviders[0]?.autoScalingGroupProvider).toMatchObject({
      managedScaling: {
        status: 'ENABLED',
        targetCapacity: 90,
        minimumScalingStepSize: 1,
        maximumScalingStepSize: 10_000,
        instanceWarmupPeriod: 120,
      },
      managedTerminationProtection: 'DISABLED',
      managedDraining: 'DISABLED',
    })
    const [cluster] = ask('DescribeClusters', { clusters: ['prod'], cluster: undefined }).clusters ?? []
    expect(cluster?.defaultCapacityProviderStrategy).toEqual([
      { capacityProvider: 'web-capacity', weight: 1, base: 0 },
    ])
    const { ScalingPolicies = [] } = call<DescribePoliciesCommandOutput>(
      world.autoScaling.model,
      'DescribePolicies',
      {},
    )
    expect(ScalingPolicies[0]).toMatchObject({
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup: 120,
      TargetTrackingConfiguration: { TargetValue: 90 },
    })
    expect(
      world.cloudWatch.alarms.map(({ spec }) => [spec.rule.threshold, spec.rule.evaluationPeriods]),
    ).toEqual([
      [90, 1],
      [90, 15],
    ])
  })

  it('shares a service over its providers', async () => {
    const { world, pass, ask } = open({}, { groups: [group(), group({ name: 'other' })] })
    await pass(60)
    const { taskArns = [] } = ask('ListTasks', { serviceName: 'web' })
    const { tasks = [] } = ask('DescribeTasks', { tasks: taskArns })
    const names = tasks.map(({ capacityProviderName }) => capacityProviderName)
    expect(names.filter((name) => name === 'other-capacity')).toHaveLength(4)
    expect(world.cloudWatch.alarms).toHaveLength(4)
  })

  it('refuses to protect instances of a group that launches them free', () => {
    expect(() => open({ managedScaling: { managedTerminationProtection: true } })).toThrow(
      'needs newInstancesProtectedFromScaleIn',
    )
  })
})
