import { describe, expect, it } from '@jest/globals'

import type { PlacementStrategySpec } from '../../../../simulator/world/world-spec.ts'
import { EcsWorld, service } from './ecs-world.ts'

const byZone = { type: 'spread', field: 'attribute:ecs.availability-zone' } as const
const packed = { type: 'binpack', field: 'memory' } as const

/** Tasks on each instance once the service has shrunk. Each has room for 16; the big one takes what 15 would. */
const left = async (
  placementStrategy: readonly PlacementStrategySpec[],
  { desired, then, zones }: { desired: number; then: number; zones: readonly string[] },
): Promise<readonly number[]> => {
  const world = new EcsWorld()
  const ids = zones.map((zone, index) => {
    world.join(`i-${index}`, zone)
    return `i-${index}`
  })
  world.settle({ services: [service({ desired, placementStrategy })] })
  world.call('UpdateService', { service: 'web', desiredCount: then })
  await world.pass(120)
  return ids.map((id) => world.ecs.tasksOn(id).length)
}

describe('scale-in of a service', () => {
  it('keeps zones in balance with spread', async () => {
    const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']
    expect(await left([byZone], { desired: 9, then: 6, zones })).toEqual([2, 2, 2])
  })

  it('empties the instance that has least on it with binpack', async () => {
    const zones = ['eu-west-1a', 'eu-west-1a']
    expect(await left([packed], { desired: 20, then: 17, zones })).toEqual([16, 1])
    expect(await left([packed], { desired: 20, then: 16, zones })).toEqual([16, 0])
  })

  it('keeps to the first rule of a strategy, and to the second where the first is content', async () => {
    const zones = ['eu-west-1a', 'eu-west-1a', 'eu-west-1b', 'eu-west-1b']
    // Twenty tasks in each zone: sixteen and four. Half of the six that go is from each.
    expect(await left([byZone, packed], { desired: 40, then: 34, zones })).toEqual([16, 1, 16, 1])
  })

  it('takes from the instance with most tasks where a service has no strategy', async () => {
    const zones = ['eu-west-1a', 'eu-west-1a']
    const [one = 0, two = 0] = await left([], { desired: 20, then: 8, zones })
    expect(Math.abs(one - two)).toBeLessThanOrEqual(1)
  })
})
