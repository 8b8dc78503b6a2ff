import { describe, expect, it } from '@jest/globals'
import { defaultAssumptions } from '../../../../simulator/aws/auto-scaling/assumptions.ts'
import { CAPACITY_LOOP_SECONDS } from '../../../../simulator/aws/auto-scaling/capacity-loop.ts'
import { LEAST_INSTANCE_LIFETIME_SECONDS } from '../../../../simulator/aws/auto-scaling/instance-lifetimes.ts'
import {
  REFRESH_START_SECONDS,
  VETOED_WAIT_SECONDS,
} from '../../../../simulator/aws/auto-scaling/instance-refreshes.ts'
import { HEALTH_CHECK_SECONDS } from '../../../../simulator/aws/auto-scaling/health-checks.ts'
import { REBALANCING_SECONDS } from '../../../../simulator/aws/auto-scaling/zone-rebalancing.ts'
import { groupSpec, openWorld, type TerminationEvent } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds
const RETRY = defaultAssumptions.customPolicyRetrySeconds
const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:choose-victims'

type World = ReturnType<typeof openWorld>

const update = ({ call }: World, ...TerminationPolicies: string[]) =>
  call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web-a', TerminationPolicies })

const inService = ({ instances }: World) =>
  instances().filter(({ LifecycleState }) => LifecycleState === 'InService')

const leaving = ({ instances }: World) =>
  instances()
    .filter(({ LifecycleState }) => LifecycleState?.startsWith('Terminating'))
    .map(({ InstanceId }) => InstanceId)

const zones = (world: World) =>
  inService(world)
    .map(({ AvailabilityZone }) => AvailabilityZone?.slice(-1))
    .sort()
    .join('')

describe('a termination policy of AWS', () => {
  /** Instances of one zone, launched so many seconds apart; the oldest is an hour and fifty seconds old when they leave. */
  const grown = async (policy: string) => {
    const world = openWorld({
      zones: ['eu-west-1a'],
      spec: { desired: 1, terminationPolicies: [policy] },
    })
    for (const desired of [2, 3]) {
      world.setDesired(desired)
      await world.pass(100)
    }
    world.setDesired(2)
    await world.pass(CAPACITY_LOOP_SECONDS)
    return world.instances().map(({ LifecycleState }) => LifecycleState === 'Terminating')
  }

  it.each([
    ['OldestInstance', [true, false, false]],
    ['NewestInstance', [false, false, true]],
    ['OldestLaunchTemplate', [true, false, false]],
    // The oldest has run for an hour and some minutes, and nobody is further into a running hour.
    ['ClosestToNextInstanceHour', [true, false, false]],
    ['Default', [true, false, false]],
  ])('decides who goes: %s', async (policy, expected) => {
    expect(await grown(policy)).toEqual(expected)
  })

  it('takes the instance whose hour ends next, be it younger', async () => {
    const world = openWorld({ zones: ['eu-west-1a'], spec: { desired: 1 } })
    await world.pass(3_400)
    world.setDesired(2)
    await world.pass(3_500)
    world.setDesired(1)
    await world.pass(CAPACITY_LOOP_SECONDS)
    expect(world.states()).toEqual(['InService', 'Terminating'])
  })

  it('comes after the balance of the zones', async () => {
    const world = openWorld({ spec: { desired: 4, terminationPolicies: ['NewestInstance'] } })
    world.terminate(world.idAt(3))
    await world.pass(60)
    world.setDesired(4)
    await world.pass(60)
    expect(zones(world)).toBe('aabc')
    world.setDesired(2)
    await world.pass(CAPACITY_LOOP_SECONDS)
    expect(zones(world).includes('aa')).toBe(false)
  })

  it('is set and shown, and refused in an order that AWS does not take', () => {
    const world = openWorld()
    update(world, 'OldestInstance', 'Default')
    expect(world.group().TerminationPolicies).toEqual(['OldestInstance', 'Default'])
    expect(() => update(world, 'Default', 'OldestInstance')).toThrow('last one')
    expect(() => update(world, 'OldestInstance', FUNCTION)).toThrow('first one')
    expect(() => update(world, FUNCTION, FUNCTION)).toThrow('first one')
    expect(() => update(world, 'Cheapest')).toThrow('not a valid termination policy')
    expect(() => update(world, `${FUNCTION}:$LATEST`)).toThrow('$LATEST')
    expect(() => update(world, `${FUNCTION}:prod`)).toThrow('does not model')
    update(world, FUNCTION, 'OldestInstance')
    expect(world.group().TerminationPolicies).toEqual([FUNCTION, 'OldestInstance'])
  })
})

describe('a custom termination policy', () => {
  /** A group with the function, which remembers what it was asked and answers with what `choose` picks. */
  const custom = (
    choose: (event: TerminationEvent, world: World) => unknown,
    spec: Parameters<typeof groupSpec>[0] = {},
  ) => {
    const events: TerminationEvent[] = []
    const world: World = openWorld({
      spec: { desired: 4, terminationPolicies: [FUNCTION], ...spec },
      policy: (event) => {
        events.push(event)
        return choose(event, world)
      },
    })
    return { world, events }
  }

  const all = ({ Instances }: TerminationEvent) => ({
    InstanceIDs: Instances.map(({ InstanceId }) => InstanceId),
  })
  const none = () => ({ InstanceIDs: [] })

  it('is asked with the zones that must give, their instances and the cause', async () => {
    const { world, events } = custom(none)
    world.setDesired(2)
    await world.pass(CAPACITY_LOOP_SECONDS)
    const offered = world.instances().filter(({ AvailabilityZone }) => AvailabilityZone !== 'eu-west-1c')
    expect(events[0]).toEqual({
      AutoScalingGroupARN: world.group().AutoScalingGroupARN,
      AutoScalingGroupName: 'web-a',
      CapacityToTerminate: [
        { AvailabilityZone: 'eu-west-1a', Capacity: 1, InstanceMarketOption: 'on-demand' },
        { AvailabilityZone: 'eu-west-1b', Capacity: 1, InstanceMarketOption: 'on-demand' },
      ],
      Instances: offered.map(({ InstanceId, AvailabilityZone }) => ({
        AvailabilityZone,
        InstanceId,
        InstanceType: 'm7g.large',
        InstanceMarketOption: 'on-demand',
      })),
      Cause: 'SCALE_IN',
    })
  })

  it('is offered every zone of a group in balance', async () => {
    const { world, events } = custom(none, { desired: 3 })
    world.setDesired(2)
    await world.pass(CAPACITY_LOOP_SECONDS)
    expect(events[0]?.Instances).toHaveLength(3)
    expect(events[0]?.CapacityToTerminate).toHaveLength(1)
  })

  it('names who goes, and nobody else does', async () => {
    const { world } = custom((_event, { idAt }) => ({ InstanceIDs: [idAt(3)] }))
    const chosen = world.idAt(3)
    world.setDesired(3)
    await world.pass(CAPACITY_LOOP_SECONDS + 1)
    expect(leaving(world)).toEqual([chosen])
  })

  it('is followed by the other policies where it names more than must go', async () => {
    const { world } = custom(all, { desired: 3, terminationPolicies: [FUNCTION, 'NewestInstance'] })
    world.setDesired(4)
    await world.pass(60)
    world.setDesired(3)
    await world.pass(CAPACITY_LOOP_SECONDS + 1)
    const [newest] = world.instances().slice(-1)
    expect(leaving(world)).toEqual([newest?.InstanceId])
  })

  it.each([
    ['an empty list', none],
    ['an error or no answer in time', () => undefined],
    ['something else', () => ({ instances: ['i-1'] })],
  ])('vetoes with %s: desired stays below what there is, and it is asked again', async (_case, choose) => {
    const { world, events } = custom(choose)
    world.setDesired(2)
    await world.pass(CAPACITY_LOOP_SECONDS + 3 * RETRY + 5)
    expect(world.group().DesiredCapacity).toBe(2)
    expect(inService(world)).toHaveLength(4)
    expect(events.length).toBeGreaterThanOrEqual(3)
    expect(events.length).toBeLessThanOrEqual(5)
  })

  it('is asked no more when desired is back at what there is', async () => {
    const { world, events } = custom(none)
    world.setDesired(3)
    await world.pass(CAPACITY_LOOP_SECONDS + 1)
    world.setDesired(4)
    await world.pass(10 * RETRY)
    expect(events).toHaveLength(1)
  })

  it('is not asked again before it has answered', async () => {
    const { world, events } = custom(none)
    world.setDesired(3)
    // Asked after 5 s and vetoed half a second later, it is due again after 35.5 s; a look of its own comes just before.
    await world.pass(CAPACITY_LOOP_SECONDS + RETRY - 4.8)
    world.call('SetInstanceProtection', {
      AutoScalingGroupName: 'web-a',
      InstanceIds: [world.idAt(0)],
      ProtectedFromScaleIn: false,
    })
    await world.pass(6)
    expect(events).toHaveLength(2)
  })

  it('gives the rest later, when it names too few', async () => {
    const { world, events } = custom(({ Instances }) => ({ InstanceIDs: [Instances[0]?.InstanceId] }))
    world.setDesired(2)
    await world.pass(CAPACITY_LOOP_SECONDS + 1)
    expect(inService(world)).toHaveLength(3)
    await world.pass(RETRY + 1)
    expect(inService(world)).toHaveLength(2)
    expect(events).toHaveLength(2)
  })

  it('may name others than it was offered, but no protected, unknown or leaving one', async () => {
    const { world } = custom((_event, { idAt }) => ({ InstanceIDs: ['i-of-somebody', idAt(0), idAt(2)] }))
    world.call('SetInstanceProtection', {
      AutoScalingGroupName: 'web-a',
      InstanceIds: [world.idAt(0)],
      ProtectedFromScaleIn: true,
    })
    const unoffered = world.idAt(2)
    world.setDesired(3)
    await world.pass(CAPACITY_LOOP_SECONDS + 1)
    expect(leaving(world)).toEqual([unoffered])
  })

  it('has no say about unhealthy instances', async () => {
    const { world, events } = custom(none)
    world.ec2.terminate(world.idAt(0))
    const before = world.instances().map(({ InstanceId }) => InstanceId)
    await world.pass(HEALTH_CHECK_SECONDS + BOOT + 60)
    expect(world.newcomers(before)).toHaveLength(1)
    expect(inService(world)).toHaveLength(4)
    expect(events.filter(({ Cause }) => Cause === 'SCALE_IN')).toEqual([])
  })

  it('is asked before zones are evened out, and again when the newcomer is in service', async () => {
    const { world, events } = custom(all, { desired: 3 })
    world.call('SuspendProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses: ['AZRebalance'] })
    world.setDesired(6)
    await world.pass(60)
    const inC = inService(world).filter(({ AvailabilityZone }) => AvailabilityZone === 'eu-west-1c')
    for (const { InstanceId } of inC) world.terminate(InstanceId!)
    await world.pass(60)
    expect(zones(world)).toBe('aabb')
    world.call('ResumeProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses: ['AZRebalance'] })
    await world.pass(REBALANCING_SECONDS + BOOT + 30)
    expect(events.map(({ Cause }) => Cause)).toEqual(['REBALANCE', 'REBALANCE'])
    expect(zones(world)).toHaveLength(4)
    expect(new Set(zones(world)).size).toBe(3)
  })

  it('keeps zones uneven for as long as it names nobody, and nothing is launched for it', async () => {
    const { world, events } = custom(none, { desired: 4 })
    const inC = inService(world).filter(({ AvailabilityZone }) => AvailabilityZone === 'eu-west-1c')
    world.terminate(inC[0]!.InstanceId!)
    await world.pass(REBALANCING_SECONDS + 3 * RETRY)
    expect(world.instances()).toHaveLength(3)
    expect(events.every(({ Cause }) => Cause === 'REBALANCE')).toBe(true)
  })

  it('is asked for the instances of a refresh, which fails after an hour of vetoes', async () => {
    const { world, events } = custom(none)
    world.call('StartInstanceRefresh', { AutoScalingGroupName: 'web-a' })
    await world.pass(REFRESH_START_SECONDS + VETOED_WAIT_SECONDS - RETRY)
    const status = () =>
      world.call('DescribeInstanceRefreshes', { AutoScalingGroupName: 'web-a' }).InstanceRefreshes[0]
    expect(status()?.Status).toBe('InProgress')
    await world.pass(3 * RETRY)
    expect(status()?.Status).toBe('Failed')
    expect(inService(world)).toHaveLength(4)
    expect(events.every(({ Cause }) => Cause === 'INSTANCE_REFRESH')).toBe(true)
  })

  it('lets a refresh renew every instance that it names', async () => {
    const { world } = custom(all)
    const before = world.instances().map(({ InstanceId }) => InstanceId)
    world.call('StartInstanceRefresh', { AutoScalingGroupName: 'web-a' })
    await world.pass(1_800)
    expect(world.newcomers(before)).toHaveLength(4)
    expect(inService(world)).toHaveLength(4)
  })

  it('is asked for instances that are too old, again and again', async () => {
    let isWilling = false
    const { world, events } = custom((event) => (isWilling ? all(event) : none()))
    const before = world.instances().map(({ InstanceId }) => InstanceId)
    world.call('UpdateAutoScalingGroup', {
      AutoScalingGroupName: 'web-a',
      MaxInstanceLifetime: LEAST_INSTANCE_LIFETIME_SECONDS,
    })
    await world.pass(LEAST_INSTANCE_LIFETIME_SECONDS)
    expect(world.newcomers(before)).toEqual([])
    expect(events.length).toBeGreaterThan(2)
    expect(events.every(({ Cause }) => Cause === 'MAX_INSTANCE_LIFETIME')).toBe(true)
    isWilling = true
    await world.pass(1_800)
    expect(world.newcomers(before)).toHaveLength(4)
  })

  it('blocks scale-in for as long as its function does not answer, and no longer than it is named', async () => {
    const { world } = custom(() => undefined)
    world.setDesired(2)
    await world.pass(86_400)
    expect(inService(world)).toHaveLength(4)
    update(world, 'Default')
    await world.pass(RETRY + 60)
    expect(inService(world)).toHaveLength(2)
  })
})
