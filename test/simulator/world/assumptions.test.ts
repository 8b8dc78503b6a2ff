import { describe, expect, it } from '@jest/globals'

import { switches } from '../../../simulator/world/assumptions.ts'
import { call } from '../../../simulator/world/call.ts'
import { createWorld, type World } from '../../../simulator/world/world.ts'
import { worldSpecOf } from '../../../simulator/scenario/scenario.ts'
import { asPerson, GROUP, HOOK, oldest, smallCluster } from '../../scenarios/small-cluster.ts'

const worldWith = (assumptions: object): World =>
  createWorld(worldSpecOf(smallCluster({ assumptions, services: [] })), 7)

const drainTwice = (world: World): void => {
  const arn = world.ecs.containerInstanceOn(oldest(world))?.containerInstanceArn
  const input = { containerInstances: [arn], status: 'DRAINING' }
  asPerson(world, 'UpdateContainerInstancesState', input)
  asPerson(world, 'UpdateContainerInstancesState', input)
}

/** When a hook of an hour ends that is cut to a minute while it holds an instance. */
const endOfHook = async ({ autoScaling, simulation }: World): Promise<number> => {
  const hook = { AutoScalingGroupName: GROUP, LifecycleHookName: HOOK }
  const transition = { LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' }
  const put = (HeartbeatTimeout: number) =>
    call(autoScaling.model, 'PutLifecycleHook', { ...hook, ...transition, HeartbeatTimeout })
  const ends: number[] = []
  autoScaling.onActionEnded(({ startedAt, endedAt }) => ends.push((endedAt - startedAt) / 1_000))
  put(3_600)
  call(autoScaling.model, 'SetDesiredCapacity', { AutoScalingGroupName: GROUP, DesiredCapacity: 2 })
  simulation.after(30_000, () => put(60))
  await simulation.runUntil(simulation.now() + 3_700_000)
  return ends[0] ?? Infinity
}

describe('a world of which something is assumed', () => {
  it('has an ECS that does so', () => {
    drainTwice(worldWith({}))
    const other = worldWith({ ecs: { repeatedDraining: 'refused' } })
    expect(() => drainTwice(other)).toThrow('is already DRAINING')
  })

  it('has an Auto Scaling that does so', async () => {
    expect(await endOfHook(worldWith({}))).toBe(3_600)
    const other = worldWith({ autoScaling: { hookChangeAppliesTo: 'waiting-actions' } })
    expect(await endOfHook(other)).toBeLessThan(120)
  })
})

describe('every switch', () => {
  const all = Object.values(switches).flatMap(({ defaults, alternatives }) =>
    Object.entries(defaults).map(([name, value]) => ({
      name,
      value,
      others: new Map<string, readonly unknown[]>(Object.entries(alternatives)).get(name),
    })),
  )

  it.each(all)('can be turned: $name', ({ value, others }) => {
    expect(others?.length).toBeGreaterThan(0)
    expect(others).not.toContain(value)
  })
})
