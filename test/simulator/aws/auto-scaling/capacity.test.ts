import { describe, expect, it } from '@jest/globals'
import { ALL_PROTECTED, CAPACITY_LOOP_SECONDS } from '../../../../simulator/aws/auto-scaling/capacity-loop.ts'
import { LEAST_INSTANCE_LIFETIME_SECONDS } from '../../../../simulator/aws/auto-scaling/instance-lifetimes.ts'
import {
  RUNNING_SINCE_SECONDS,
  TERMINATING_SECONDS,
} from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { REBALANCING_SECONDS } from '../../../../simulator/aws/auto-scaling/zone-rebalancing.ts'
import { SHUTTING_DOWN_SECONDS } from '../../../../simulator/aws/ec2/ec2.ts'
import { groupSpec, openWorld } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds
const GONE = TERMINATING_SECONDS + SHUTTING_DOWN_SECONDS
const A_DAY = LEAST_INSTANCE_LIFETIME_SECONDS

type World = ReturnType<typeof openWorld>

const zones = ({ instances }: World) =>
  instances()
    .filter(({ LifecycleState }) => LifecycleState === 'InService')
    .map(({ AvailabilityZone }) => AvailabilityZone?.slice(-1))
    .sort()
    .join('')

const protect = ({ call }: World, ids: readonly string[], ProtectedFromScaleIn = true) =>
  call('SetInstanceProtection', { AutoScalingGroupName: 'web-a', InstanceIds: ids, ProtectedFromScaleIn })

const suspend = ({ call }: World, ...ScalingProcesses: string[]) =>
  call('SuspendProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses })

const resume = ({ call }: World, ...ScalingProcesses: string[]) =>
  call('ResumeProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses })

describe('a group that runs when the world begins', () => {
  it('has its desired instances in service, spread over its zones and launched in the past', () => {
    const world = openWorld({ spec: { desired: 5 } })
    expect(world.states()).toEqual(Array.from({ length: 5 }, () => 'InService'))
    expect(zones(world)).toBe('aabbc')
    const machine = world.ec2.find(world.idAt(0))
    expect(machine).toMatchObject({ state: 'running', autoScalingGroupName: 'web-a' })
    expect(machine?.launchedAt).toBe(world.simulation.now() - RUNNING_SINCE_SECONDS * 1_000)
    expect(world.events).toEqual([])
    expect(world.activities()[0]).toMatchObject({
      StatusCode: 'Successful',
      StartTime: new Date(machine!.launchedAt),
    })
  })
})

describe('scaling in', () => {
  it('takes the oldest instance of the zone with most instances in service', async () => {
    const world = openWorld({ spec: { desired: 3 } })
    world.setDesired(5)
    await world.pass(CAPACITY_LOOP_SECONDS + BOOT)
    expect(zones(world)).toBe('aabbc')
    const [oldestInA, oldestInB] = [world.idAt(0), world.idAt(1)]
    world.setDesired(3)
    await world.pass(CAPACITY_LOOP_SECONDS)
    expect(world.stateOf(oldestInA)).toBe('Terminating')
    expect(world.stateOf(oldestInB)).toBe('Terminating')
    expect(zones(world)).toBe('abc')
  })

  it('prefers the crowded zone to the oldest instance', async () => {
    const world = openWorld({ spec: { desired: 3 } })
    world.setDesired(4)
    await world.pass(CAPACITY_LOOP_SECONDS + BOOT)
    world.terminate(world.idAt(0))
    world.setDesired(4)
    await world.pass(CAPACITY_LOOP_SECONDS + BOOT)
    expect(zones(world)).toBe('aabc')
    const oldestInA = world.instances().find(({ AvailabilityZone }) => AvailabilityZone === 'eu-west-1a')
    world.setDesired(3)
    await world.pass(CAPACITY_LOOP_SECONDS)
    expect(world.stateOf(oldestInA!.InstanceId!)).toBe('Terminating')
  })

  it('tells the cause as Auto Scaling does', async () => {
    const { setDesired, pass, idAt, activities } = openWorld()
    const id = idAt(0)
    setDesired(2)
    await pass(CAPACITY_LOOP_SECONDS)
    expect(activities()[0]?.Cause).toBe(
      'At 2026-11-20T09:00:00Z a user request explicitly set group desired capacity changing the desired capacity from 3 to 2.' +
        '  At 2026-11-20T09:00:05Z an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 2.' +
        `  At 2026-11-20T09:00:05Z instance ${id} was selected for termination.`,
    )
  })

  it('spares protected instances and takes the others', async () => {
    const world = openWorld()
    const [one, two, three] = [world.idAt(0), world.idAt(1), world.idAt(2)]
    protect(world, [one, two])
    world.setDesired(2)
    await world.pass(CAPACITY_LOOP_SECONDS)
    expect([one, two, three].map(world.stateOf)).toEqual(['InService', 'InService', 'Terminating'])
  })

  it('lowers the desired capacity and says so when all instances are protected', async () => {
    const world = openWorld()
    const ids = [world.idAt(0), world.idAt(1), world.idAt(2)]
    protect(world, ids)
    world.setDesired(2)
    await world.pass(3_600)
    expect(world.group().DesiredCapacity).toBe(2)
    expect(world.states()).toEqual(['InService', 'InService', 'InService'])
    const cancelled = world.activities().filter(({ StatusCode }) => StatusCode === 'Cancelled')
    expect(cancelled.map(({ Description }) => Description)).toEqual([ALL_PROTECTED])
    protect(world, ids, false)
    await world.pass(CAPACITY_LOOP_SECONDS)
    expect(world.states()).toContain('Terminating')
  })

  it('protects only instances of the group that are in service', async () => {
    const world = openWorld()
    const id = world.idAt(0)
    world.putHook()
    world.terminate(id)
    expect(() => protect(world, [id])).toThrow(
      `The instance ${id} is not in InService or EnteringStandby or Standby.`,
    )
    expect(() => protect(world, ['i-0other'])).toThrow(
      'The instance i-0other is not part of Auto Scaling group web-a.',
    )
  })

  it('does nothing while Terminate is suspended, and goes on when it is resumed', async () => {
    const world = openWorld()
    suspend(world, 'Terminate')
    world.setDesired(1)
    await world.pass(600)
    expect(world.states()).toEqual(['InService', 'InService', 'InService'])
    expect(world.group().SuspendedProcesses).toEqual([
      { ProcessName: 'Terminate', SuspensionReason: 'User suspended at 2026-11-20T09:00:00Z' },
    ])
    resume(world, 'Terminate')
    await world.pass(CAPACITY_LOOP_SECONDS + GONE)
    expect(world.states()).toEqual(['InService'])
  })
})

describe('setting the desired capacity', () => {
  it.each([
    [7, 'New SetDesiredCapacity value 7 is above max value 6 for the AutoScalingGroup.'],
    [0, 'New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.'],
  ])('refuses %i', (desired, message) => {
    const { setDesired, group } = openWorld()
    expect(() => setDesired(desired)).toThrow(expect.objectContaining({ code: 'ValidationError', message }))
    expect(group().DesiredCapacity).toBe(3)
  })

  it('launches in the zones with fewest instances', async () => {
    const world = openWorld({ spec: { desired: 1 } })
    world.setDesired(6)
    await world.pass(CAPACITY_LOOP_SECONDS + BOOT)
    expect(zones(world)).toBe('aabbcc')
  })

  it('moves with new bounds that leave it outside', async () => {
    const { call, group, pass, activities } = openWorld()
    call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web-a', MaxSize: 2 })
    expect(group()).toMatchObject({ MinSize: 1, MaxSize: 2, DesiredCapacity: 2 })
    await pass(CAPACITY_LOOP_SECONDS)
    expect(activities()[0]?.Cause).toContain(
      'a user request update of AutoScalingGroup constraints to min: 1, max: 2, desired: 2 changing the desired capacity from 3 to 2.',
    )
  })

  it('refuses bounds that contradict each other', () => {
    const { call } = openWorld()
    const update = (input: object) => () =>
      call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web-a', ...input })
    expect(update({ DesiredCapacity: 9 })).toThrow(
      'Desired capacity:9 must be between the specified min size:1 and max size:6',
    )
    expect(update({ MinSize: 7 })).toThrow('Max bound, 6, must be greater than or equal to min bound, 7')
  })
})

describe('terminating an instance by request', () => {
  it('lowers the desired capacity with a decrement, and replaces nothing', async () => {
    const { terminate, idAt, group, pass, states } = openWorld()
    const id = idAt(0)
    expect(terminate(id).Activity.Cause).toBe(
      `At 2026-11-20T09:00:00Z instance ${id} was taken out of service in response to a user request, shrinking the capacity from 3 to 2.`,
    )
    expect(group().DesiredCapacity).toBe(2)
    await pass(600)
    expect(states()).toEqual(['InService', 'InService'])
  })

  it('launches a replacement without one, while the hook still holds the instance', async () => {
    const { call, idAt, group, pass, states, putHook } = openWorld()
    putHook({ HeartbeatTimeout: 3_600 })
    const id = idAt(0)
    const { Activity } = call('TerminateInstanceInAutoScalingGroup', {
      InstanceId: id,
      ShouldDecrementDesiredCapacity: false,
    })
    expect(Activity.Cause).toBe(
      `At 2026-11-20T09:00:00Z instance ${id} was taken out of service in response to a user request.`,
    )
    await pass(CAPACITY_LOOP_SECONDS + BOOT)
    expect(group().DesiredCapacity).toBe(3)
    expect(states()).toEqual(['Terminating:Wait', 'InService', 'InService', 'InService'])
  })

  it('gives the replacement a cause of its own, whatever was asked of the group before', async () => {
    const { call, idAt, setDesired, pass, activities } = openWorld()
    setDesired(4)
    await pass(CAPACITY_LOOP_SECONDS + BOOT)
    call('TerminateInstanceInAutoScalingGroup', {
      InstanceId: idAt(0),
      ShouldDecrementDesiredCapacity: false,
    })
    await pass(CAPACITY_LOOP_SECONDS)
    expect(activities()[0]?.Cause).toMatch(
      /^At \S+ an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 3 to 4\.$/,
    )
  })

  it('answers with the running activity when the instance already leaves, and lowers nothing twice', () => {
    const { terminate, idAt, group } = openWorld()
    const id = idAt(0)
    const { ActivityId } = terminate(id).Activity
    expect(terminate(id).Activity.ActivityId).toBe(ActivityId)
    expect(group().DesiredCapacity).toBe(2)
  })

  it('refuses to go below the minimum, and an instance of no group', () => {
    const { terminate, idAt } = openWorld({ spec: { min: 3 } })
    expect(() => terminate(idAt(0))).toThrow(
      expect.objectContaining({
        code: 'ValidationError',
        message: expect.stringMatching(/^Currently, desiredSize equals minSize \(3\)\./),
      }),
    )
    expect(() => terminate('i-0other')).toThrow(
      'Instance Id not found - No managed instance found for instance ID: i-0other',
    )
  })
})

describe('zone rebalancing', () => {
  /** Two zones, four instances, and the two of the second zone are taken away. */
  const uneven = async () => {
    const world = openWorld({ spec: { desired: 4, max: 4 }, zones: ['eu-west-1a', 'eu-west-1b'] })
    world.putHook()
    const inB = world.instances().filter(({ AvailabilityZone }) => AvailabilityZone === 'eu-west-1b')
    for (const { InstanceId } of inB) world.terminate(InstanceId!)
    await world.pass(TERMINATING_SECONDS)
    for (const { InstanceId } of inB) world.complete(InstanceId!)
    await world.pass(SHUTTING_DOWN_SECONDS)
    expect(zones(world)).toBe('aa')
    return world
  }

  it('launches in the sparse zone first and then terminates in the crowded one', async () => {
    const world = await uneven()
    await world.pass(REBALANCING_SECONDS)
    expect(world.states()).toEqual(['InService', 'InService', 'Pending'])
    expect(world.activities()[0]?.Cause).toMatch(/launched to aid in balancing the group's zones\.$/)
    await world.pass(BOOT)
    expect(zones(world)).toBe('ab')
    expect(world.activities()[0]?.Cause).toMatch(
      /instances were launched to balance instances in zones eu-west-1b/,
    )
    await world.pass(3_600)
    expect(zones(world)).toBe('ab')
    expect(world.group().DesiredCapacity).toBe(2)
  })

  it('launches nothing more when the instance that was to leave dies first', async () => {
    const world = await uneven()
    await world.pass(REBALANCING_SECONDS)
    const leaver = world.idAt(0)
    world.call('TerminateInstanceInAutoScalingGroup', {
      InstanceId: leaver,
      ShouldDecrementDesiredCapacity: false,
    })
    await world.pass(TERMINATING_SECONDS)
    world.complete(leaver)
    await world.pass(CAPACITY_LOOP_SECONDS + BOOT)
    expect(world.states()).toEqual(['InService', 'InService'])
    expect(zones(world)).toBe('ab')
  })

  it('leaves the zones alone while AZRebalance is suspended', async () => {
    const world = await uneven()
    suspend(world, 'AZRebalance')
    await world.pass(3_600)
    expect(zones(world)).toBe('aa')
    resume(world, 'AZRebalance')
    await world.pass(REBALANCING_SECONDS + BOOT)
    expect(zones(world)).toBe('ab')
  })
})

describe('maximum instance lifetime', () => {
  it('replaces old instances one by one in a small group', async () => {
    const world = openWorld()
    const ids = [world.idAt(0), world.idAt(1), world.idAt(2)]
    world.call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web-a', MaxInstanceLifetime: A_DAY })
    await world.pass(A_DAY - RUNNING_SINCE_SECONDS - 1)
    expect(world.states()).toEqual(['InService', 'InService', 'InService'])
    await world.pass(1)
    expect(world.states()).toEqual(['Terminating', 'InService', 'InService', 'Pending'])
    expect(world.activities()[0]?.Cause).toContain('maximum instance lifetime')
    await world.pass(3 * BOOT + GONE)
    expect(world.states()).toEqual(['InService', 'InService', 'InService'])
    expect(ids.map(world.stateOf)).toEqual([undefined, undefined, undefined])
  })
})
