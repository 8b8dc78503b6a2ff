import { describe, expect, it } from '@jest/globals'
import { allocationRank } from '../../../../simulator/aws/auto-scaling/machine-types.ts'
import type { GroupSpec } from '../../../../simulator/world/world-spec.ts'
import { groupSpec, openWorld } from './auto-scaling-world.ts'

const otherTypes = [{ instanceType: 'm7g.xlarge', cpu: 4_096, memory: 15_300 }]

const mixed = (spec: Partial<GroupSpec> = {}) =>
  openWorld({ zones: ['eu-west-1a'], spec: { desired: 12, max: 20, otherTypes, ...spec } })

describe('a group of several instance types', () => {
  it('launches any of them, each machine with what its type has', () => {
    const { instances, ec2 } = mixed()
    const types = instances().map(({ InstanceType }) => InstanceType)
    expect(new Set(types)).toEqual(new Set(['m7g.large', 'm7g.xlarge']))
    for (const { InstanceId, InstanceType } of instances())
      expect(ec2.find(InstanceId!)).toMatchObject({
        instanceType: InstanceType,
        cpu: InstanceType === 'm7g.large' ? 2_048 : 4_096,
      })
  })

  it('launches the preferred one where it goes by priorities', () => {
    const world = mixed({ allocationStrategy: 'prioritized' })
    expect(new Set(world.instances().map(({ InstanceType }) => InstanceType))).toEqual(new Set(['m7g.large']))
  })

  it('launches another one where EC2 lacks the first, in the same zone', async () => {
    const world = mixed({ desired: 1, allocationStrategy: 'prioritized' })
    world.ec2.limits.lack({ instanceType: 'm7g.large' })
    world.setDesired(2)
    await world.pass(60)
    expect(world.instances()[1]).toMatchObject({ InstanceType: 'm7g.xlarge', AvailabilityZone: 'eu-west-1a' })
    expect(world.activities().map(({ StatusCode }) => StatusCode)).not.toContain('Failed')
  })

  it.each([
    ['prioritized', true],
    ['lowest-price', false],
  ] as const)(
    'lets those of lesser priority go first, if it has priorities: %s',
    (allocationStrategy, isLess) => {
      const group = { spec: groupSpec({ otherTypes, allocationStrategy }) }
      const [first, second] = ['m7g.large', 'm7g.xlarge'].map((instanceType) =>
        allocationRank(group, { instanceType }),
      )
      expect(Number(second) < Number(first)).toBe(isLess)
    },
  )

  it('is described by its mixed instances policy and has no launch template beside it', () => {
    const group = mixed().group()
    expect(group.LaunchTemplate).toBeUndefined()
    expect(group.MixedInstancesPolicy).toMatchObject({
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateName: 'web-a', Version: '1' },
        Overrides: [{ InstanceType: 'm7g.large' }, { InstanceType: 'm7g.xlarge' }],
      },
      InstancesDistribution: { OnDemandAllocationStrategy: 'lowest-price' },
    })
  })

  it('has the same machines for the same seed', () => {
    const typesOf = () =>
      mixed()
        .instances()
        .map(({ InstanceType }) => InstanceType)
    expect(typesOf()).toEqual(typesOf())
  })
})
