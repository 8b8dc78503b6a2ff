import { describe, expect, it } from '@jest/globals'
import { HEALTH_CHECK_SECONDS } from '../../../../simulator/aws/auto-scaling/health-checks.ts'
import { TERMINATING_SECONDS } from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { INTERRUPTION_NOTICE_SECONDS } from '../../../../simulator/aws/ec2/machine-notices.ts'
import { groupSpec, openWorld } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds

const spotWorld = (options: Parameters<typeof openWorld>[0] = {}) => {
  const world = openWorld({ ...options, spec: { market: 'spot', ...options.spec } })
  world.putHook()
  const before = world.instances().map(({ InstanceId }) => InstanceId)
  return { ...world, id: world.idAt(0), newcomers: () => world.newcomers(before) }
}

describe('a Spot interruption notice', () => {
  it('starts the hook and the replacement at once, and the machine goes whatever the hook says', async () => {
    const { id, ec2, pass, stateOf, newcomers, activities } = spotWorld()
    ec2.notices.interruptSpot(id)
    expect(newcomers().map(stateOf)).toEqual(['Pending'])
    expect(activities()[1]?.Cause).toMatch(/in response to an EC2 Spot interruption notice/)
    await pass(TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
    await pass(INTERRUPTION_NOTICE_SECONDS - TERMINATING_SECONDS - 1)
    expect(ec2.find(id)?.state).toBe('running')
    await pass(1)
    expect(ec2.find(id)?.state).toBe('shutting-down')
    expect(stateOf(id)).toBe('Terminating:Wait')
  })

  it('waits for the failed health check where that is assumed of groups without Capacity Rebalancing', async () => {
    const assumptions = { spotNoticeWithoutRebalancing: 'waits-for-health-check' } as const
    const { id, ec2, pass, stateOf } = spotWorld({ assumptions })
    ec2.notices.interruptSpot(id)
    await pass(INTERRUPTION_NOTICE_SECONDS + HEALTH_CHECK_SECONDS - 1)
    expect(stateOf(id)).toBe('InService')
    await pass(1)
    expect(stateOf(id)).toBe('Terminating')

    const rebalancing = spotWorld({ assumptions, spec: { capacityRebalance: true } })
    rebalancing.ec2.notices.interruptSpot(rebalancing.id)
    expect(rebalancing.stateOf(rebalancing.id)).toBe('Terminating')
  })

  it('launches no second replacement for an instance that is being rebalanced', async () => {
    const { id, ec2, stateOf, newcomers, pass, states } = spotWorld({ spec: { capacityRebalance: true } })
    ec2.notices.recommendRebalance(id)
    ec2.notices.interruptSpot(id)
    expect(stateOf(id)).toBe('Terminating')
    expect(newcomers()).toHaveLength(1)
    await pass(10 * BOOT)
    expect(states().filter((state) => state === 'InService')).toHaveLength(3)
  })

  it('finds nothing to do when the group may not terminate', () => {
    const { id, ec2, call, stateOf } = spotWorld()
    call('SuspendProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses: ['Terminate'] })
    ec2.notices.interruptSpot(id)
    expect(stateOf(id)).toBe('InService')
  })
})

describe('a rebalance recommendation', () => {
  it('has the replacement launched first where Capacity Rebalancing is on', async () => {
    const { id, ec2, pass, stateOf, newcomers, group } = spotWorld({ spec: { capacityRebalance: true } })
    expect(group().CapacityRebalance).toBe(true)
    ec2.notices.recommendRebalance(id)
    ec2.notices.recommendRebalance(id)
    expect(newcomers().map(stateOf)).toEqual(['Pending'])
    await pass(BOOT - 1)
    expect(stateOf(id)).toBe('InService')
    await pass(1)
    expect(stateOf(id)).toBe('Terminating')
    expect(newcomers().map(stateOf)).toEqual(['InService'])
  })

  it('changes nothing in a group without Capacity Rebalancing', async () => {
    const { id, ec2, pass, stateOf, newcomers } = spotWorld()
    ec2.notices.recommendRebalance(id)
    await pass(600)
    expect(stateOf(id)).toBe('InService')
    expect(newcomers()).toEqual([])
  })
})

describe('a scheduled event', () => {
  const retirement = (instanceIds: readonly string[]) =>
    ({
      instanceIds,
      startsInSeconds: 3_600,
      ends: 'stopped',
      entityForm: 'arn',
      entitiesPerPage: 10,
    }) as const

  it('leads to a replacement when its time has come and the machine has stopped', async () => {
    const { idAt, ec2, pass, stateOf } = openWorld()
    const id = idAt(0)
    ec2.notices.scheduleRetirement(retirement([id]))
    await pass(3_600 + HEALTH_CHECK_SECONDS - 1)
    expect(stateOf(id)).toBe('InService')
    await pass(1)
    expect(stateOf(id)).toBe('Terminating')
  })

  it('leads to a replacement while the machine still runs where that is assumed', async () => {
    const { idAt, ec2, pass, stateOf, putHook, activities } = openWorld({
      assumptions: { scheduledEventReplacement: 'when-announced' },
    })
    putHook()
    const id = idAt(0)
    ec2.notices.scheduleRetirement(retirement([id]))
    await pass(HEALTH_CHECK_SECONDS + TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
    expect(ec2.find(id)?.state).toBe('running')
    expect(activities()[1]?.Cause).toMatch(/has a scheduled event/)
  })
})

describe('a Capacity Reservation that is taken back', () => {
  it('is noticed by Auto Scaling only when the machine is gone', async () => {
    const { idAt, ec2, pass, stateOf } = openWorld()
    const id = idAt(0)
    ec2.notices.reclaimCapacity([id], 'interruptible')
    await pass(INTERRUPTION_NOTICE_SECONDS + HEALTH_CHECK_SECONDS - 1)
    expect(stateOf(id)).toBe('InService')
    await pass(1)
    expect(stateOf(id)).toBe('Terminating')
  })
})
