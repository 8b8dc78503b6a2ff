import { describe, expect, it } from '@jest/globals'
import { CAPACITY_LOOP_SECONDS } from '../../../../simulator/aws/auto-scaling/capacity-loop.ts'
import { HEALTH_CHECK_SECONDS } from '../../../../simulator/aws/auto-scaling/health-checks.ts'
import { REBALANCING_SECONDS } from '../../../../simulator/aws/auto-scaling/zone-rebalancing.ts'
import { ZonalShifts } from '../../../../simulator/aws/zonal-shift/zonal-shifts.ts'
import { call } from '../../../../simulator/world/call.ts'
import type { GroupSpec } from '../../../../simulator/world/world-spec.ts'
import { groupSpec, openWorld } from '../auto-scaling/auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds

interface Shape {
  readonly zonalShiftId: string
  readonly status: string
  readonly awayFrom: string
}

const shiftable = (spec: Partial<GroupSpec> = {}) => {
  const world = openWorld({ spec: { desired: 3, zonalShift: 'ReplaceUnhealthy', ...spec } })
  const { simulation, autoScaling } = world
  const { model } = new ZonalShifts({ simulation, resources: autoScaling.shiftable })
  const arn = world.group().AutoScalingGroupARN!
  const start = (changes: object = {}) =>
    call<Shape>(model, 'StartZonalShift', {
      resourceIdentifier: arn,
      awayFrom: 'euw1-az1',
      expiresIn: '1h',
      comment: '',
      ...changes,
    })
  const list = (input: object = {}) =>
    call<{ items: readonly Shape[] }>(model, 'ListZonalShifts', input).items.map(({ status }) => status)
  const cancel = (zonalShiftId: string) => call(model, 'CancelZonalShift', { zonalShiftId })
  const zones = () =>
    world
      .instances()
      .filter(({ LifecycleState }) => LifecycleState === 'InService')
      .map(({ AvailabilityZone }) => AvailabilityZone?.slice(-1))
      .sort()
      .join('')
  return { world, arn, start, list, cancel, zones }
}

describe('a zonal shift', () => {
  it('is listed while it lasts, and ends by its time', async () => {
    const { world, arn, start, list } = shiftable()
    start()
    expect(list({ status: 'ACTIVE', resourceIdentifier: arn })).toEqual(['ACTIVE'])
    expect(list({ status: 'ACTIVE', resourceIdentifier: 'arn:of-another' })).toEqual([])
    await world.pass(3_600)
    expect(list({ status: 'ACTIVE' })).toEqual([])
    expect(list()).toEqual(['EXPIRED'])
  })

  it('launches nowhere else than in the other zones, and evens out when it is over', async () => {
    const { world, start, cancel, zones } = shiftable()
    const { zonalShiftId } = start()
    world.setDesired(6)
    await world.pass(CAPACITY_LOOP_SECONDS + BOOT + REBALANCING_SECONDS)
    expect(zones()).toBe('abbbcc')
    cancel(zonalShiftId)
    await world.pass(REBALANCING_SECONDS + BOOT + 60)
    expect(zones()).toBe('aabbcc')
  })

  it.each([
    ['ReplaceUnhealthy', 1],
    ['IgnoreUnhealthy', 0],
  ] as const)(
    'treats unhealthy instances of the zone as the group says: %s',
    async (zonalShift, replaced) => {
      const { world, start, cancel } = shiftable({ zonalShift })
      const { zonalShiftId } = start()
      const before = world.instances().map(({ InstanceId }) => InstanceId)
      const inA = world.instances().find(({ AvailabilityZone }) => AvailabilityZone === 'eu-west-1a')
      world.ec2.terminate(inA!.InstanceId!)
      await world.pass(HEALTH_CHECK_SECONDS + BOOT + 60)
      expect(world.newcomers(before)).toHaveLength(replaced)
      cancel(zonalShiftId)
      await world.pass(HEALTH_CHECK_SECONDS + BOOT + 60)
      expect(world.newcomers(before).length).toBeGreaterThanOrEqual(1)
    },
  )

  it('lets policies scale out and not in', async () => {
    const { world, start } = shiftable()
    for (const [PolicyName, ScalingAdjustment] of [
      ['out', 1],
      ['in', -1],
    ] as const)
      world.call('PutScalingPolicy', {
        AutoScalingGroupName: 'web-a',
        PolicyName,
        PolicyType: 'SimpleScaling',
        AdjustmentType: 'ChangeInCapacity',
        ScalingAdjustment,
      })
    const execute = (PolicyName: string) => {
      world.call('ExecutePolicy', { AutoScalingGroupName: 'web-a', PolicyName })
      return world.group().DesiredCapacity
    }
    start()
    expect(execute('in')).toBe(3)
    expect(execute('out')).toBe(4)
    await world.pass(3_600)
    expect(execute('in')).toBe(3)
  })

  it('is refused for a group that does not allow it, a strange zone, a second time and a time out of bounds', () => {
    const { world, start } = shiftable()
    expect(world.group().AvailabilityZoneImpairmentPolicy).toEqual({
      ZonalShiftEnabled: true,
      ImpairedZoneHealthCheckBehavior: 'ReplaceUnhealthy',
    })
    expect(() => start({ awayFrom: 'euw1-az9' })).toThrow('not in the zone')
    expect(() => start({ expiresIn: '73h' })).toThrow('expiresIn')
    start()
    expect(() => start()).toThrow('active zonal shift')
    const { zonalShift: _none, ...plain } = groupSpec()
    const closed = openWorld({ spec: plain })
    const { model } = new ZonalShifts({
      simulation: closed.simulation,
      resources: closed.autoScaling.shiftable,
    })
    const resourceIdentifier = closed.group().AutoScalingGroupARN
    expect(() =>
      call(model, 'StartZonalShift', {
        resourceIdentifier,
        awayFrom: 'euw1-az1',
        expiresIn: '1h',
        comment: '',
      }),
    ).toThrow('not a managed resource')
  })
})
