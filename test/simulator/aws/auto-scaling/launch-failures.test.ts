import { describe, expect, it } from '@jest/globals'
import { openWorld, ZONES } from './auto-scaling-world.ts'

const zonesOf = (world: ReturnType<typeof openWorld>) =>
  world
    .instances()
    .filter(({ LifecycleState }) => LifecycleState === 'InService')
    .map(({ AvailabilityZone }) => AvailabilityZone)
    .toSorted()

/** Activities of launches that EC2 refused, oldest first. */
const failuresOf = (world: ReturnType<typeof openWorld>) =>
  world
    .activities()
    .filter(({ StatusCode }) => StatusCode === 'Failed')
    .toReversed()

describe('a zone without capacity', () => {
  it('leaves a failed activity and its event behind, and the instance goes to another zone', async () => {
    const world = openWorld()
    world.ec2.limits.lack({ availabilityZone: 'eu-west-1a' })
    world.setDesired(4)
    await world.pass(120)
    expect(zonesOf(world)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1b', 'eu-west-1c'])
    const [failure] = failuresOf(world)
    expect(failure).toMatchObject({
      Description: expect.stringMatching(
        /^Launching a new EC2 instance\. {2}Status Reason: We currently do not have sufficient m7g\.large capacity in the Availability Zone you requested \(eu-west-1a\)\..* Launching EC2 instance failed\.$/,
      ),
      Details: '{"Availability Zone":"eu-west-1a"}',
      Progress: 100,
    })
    const event = world.events.find(({ detailType }) => detailType === 'EC2 Instance Launch Unsuccessful')
    expect(event?.detail).toMatchObject({ StatusCode: 'Failed', EC2InstanceId: '', Origin: 'EC2' })
  })

  it('is filled up again some time after it has capacity', async () => {
    const world = openWorld({ spec: { desired: 6, max: 8 } })
    const end = world.ec2.limits.lack({ availabilityZone: 'eu-west-1a' })
    for (const { InstanceId, AvailabilityZone } of world.instances())
      if (AvailabilityZone === 'eu-west-1a')
        world.call('TerminateInstanceInAutoScalingGroup', {
          InstanceId,
          ShouldDecrementDesiredCapacity: false,
        })
    await world.pass(300)
    expect(new Set(zonesOf(world))).toEqual(new Set(['eu-west-1b', 'eu-west-1c']))
    const uneven = world.instances().map(({ InstanceId }) => InstanceId)
    expect(uneven).toHaveLength(6)
    // Evening out is tried meanwhile, and nothing is launched elsewhere for it.
    await world.pass(3_600)
    expect(world.newcomers(uneven)).toEqual([])
    end()
    await world.pass(3_600)
    expect(zonesOf(world)).toEqual(ZONES.flatMap((zone) => [zone, zone]))
  })
})

describe('a region without capacity', () => {
  it('is asked again, ever more rarely, until it has some', async () => {
    const world = openWorld()
    const end = world.ec2.limits.lack({ instanceType: 'm7g.large' })
    world.setDesired(5)
    await world.pass(600)
    const times = failuresOf(world)
      .filter(({ Details }) => Details?.includes('eu-west-1a'))
      .map(({ StartTime }) => StartTime?.getTime() ?? 0)
    const gaps = times.slice(1).map((time, index) => Math.round((time - times[index]!) / 1_000))
    expect(gaps).toEqual([65, 125, 245])
    end()
    await world.pass(900)
    expect(world.states()).toEqual(Array.from({ length: 5 }, () => 'InService'))
  })

  it('gives other instance types as before', async () => {
    const world = openWorld()
    world.ec2.limits.lack({ instanceType: 'c7g.large' })
    world.setDesired(4)
    await world.pass(120)
    expect(world.states()).toHaveLength(4)
    expect(failuresOf(world)).toEqual([])
  })

  it('keeps the old instance until its replacement can be launched', async () => {
    const world = openWorld({
      spec: { instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 110 } },
    })
    const end = world.ec2.limits.lack({})
    world.call('StartInstanceRefresh', { AutoScalingGroupName: 'web-a' })
    const old = world.instances().map(({ InstanceId }) => InstanceId)
    await world.pass(600)
    expect(world.states()).toEqual(['InService', 'InService', 'InService'])
    end()
    await world.pass(3_600)
    expect(
      world.call('DescribeInstanceRefreshes', { AutoScalingGroupName: 'web-a' }).InstanceRefreshes[0]?.Status,
    ).toBe('Successful')
    expect(world.newcomers(old)).toHaveLength(3)
    expect(world.states()).toEqual(['InService', 'InService', 'InService'])
  })

  it('leaves a warm pool as it is until it has capacity', async () => {
    const world = openWorld()
    const end = world.ec2.limits.lack({})
    const poolSize = () => world.call('DescribeWarmPool', { AutoScalingGroupName: 'web-a' }).Instances.length
    world.call('PutWarmPool', { AutoScalingGroupName: 'web-a', MinSize: 2, MaxGroupPreparedCapacity: 5 })
    await world.pass(120)
    expect(poolSize()).toBe(0)
    end()
    await world.pass(900)
    expect(poolSize()).toBe(2)
  })
})

describe('the limit on vCPUs', () => {
  it('lets launches fail in every zone alike, and counts machines that run', async () => {
    const world = openWorld()
    world.ec2.limits.setVcpuLimit(8)
    world.setDesired(6)
    await world.pass(60)
    // Three machines of two vCPUs run, and a fourth fits.
    expect(world.instances()).toHaveLength(4)
    expect(failuresOf(world)).toHaveLength(1)
    expect(failuresOf(world)[0]?.StatusMessage).toContain('your current vCPU limit of 8 allows')
    world.ec2.limits.setVcpuLimit(Infinity)
    await world.pass(600)
    expect(world.instances()).toHaveLength(6)
  })
})

describe('the time that a boot takes', () => {
  it('differs from machine to machine where the group says so, and is the same for the same seed', async () => {
    const bootTimes = async () => {
      const world = openWorld({ spec: { desired: 0, min: 0, bootSpreadSeconds: 60 } })
      const times: number[] = []
      const began = world.simulation.now()
      world.ec2.onStateChange(({ state }) => {
        if (state === 'running') times.push((world.simulation.now() - began) / 1_000 - 5)
      })
      world.setDesired(6)
      await world.pass(300)
      return times
    }
    const times = await bootTimes()
    expect(new Set(times).size).toBe(6)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(40)
    expect(Math.max(...times)).toBeLessThanOrEqual(100)
    expect(await bootTimes()).toEqual(times)
  })
})
