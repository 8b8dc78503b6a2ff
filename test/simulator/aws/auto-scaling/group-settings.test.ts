import { describe, expect, it } from '@jest/globals'
import { CAPACITY_LOOP_SECONDS } from '../../../../simulator/aws/auto-scaling/capacity-loop.ts'
import { REFRESH_START_SECONDS } from '../../../../simulator/aws/auto-scaling/instance-refreshes.ts'
import { groupSpec, openWorld, ZONES } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds
const LAUNCH_FIRST = { minHealthyPercentage: 100, maxHealthyPercentage: 120 }

describe('what a group was set to', () => {
  it('shows suspended processes, tags and protection in its description', () => {
    const { group } = openWorld({
      spec: {
        suspendedProcesses: ['AZRebalance'],
        tags: { owner: 'platform' },
        newInstancesProtectedFromScaleIn: true,
      },
    })
    expect(group()).toMatchObject({
      SuspendedProcesses: [{ ProcessName: 'AZRebalance' }],
      NewInstancesProtectedFromScaleIn: true,
      Tags: [
        {
          ResourceId: 'web-a',
          ResourceType: 'auto-scaling-group',
          Key: 'owner',
          Value: 'platform',
          PropagateAtLaunch: true,
        },
      ],
    })
  })

  it('gives its tags to what it launches', () => {
    const { ec2, idAt } = openWorld({ spec: { tags: { owner: 'platform' } } })
    expect(ec2.find(idAt(0))?.tags).toEqual({ owner: 'platform' })
  })

  it('protects instances from their first moment in service', async () => {
    const { instances, setDesired, pass } = openWorld({ spec: { newInstancesProtectedFromScaleIn: true } })
    setDesired(4)
    await pass(CAPACITY_LOOP_SECONDS + BOOT)
    expect(instances().map(({ ProtectedFromScaleIn }) => ProtectedFromScaleIn)).toEqual([
      true,
      true,
      true,
      true,
    ])
    setDesired(1)
    await pass(60)
    expect(instances()).toHaveLength(4)
  })

  it('shows a Spot market in EC2', () => {
    const { ec2, idAt } = openWorld({ spec: { market: 'spot' } })
    expect(ec2.find(idAt(0))?.market).toBe('spot')
  })
})

describe('DescribePolicies', () => {
  const world = () => {
    const opened = openWorld({
      spec: {
        scalingPolicies: [
          { name: 'one-more', policyType: 'SimpleScaling' },
          { name: 'half-load', policyType: 'TargetTrackingScaling' },
        ],
      },
    })
    opened.autoScaling.createRunningGroup(groupSpec({ name: 'web-b' }), ZONES)
    return opened
  }

  it('tells the types of the policies of a group', () => {
    const { ScalingPolicies } = world().call('DescribePolicies', { AutoScalingGroupName: 'web-a' })
    expect(ScalingPolicies.map(({ PolicyName, PolicyType }) => [PolicyName, PolicyType])).toEqual([
      ['one-more', 'SimpleScaling'],
      ['half-load', 'TargetTrackingScaling'],
    ])
  })

  it('filters by type and name, and gives pages', () => {
    const { call } = world()
    expect(call('DescribePolicies', { PolicyTypes: ['SimpleScaling'] }).ScalingPolicies).toHaveLength(1)
    expect(call('DescribePolicies', { PolicyNames: ['half-load'] }).ScalingPolicies).toHaveLength(1)
    const first = call('DescribePolicies', { MaxRecords: 1 })
    const second = call('DescribePolicies', { MaxRecords: 1, NextToken: first.NextToken })
    expect(second.ScalingPolicies[0]?.PolicyName).toBe('half-load')
    expect(second.NextToken).toBeUndefined()
    expect(call('DescribePolicies', { AutoScalingGroupName: 'web-b' }).ScalingPolicies).toEqual([])
  })
})

describe('a tag of a group', () => {
  const tag = (Key: string, Value?: string) => ({
    ResourceId: 'web-a',
    ResourceType: 'auto-scaling-group',
    Key,
    ...(Value !== undefined && { Value }),
  })

  it('is made, changed and deleted, and shown with the group', () => {
    const { call, group } = openWorld({ spec: { tags: { owner: 'platform' } } })
    call('CreateOrUpdateTags', { Tags: [tag('owner', 'shop'), tag('scaler', 'ebbtide')] })
    expect(group().Tags).toEqual([
      { ...tag('owner', 'shop'), PropagateAtLaunch: false },
      { ...tag('scaler', 'ebbtide'), PropagateAtLaunch: false },
    ])
    call('DeleteTags', { Tags: [tag('owner'), tag('scaler', 'somebody else'), tag('absent')] })
    expect(group().Tags).toMatchObject([{ Key: 'scaler' }])
  })

  it('is refused where it is too long, too many, or of no group', () => {
    const { call } = openWorld()
    const put = (...Tags: object[]) => call('CreateOrUpdateTags', { Tags })
    expect(() => put(tag('k', 'x'.repeat(257)))).toThrow('Value length')
    expect(() => put({ ...tag('k'), ResourceId: 'absent' })).toThrow('not found')
    put(...Array.from({ length: 50 }, (_none, index) => tag(`key-${index}`)))
    expect(() => put(tag('one more'))).toThrow('50 tags')
  })
})

describe('DescribeTags', () => {
  it.each([
    [[{ Name: 'auto-scaling-group', Values: ['web-a'] }], ['owner', 'stage']],
    [[{ Name: 'key', Values: ['stage'] }], ['stage']],
    [[{ Name: 'value', Values: ['platform', 'shop'] }], ['owner', 'owner']],
    [
      [
        { Name: 'key', Values: ['owner'] },
        { Name: 'auto-scaling-group', Values: ['web-b'] },
      ],
      ['owner'],
    ],
  ])('filters tags: %j', (Filters, keys) => {
    const { autoScaling, call } = openWorld({ spec: { tags: { owner: 'platform', stage: 'prod' } } })
    autoScaling.createRunningGroup(groupSpec({ name: 'web-b', tags: { owner: 'shop' } }), ZONES)
    expect(call('DescribeTags', { Filters }).Tags.map(({ Key }) => Key)).toEqual(keys)
  })

  it('refuses a filter that is not modelled', () => {
    const { call } = openWorld()
    expect(() =>
      call('DescribeTags', { Filters: [{ Name: 'propagate-at-launch', Values: ['true'] }] }),
    ).toThrow(expect.objectContaining({ code: 'NotModelled' }))
  })
})

describe('an instance maintenance policy', () => {
  it('sets the bounds of an instance refresh that brings none of its own', async () => {
    const { call, pass, states } = openWorld({
      spec: { desired: 10, max: 20, instanceMaintenancePolicy: LAUNCH_FIRST },
    })
    call('StartInstanceRefresh', { AutoScalingGroupName: 'web-a' })
    await pass(REFRESH_START_SECONDS)
    expect(states().filter((state) => state === 'Pending')).toHaveLength(2)
    expect(states().filter((state) => state === 'InService')).toHaveLength(10)
  })

  it('has instances that are too old replaced in its order', async () => {
    const { pass, states, instances } = openWorld({
      spec: { maxInstanceLifetimeSeconds: 86_400, instanceMaintenancePolicy: LAUNCH_FIRST },
    })
    const before = instances().map(({ InstanceId }) => InstanceId)
    await pass(86_400 - 3_600)
    expect(states()).toEqual(['InService', 'InService', 'InService', 'Pending'])
    await pass(10 * BOOT)
    expect(states()).toEqual(['InService', 'InService', 'InService'])
    expect(instances().filter(({ InstanceId }) => before.includes(InstanceId))).toEqual([])
  })

  it('is shown, changed and cleared', () => {
    const { call, group } = openWorld({ spec: { instanceMaintenancePolicy: LAUNCH_FIRST } })
    const update = (InstanceMaintenancePolicy: object) =>
      call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web-a', InstanceMaintenancePolicy })
    expect(group().InstanceMaintenancePolicy).toEqual({
      MinHealthyPercentage: 100,
      MaxHealthyPercentage: 120,
    })
    expect(() => update({ MinHealthyPercentage: 50, MaxHealthyPercentage: 200 })).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    )
    update({ MinHealthyPercentage: -1, MaxHealthyPercentage: -1 })
    expect(group().InstanceMaintenancePolicy).toBeUndefined()
  })
})
