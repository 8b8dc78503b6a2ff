import { describe, expect, it } from '@jest/globals'
import {
  PROTECTED_WAIT_SECONDS,
  REFRESH_START_SECONDS,
} from '../../../../simulator/aws/auto-scaling/instance-refreshes.ts'
import { groupSpec, openWorld } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds

const refreshing = (Preferences: object | undefined, options: Parameters<typeof openWorld>[0] = {}) => {
  const world = openWorld({ ...options, spec: { desired: 10, max: 20, ...options.spec } })
  const before = new Set(world.instances().map(({ InstanceId }) => InstanceId))
  const { InstanceRefreshId } = world.call('StartInstanceRefresh', {
    AutoScalingGroupName: 'web-a',
    Preferences,
  })
  const refresh = () =>
    world.call('DescribeInstanceRefreshes', { AutoScalingGroupName: 'web-a' }).InstanceRefreshes[0]!
  const count = (state: string) => world.states().filter((its) => its === state).length
  const oldInService = () =>
    world.instances().filter((it) => before.has(it.InstanceId) && it.LifecycleState === 'InService').length
  return { ...world, InstanceRefreshId, refresh, count, oldInService }
}

describe('an instance refresh', () => {
  it('replaces every instance, a tenth at a time by default, and then succeeds', async () => {
    const { refresh, pass, count, oldInService, InstanceRefreshId, events } = refreshing(undefined)
    expect(refresh()).toMatchObject({ InstanceRefreshId, Status: 'Pending', PercentageComplete: 0 })
    await pass(REFRESH_START_SECONDS)
    expect(oldInService()).toBe(9)
    expect(refresh()).toMatchObject({ Status: 'InProgress', InstancesToUpdate: 10, PercentageComplete: 0 })
    await pass(BOOT)
    expect(oldInService()).toBe(8)
    expect(refresh()).toMatchObject({ InstancesToUpdate: 9, PercentageComplete: 10 })
    await pass(10 * BOOT)
    expect(oldInService()).toBe(0)
    expect(count('InService')).toBe(10)
    expect(refresh()).toMatchObject({ Status: 'Successful', InstancesToUpdate: 0, PercentageComplete: 100 })
    expect(events.map(({ detailType }) => detailType)).toEqual(
      expect.arrayContaining([
        'EC2 Auto Scaling Instance Refresh Started',
        'EC2 Auto Scaling Instance Refresh Succeeded',
      ]),
    )
  })

  it('takes out half of the group at once with a minimum of 50 %', async () => {
    const { pass, oldInService, count } = refreshing({ MinHealthyPercentage: 50 })
    await pass(REFRESH_START_SECONDS)
    expect(oldInService()).toBe(5)
    expect(count('Pending')).toBe(5)
  })

  it('launches before it terminates with 100 and 120 %', async () => {
    const { pass, oldInService, count, refresh } = refreshing({
      MinHealthyPercentage: 100,
      MaxHealthyPercentage: 120,
    })
    await pass(REFRESH_START_SECONDS)
    expect([oldInService(), count('Pending')]).toEqual([10, 2])
    await pass(BOOT)
    expect([oldInService(), count('InService')]).toEqual([8, 10])
    await pass(10 * BOOT)
    expect([oldInService(), count('InService')]).toEqual([0, 10])
    expect(refresh().Status).toBe('Successful')
  })

  it.each([
    ['terminates first where the maximum is left out', undefined, ['Terminating', 'Pending']],
    ['launches first where a maximum of 100 % is given', 100, ['InService', 'Pending']],
  ])('replaces one even where the bounds leave no room: %s', async (_name, MaxHealthyPercentage, states) => {
    const preferences = { MinHealthyPercentage: 100, MaxHealthyPercentage }
    const world = refreshing(preferences, { spec: { desired: 1 } })
    await world.pass(REFRESH_START_SECONDS)
    expect(world.states()).toEqual(states)
    await world.pass(10 * BOOT)
    expect(world.refresh().Status).toBe('Successful')
  })

  it('tells its cause on both sides', async () => {
    const { pass, activities } = refreshing(undefined)
    await pass(REFRESH_START_SECONDS)
    const [launch, termination] = activities()
    expect(launch?.Cause).toMatch(/^At \S+ an instance was launched in response to an instance refresh\.$/)
    expect(termination?.Cause).toMatch(
      /^At \S+ an instance was taken out of service in response to an instance refresh\. {2}At \S+ instance i-\S+ was selected for termination\.$/,
    )
  })

  it('waits for the warm-up of new instances', async () => {
    const { pass, oldInService } = refreshing({ InstanceWarmup: 120 })
    await pass(REFRESH_START_SECONDS + BOOT + 119)
    expect(oldInService()).toBe(9)
    await pass(1)
    expect(oldInService()).toBe(8)
  })

  it('goes on while hooks hold the instances that it took out, as a default', async () => {
    const world = refreshing(undefined, { spec: { desired: 2 } })
    world.putHook({ HeartbeatTimeout: 7_200 })
    await world.pass(REFRESH_START_SECONDS + 3 * BOOT)
    expect(world.count('Terminating:Wait')).toBe(2)
    expect(world.refresh().Status).toBe('Successful')
  })

  it('waits for the hooks when that is assumed', async () => {
    const assumptions = { refreshAwaitsTerminations: 'yes' } as const
    const world = refreshing(undefined, { spec: { desired: 2 }, assumptions })
    world.putHook({ HeartbeatTimeout: 3_600 })
    await world.pass(3_000)
    expect(world.count('Terminating:Wait')).toBe(1)
    await world.pass(6_000)
    expect(world.refresh().Status).toBe('Successful')
  })

  it.each([
    ['Refresh', 'Successful', 0],
    ['Ignore', 'Successful', 1],
    ['Wait', 'Failed', 1],
  ])('treats a protected instance as asked: %s', async (ScaleInProtectedInstances, Status, left) => {
    const world = openWorld()
    const id = world.idAt(0)
    world.call('SetInstanceProtection', {
      AutoScalingGroupName: 'web-a',
      InstanceIds: [id],
      ProtectedFromScaleIn: true,
    })
    const Preferences = { ScaleInProtectedInstances }
    world.call('StartInstanceRefresh', { AutoScalingGroupName: 'web-a', Preferences })
    await world.pass(PROTECTED_WAIT_SECONDS + 10 * BOOT)
    const refreshes = world.call('DescribeInstanceRefreshes', {
      AutoScalingGroupName: 'web-a',
    }).InstanceRefreshes
    expect(refreshes[0]?.Status).toBe(Status)
    expect(world.instances().filter(({ InstanceId }) => InstanceId === id)).toHaveLength(left)
  })

  it('runs only once at a time', () => {
    const { call } = refreshing(undefined)
    expect(() => call('StartInstanceRefresh', { AutoScalingGroupName: 'web-a' })).toThrow(
      expect.objectContaining({ code: 'InstanceRefreshInProgress' }),
    )
  })

  it.each([
    [{ DesiredConfiguration: {} }, 'DesiredConfiguration'],
    [{ Preferences: { AutoRollback: true, SkipMatching: true } }, 'AutoRollback, SkipMatching'],
  ])('refuses by name what it does not model: %j', (input, named) => {
    const { call } = openWorld()
    expect(() => call('StartInstanceRefresh', { AutoScalingGroupName: 'web-a', ...input })).toThrow(
      expect.objectContaining({ code: 'NotModelled', message: expect.stringContaining(named) }),
    )
  })
})
