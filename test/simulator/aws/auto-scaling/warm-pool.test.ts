import { describe, expect, it } from '@jest/globals'
import { CAPACITY_LOOP_SECONDS } from '../../../../simulator/aws/auto-scaling/capacity-loop.ts'
import { HEALTH_CHECK_SECONDS } from '../../../../simulator/aws/auto-scaling/health-checks.ts'
import { TERMINATING_SECONDS } from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { REBALANCING_SECONDS } from '../../../../simulator/aws/auto-scaling/zone-rebalancing.ts'
import { SHUTTING_DOWN_SECONDS, STOPPING_SECONDS } from '../../../../simulator/aws/ec2/ec2.ts'
import type { GroupSpec, WarmPoolSpec } from '../../../../simulator/world/world-spec.ts'
import { groupSpec, openWorld } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds
const LAUNCHING = 'autoscaling:EC2_INSTANCE_LAUNCHING'

const openPool = (pool: Partial<WarmPoolSpec> = {}, spec: Partial<GroupSpec> = {}) => {
  const warmPool = { minSize: 0, poolState: 'Stopped', reuseOnScaleIn: false, ...pool } as const
  const world = openWorld({ spec: { desired: 2, max: 3, warmPool, ...spec } })
  const describePool = () => world.call('DescribeWarmPool', { AutoScalingGroupName: 'web-a' })
  const poolStates = () => describePool().Instances.map(({ LifecycleState }) => LifecycleState)
  const warmId = () => describePool().Instances[0]!.InstanceId!
  return { ...world, describePool, poolStates, warmId }
}

const ways = (details: readonly Readonly<Record<string, unknown>>[]) =>
  details.map(({ Origin, Destination }) => `${String(Origin)} → ${String(Destination)}`)

describe('a warm pool', () => {
  it('is filled and at rest when the world begins, apart from the instances of the group', () => {
    const { instances, poolStates, describePool, warmId, ec2, group, events } = openPool()
    expect(instances()).toHaveLength(2)
    expect(poolStates()).toEqual(['Warmed:Stopped'])
    expect(ec2.find(warmId())).toMatchObject({
      state: 'stopped',
      targetLifecycleState: 'Warmed:Stopped',
    })
    expect(describePool().WarmPoolConfiguration).toEqual({ MinSize: 0, PoolState: 'Stopped' })
    expect(group()).toMatchObject({
      WarmPoolConfiguration: { MinSize: 0, PoolState: 'Stopped' },
      WarmPoolSize: 1,
    })
    expect(events).toEqual([])
  })

  it('is listed with its states by DescribeAutoScalingInstances', () => {
    const { call, warmId } = openPool()
    const { AutoScalingInstances } = call('DescribeAutoScalingInstances', { InstanceIds: [warmId()] })
    expect(AutoScalingInstances).toEqual([
      expect.objectContaining({ AutoScalingGroupName: 'web-a', LifecycleState: 'Warmed:Stopped' }),
    ])
  })

  it.each([
    ['the maximum size less the desired capacity', {}, 10],
    ['the prepared capacity less the desired capacity', { maxGroupPreparedCapacity: 5 }, 3],
    ['the minimum size at least', { maxGroupPreparedCapacity: 1, minSize: 2 }, 2],
    ['nothing where nothing is prepared', { maxGroupPreparedCapacity: 1 }, 0],
  ])('holds %s', (_name, pool, size) => {
    expect(openPool(pool, { max: 12 }).group().WarmPoolSize).toBe(size)
  })

  it('is described 50 instances at a time', () => {
    const { call, describePool } = openPool({}, { max: 62 })
    const first = describePool()
    expect(first.Instances).toHaveLength(50)
    const { Instances, NextToken } = call('DescribeWarmPool', {
      AutoScalingGroupName: 'web-a',
      NextToken: first.NextToken,
    })
    expect(new Set([...first.Instances, ...Instances].map(({ InstanceId }) => InstanceId)).size).toBe(60)
    expect(NextToken).toBeUndefined()
    expect(() => call('DescribeWarmPool', { AutoScalingGroupName: 'web-a', MaxRecords: 51 })).toThrow(
      'MaxRecords',
    )
  })

  it('is put on a group, whose launch hook holds each instance before it is stopped', async () => {
    const { call, putHook, pass, poolStates, warmId, complete, lifecycleEvents, activities, ec2 } = openPool(
      {},
      { max: 2 },
    )
    putHook({ LifecycleTransition: LAUNCHING, DefaultResult: 'ABANDON' })
    call('PutWarmPool', { AutoScalingGroupName: 'web-a', MinSize: 1 })
    await pass(CAPACITY_LOOP_SECONDS)
    expect(poolStates()).toEqual(['Warmed:Pending'])
    await pass(BOOT)
    expect(poolStates()).toEqual(['Warmed:Pending:Wait'])
    expect(ways(lifecycleEvents())).toEqual(['EC2 → WarmPool'])
    const id = warmId()
    complete(id)
    expect(poolStates()).toEqual(['Warmed:Pending:Proceed'])
    expect(ec2.find(id)?.state).toBe('stopping')
    await pass(STOPPING_SECONDS)
    expect(poolStates()).toEqual(['Warmed:Stopped'])
    expect(activities()[0]).toMatchObject({
      Description: `Launching a new EC2 instance into warm pool: ${id}`,
      StatusCode: 'Successful',
    })
  })

  it('gives its instance to a scale-out first, past the launch hook once more, and is filled again', async () => {
    const world = openPool({ minSize: 1 })
    const { setDesired, pass, warmId, stateOf, complete, lifecycleEvents, activities, ec2, events } = world
    world.putHook({ LifecycleTransition: LAUNCHING })
    const id = warmId()
    setDesired(3)
    await pass(CAPACITY_LOOP_SECONDS)
    expect(stateOf(id)).toBe('Pending')
    expect(ec2.find(id)).toMatchObject({ state: 'pending', targetLifecycleState: 'InService' })
    expect(world.poolStates()).toEqual(['Warmed:Pending'])
    await pass(BOOT)
    expect(stateOf(id)).toBe('Pending:Wait')
    expect(ways(lifecycleEvents())).toEqual(['WarmPool → AutoScalingGroup', 'EC2 → WarmPool'])
    complete(id)
    expect(stateOf(id)).toBe('InService')
    expect(world.instances()).toHaveLength(3)
    expect(activities().map(({ Description }) => Description)).toContain(
      `Launching a new EC2 instance from warm pool: ${id}`,
    )
    const states = events
      .filter(({ detailType, detail }) => detailType.includes('State-change') && detail['instance-id'] === id)
      .map(({ detail }) => detail['state'])
    expect(states).toEqual(['pending', 'running'])
  })

  it('leaves a launch that it has no instance for to EC2', async () => {
    const { setDesired, pass, instances, states, warmId } = openPool({}, { max: 4, desired: 2 })
    const id = warmId()
    setDesired(4)
    await pass(CAPACITY_LOOP_SECONDS)
    expect(instances().map(({ InstanceId }) => InstanceId)).toContain(id)
    await pass(BOOT)
    expect(states()).toEqual(['InService', 'InService', 'InService', 'InService'])
  })

  it('puts an instance of a running pool into service without a boot', async () => {
    const { setDesired, pass, warmId, stateOf, ec2 } = openPool({ poolState: 'Running' })
    const id = warmId()
    expect(ec2.find(id)?.state).toBe('running')
    setDesired(3)
    await pass(CAPACITY_LOOP_SECONDS)
    expect(stateOf(id)).toBe('InService')
  })

  it('keeps what a group lacks while launches are suspended', async () => {
    const { call, setDesired, pass, poolStates } = openPool()
    call('SuspendProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses: ['Launch'] })
    setDesired(3)
    await pass(60)
    expect(poolStates()).toEqual(['Warmed:Stopped'])
    call('ResumeProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses: ['Launch'] })
    await pass(60)
    expect(poolStates()).toEqual([])
  })

  it('takes too many out past the termination hook', async () => {
    const { putHook, call, pass, poolStates, warmId, complete, lifecycleEvents, ec2, activities } = openPool()
    putHook()
    const id = warmId()
    call('PutWarmPool', { AutoScalingGroupName: 'web-a', MaxGroupPreparedCapacity: 2 })
    await pass(CAPACITY_LOOP_SECONDS)
    expect(poolStates()).toEqual(['Warmed:Terminating'])
    await pass(TERMINATING_SECONDS)
    expect(poolStates()).toEqual(['Warmed:Terminating:Wait'])
    expect(ways(lifecycleEvents())).toEqual(['WarmPool → EC2'])
    complete(id)
    expect(poolStates()).toEqual(['Warmed:Terminating:Proceed'])
    await pass(SHUTTING_DOWN_SECONDS)
    expect(poolStates()).toEqual([])
    expect(ec2.find(id)?.state).toBe('terminated')
    expect(activities()[0]?.Description).toBe(`Terminating EC2 instance from warm pool: ${id}`)
  })

  it('terminates and replaces an instance whose launch hook was abandoned', async () => {
    const world = openPool({}, { max: 2 })
    const { call, putHook, pass, poolStates, warmId, complete, describePool } = world
    putHook({ LifecycleTransition: LAUNCHING })
    call('PutWarmPool', { AutoScalingGroupName: 'web-a', MinSize: 1 })
    await pass(CAPACITY_LOOP_SECONDS + BOOT)
    const id = warmId()
    complete(id, 'ABANDON')
    expect(poolStates()).toEqual(['Warmed:Terminating'])
    await pass(SHUTTING_DOWN_SECONDS + TERMINATING_SECONDS + CAPACITY_LOOP_SECONDS)
    const { Instances } = describePool()
    expect(Instances).toHaveLength(1)
    expect(Instances[0]?.InstanceId).not.toBe(id)
  })

  it('replaces an instance that somebody terminated in EC2', async () => {
    const { ec2, warmId, pass, poolStates } = openPool()
    const id = warmId()
    ec2.terminate(id)
    await pass(HEALTH_CHECK_SECONDS + CAPACITY_LOOP_SECONDS)
    expect(poolStates()).toEqual(['Warmed:Pending'])
    await pass(BOOT + STOPPING_SECONDS)
    expect(poolStates()).toEqual(['Warmed:Stopped'])
    expect(warmId()).not.toBe(id)
  })

  it('is gone when it was deleted and its instances have left', async () => {
    const { call, pass, group, describePool } = openPool()
    call('DeleteWarmPool', { AutoScalingGroupName: 'web-a' })
    expect(group().WarmPoolConfiguration?.Status).toBe('PendingDelete')
    await pass(60)
    expect(describePool()).toEqual({ Instances: [] })
    expect(group().WarmPoolSize).toBeUndefined()
    expect(() => call('DeleteWarmPool', { AutoScalingGroupName: 'web-a' })).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    )
  })

  it('drops the launch hook but not the termination hook when it is deleted by force', async () => {
    const { call, putHook, pass, poolStates, ended } = openPool({}, { max: 2 })
    putHook({ LifecycleHookName: 'boot', LifecycleTransition: LAUNCHING })
    putHook()
    call('PutWarmPool', { AutoScalingGroupName: 'web-a', MinSize: 1 })
    await pass(CAPACITY_LOOP_SECONDS + BOOT)
    call('DeleteWarmPool', { AutoScalingGroupName: 'web-a', ForceDelete: true })
    expect(ended.map(({ hookName, by }) => ({ hookName, by }))).toEqual([
      { hookName: 'boot', by: 'instance-terminated' },
    ])
    await pass(TERMINATING_SECONDS)
    expect(poolStates()).toEqual(['Warmed:Terminating:Wait'])
  })

  it('is renewed by an instance refresh after the instances in service', async () => {
    const { call, warmId, pass, poolStates, instances } = openPool()
    const id = warmId()
    call('StartInstanceRefresh', { AutoScalingGroupName: 'web-a' })
    await pass(1_000)
    expect(instances().map(({ InstanceId }) => InstanceId)).not.toContain(id)
    expect(poolStates()).toEqual(['Warmed:Stopped'])
    expect(warmId()).not.toBe(id)
    const [refresh] = call('DescribeInstanceRefreshes', { AutoScalingGroupName: 'web-a' }).InstanceRefreshes
    expect(refresh?.Status).toBe('Successful')
  })

  it('is not asked for an instance that rebalancing needs in another zone', async () => {
    const warmPool = {
      minSize: 1,
      maxGroupPreparedCapacity: 4,
      poolState: 'Running',
      reuseOnScaleIn: false,
    } as const
    const world = openWorld({
      zones: ['eu-west-1a', 'eu-west-1b'],
      spec: { desired: 4, max: 8, bootSeconds: 200, warmPool },
    })
    const [warm] = world.call('DescribeWarmPool', { AutoScalingGroupName: 'web-a' }).Instances
    const before = world.instances()
    expect(warm?.AvailabilityZone).toBe('eu-west-1a')
    for (const { InstanceId, AvailabilityZone } of before)
      if (AvailabilityZone === 'eu-west-1b') world.terminate(InstanceId!)
    await world.pass(REBALANCING_SECONDS + SHUTTING_DOWN_SECONDS)
    const newcomers = world
      .instances()
      .filter(({ InstanceId }) => before.every((old) => old.InstanceId !== InstanceId))
    expect(newcomers.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual(['eu-west-1b'])
  })

  it('terminates what scale-in takes unless it is to be reused', async () => {
    const { setDesired, pass, poolStates, states } = openPool({ maxGroupPreparedCapacity: 2 })
    setDesired(1)
    await pass(CAPACITY_LOOP_SECONDS)
    expect(states()).toContain('Terminating')
    expect(poolStates()).not.toContain('Warmed:Pending:Wait')
  })

  it('has no instance that a person may terminate by Auto Scaling', () => {
    const { call, warmId } = openPool()
    expect(() =>
      call('TerminateInstanceInAutoScalingGroup', {
        InstanceId: warmId(),
        ShouldDecrementDesiredCapacity: false,
      }),
    ).toThrow(expect.objectContaining({ code: 'ValidationError' }))
  })

  it('runs the hook again for an instance that was retained while the pool is deleted', async () => {
    const world = openPool({}, { terminateHookAbandon: 'retain' })
    const { call, putHook, pass, poolStates, warmId, complete, group } = world
    putHook()
    const id = warmId()
    call('DeleteWarmPool', { AutoScalingGroupName: 'web-a' })
    await pass(CAPACITY_LOOP_SECONDS + TERMINATING_SECONDS)
    complete(id, 'ABANDON')
    expect(poolStates()).toEqual(['Warmed:Terminating:Retained'])
    await pass(CAPACITY_LOOP_SECONDS + TERMINATING_SECONDS)
    expect(poolStates()).toEqual(['Warmed:Terminating:Wait'])
    complete(id)
    await pass(SHUTTING_DOWN_SECONDS + CAPACITY_LOOP_SECONDS)
    expect(group().WarmPoolConfiguration).toBeUndefined()
  })

  it('refuses hibernation by name, and Spot Instances altogether', () => {
    const { call } = openPool()
    expect(() => call('PutWarmPool', { AutoScalingGroupName: 'web-a', PoolState: 'Hibernated' })).toThrow(
      expect.objectContaining({ code: 'NotModelled', message: expect.stringContaining('Hibernated') }),
    )
    expect(() => openPool({}, { market: 'spot' })).toThrow('a warm pool has no Spot instances')
    const spot = openWorld({ spec: { market: 'spot' } })
    expect(() => spot.call('PutWarmPool', { AutoScalingGroupName: 'web-a' })).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    )
  })
})

describe('a warm pool that scale-in returns instances to', () => {
  const returning = async (result: 'CONTINUE' | 'ABANDON', spec: Partial<GroupSpec> = {}) => {
    const world = openPool({ reuseOnScaleIn: true }, { max: 2, ...spec })
    world.putHook()
    const id = world.idAt(0)
    world.setDesired(1)
    await world.pass(CAPACITY_LOOP_SECONDS)
    const first = world.poolStates()
    await world.pass(TERMINATING_SECONDS)
    const waiting = world.poolStates()
    world.complete(id, result)
    return { ...world, id, first, waiting }
  }

  it.each(['CONTINUE', 'ABANDON'] as const)(
    'holds the instance by the termination hook and then stops it, also on %s',
    async (result) => {
      const world = await returning(result)
      const { id, first, waiting, poolStates, pass, ec2, lifecycleEvents, instances } = world
      expect([first, waiting]).toEqual([['Warmed:Pending'], ['Warmed:Pending:Wait']])
      expect(lifecycleEvents()).toEqual([
        expect.objectContaining({
          LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
          Origin: 'AutoScalingGroup',
          Destination: 'WarmPool',
        }),
      ])
      expect(world.ended).toEqual([expect.objectContaining({ waitsIn: 'Warmed:Pending:Wait', result })])
      expect(poolStates()).toEqual(['Warmed:Pending:Proceed'])
      await pass(STOPPING_SECONDS)
      expect(poolStates()).toEqual(['Warmed:Stopped'])
      expect(ec2.find(id)?.state).toBe('stopped')
      expect(instances()).toHaveLength(1)
    },
  )

  it('takes the same instance into service again', async () => {
    const { id, setDesired, pass, stateOf } = await returning('CONTINUE')
    await pass(STOPPING_SECONDS)
    setDesired(2)
    await pass(CAPACITY_LOOP_SECONDS + BOOT)
    expect(stateOf(id)).toBe('InService')
  })

  it('retains an instance on ABANDON where the lifecycle policy says so', async () => {
    const { id, poolStates, ec2, pass, call } = await returning('ABANDON', {
      terminateHookAbandon: 'retain',
    })
    await pass(600)
    expect(poolStates()).toContain('Warmed:Pending:Retained')
    expect(ec2.find(id)?.state).toBe('running')
    call('TerminateInstanceInAutoScalingGroup', { InstanceId: id, ShouldDecrementDesiredCapacity: false })
    expect(poolStates()).toContain('Warmed:Terminating')
  })

  it('terminates an instance whose machine died while the hook held it', async () => {
    const world = openPool({ reuseOnScaleIn: true }, { max: 2 })
    world.putHook()
    const id = world.idAt(0)
    world.setDesired(1)
    await world.pass(CAPACITY_LOOP_SECONDS + TERMINATING_SECONDS)
    world.ec2.terminate(id)
    world.complete(id)
    expect(world.poolStates()).toContain('Warmed:Terminating')
  })

  it('returns nothing when a person asks for the termination', async () => {
    const { idAt, terminate, putHook, pass, stateOf } = openPool({ reuseOnScaleIn: true })
    putHook()
    const id = idAt(0)
    terminate(id)
    await pass(TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
  })
})
