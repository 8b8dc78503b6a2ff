import { describe, expect, it } from '@jest/globals'
import { CAPACITY_LOOP_SECONDS } from '../../../../simulator/aws/auto-scaling/capacity-loop.ts'
import { groupSpec, openWorld, ZONES } from './auto-scaling-world.ts'

type World = ReturnType<typeof openWorld>

const allPages = <Item>(
  { call }: World,
  operation: string,
  input: object,
  itemsOf: (answer: ReturnType<World['call']>) => Item[],
) => {
  const sizes: number[] = []
  const items: Item[] = []
  let token: string | undefined
  do {
    const answer = call(operation, { ...input, NextToken: token })
    sizes.push(itemsOf(answer).length)
    items.push(...itemsOf(answer))
    token = answer.NextToken
  } while (token !== undefined)
  return { sizes, items }
}

const withGroups = (count: number) => {
  const world = openWorld()
  for (let index = 1; index < count; index += 1)
    world.autoScaling.createRunningGroup(groupSpec({ name: `web-${index}`, desired: 1 }), ZONES)
  return world
}

describe('describing groups', () => {
  it('gives 50 groups a page, and 100 at most', () => {
    const world = withGroups(120)
    const names = (answer: ReturnType<World['call']>) =>
      answer.AutoScalingGroups.map(({ AutoScalingGroupName }) => AutoScalingGroupName)
    const byDefault = allPages(world, 'DescribeAutoScalingGroups', {}, names)
    expect(byDefault.sizes).toEqual([50, 50, 20])
    expect(new Set(byDefault.items).size).toBe(120)
    expect(allPages(world, 'DescribeAutoScalingGroups', { MaxRecords: 100 }, names).sizes).toEqual([100, 20])
    expect(() => world.call('DescribeAutoScalingGroups', { MaxRecords: 101 })).toThrow('MaxRecords')
  })

  it('leaves out names that it does not know', () => {
    const { call } = openWorld()
    const { AutoScalingGroups } = call('DescribeAutoScalingGroups', {
      AutoScalingGroupNames: ['web-z', 'web-a'],
    })
    expect(AutoScalingGroups.map(({ AutoScalingGroupName }) => AutoScalingGroupName)).toEqual(['web-a'])
  })

  it('refuses a token that it never gave', () => {
    const { call } = openWorld()
    expect(() => call('DescribeAutoScalingGroups', { NextToken: 'nonsense' })).toThrow(
      expect.objectContaining({ code: 'InvalidNextToken' }),
    )
  })

  it('hands out copies, which change nothing in the group', () => {
    const { group } = openWorld()
    group().AvailabilityZones?.pop()
    group().Instances?.pop()
    expect(group().AvailabilityZones).toHaveLength(3)
    expect(group().Instances).toHaveLength(3)
  })
})

describe('describing instances', () => {
  it('gives 50 instances a page', () => {
    const world = openWorld({ spec: { desired: 120, max: 120 } })
    const ids = (answer: ReturnType<World['call']>) =>
      answer.AutoScalingInstances.map(({ InstanceId }) => InstanceId)
    const { sizes, items } = allPages(world, 'DescribeAutoScalingInstances', {}, ids)
    expect(sizes).toEqual([50, 50, 20])
    expect(new Set(items).size).toBe(120)
  })

  it('leaves out ids that it does not know, and takes 50 ids at most', () => {
    const { call, idAt } = openWorld()
    const id = idAt(1)
    expect(
      call('DescribeAutoScalingInstances', { InstanceIds: ['i-0other', id] }).AutoScalingInstances,
    ).toEqual([
      {
        InstanceId: id,
        InstanceType: 'm7g.large',
        AutoScalingGroupName: 'web-a',
        AvailabilityZone: 'eu-west-1b',
        LifecycleState: 'InService',
        HealthStatus: 'HEALTHY',
        LaunchTemplate: { LaunchTemplateName: 'web-a', Version: '1' },
        ProtectedFromScaleIn: false,
      },
    ])
    const tooMany = Array.from({ length: 51 }, (_, index) => `i-${index}`)
    expect(() => call('DescribeAutoScalingInstances', { InstanceIds: tooMany })).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    )
  })

  it('repeats and skips none when instances leave between two pages, the last one shown among them', async () => {
    const { call, terminate, pass } = openWorld({ spec: { desired: 5 } })
    const idsOf = (answer: ReturnType<World['call']>) =>
      answer.AutoScalingInstances.map(({ InstanceId }) => InstanceId)
    const all = idsOf(call('DescribeAutoScalingInstances', {}))
    const first = call('DescribeAutoScalingInstances', { MaxRecords: 2 })
    for (const id of idsOf(first)) terminate(id!)
    await pass(40)
    expect(idsOf(call('DescribeAutoScalingInstances', { NextToken: first.NextToken }))).toEqual(all.slice(2))
  })
})

describe('describing scaling activities', () => {
  it('gives the newest first, 100 a page, and none twice while others are added', async () => {
    const world = openWorld({ spec: { desired: 100, max: 250 } })
    const first = world.call('DescribeScalingActivities', { AutoScalingGroupName: 'web-a' })
    expect(first.Activities).toHaveLength(100)
    expect(first.NextToken).toBeUndefined()
    world.setDesired(220)
    await world.pass(CAPACITY_LOOP_SECONDS)
    const page = world.call('DescribeScalingActivities', { AutoScalingGroupName: 'web-a' })
    expect(page.Activities[0]?.StatusCode).toBe('PreInService')
    world.setDesired(230)
    await world.pass(CAPACITY_LOOP_SECONDS)
    const next = world.call('DescribeScalingActivities', {
      AutoScalingGroupName: 'web-a',
      NextToken: page.NextToken,
    })
    const ids = [...page.Activities, ...next.Activities].map(({ ActivityId }) => ActivityId)
    expect(new Set(ids).size).toBe(200)
  })

  it('finds activities by id and knows only its own groups', () => {
    const { call, activities } = openWorld()
    const { ActivityId } = activities()[1]!
    expect(call('DescribeScalingActivities', { ActivityIds: [ActivityId] }).Activities).toHaveLength(1)
    expect(() => call('DescribeScalingActivities', { AutoScalingGroupName: 'web-z' })).toThrow(
      /^AutoScalingGroup name not found/,
    )
  })
})

describe('what is not modelled', () => {
  it.each([
    ['DescribeAutoScalingGroups', { Filters: [] }, 'Filters'],
    ['UpdateAutoScalingGroup', { DefaultCooldown: 60 }, 'DefaultCooldown'],
    ['SetDesiredCapacity', { DesiredCapacity: 2, HonorCooldown: true }, 'HonorCooldown'],
    ['TerminateInstanceInAutoScalingGroup', { InstanceIds: ['i-0'] }, 'InstanceIds'],
  ])('is refused by name: %s with %j', (operation, input, named) => {
    const { call } = openWorld()
    expect(() => call(operation, { AutoScalingGroupName: 'web-a', ...input })).toThrow(
      expect.objectContaining({ code: 'NotModelled', message: expect.stringContaining(named) }),
    )
  })
})
