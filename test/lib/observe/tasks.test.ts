import { ECSClient } from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import { readTasks } from '../../../lib/observe/tasks.ts'
import { worldSpecOf } from '../../../simulator/scenario/scenario.ts'
import { operator } from '../../../simulator/sdk/caller.ts'
import { call } from '../../../simulator/world/call.ts'
import { createWorld, type World } from '../../../simulator/world/world.ts'
import { asPerson, oldest, smallCluster } from '../../scenarios/small-cluster.ts'

const containerInstanceOn = (world: World, instanceId: string): string =>
  world.ecs.containerInstanceOn(instanceId)?.containerInstanceArn ?? ''

const tasksOn = (world: World) => world.ecs.tasksOn(oldest(world)).map(({ taskArn }) => taskArn)

/** Reads the tasks of the oldest instance; `meanwhile` happens right before the n-th ListTasks takes effect. */
const read = async (changes: Record<string, unknown>, meanwhile: (world: World, listing: number) => void) => {
  const world = createWorld(worldSpecOf(smallCluster(changes)), 7)
  const ecs = new ECSClient({ region: 'eu-west-1' })
  world.transport.attach(ecs, operator(world.simulation))
  let listings = 0
  world.setFaults(({ operation }) => {
    if (operation === 'ListTasks') meanwhile(world, (listings += 1))
    return undefined
  })
  const containerInstanceArn = containerInstanceOn(world, oldest(world))
  const reading = readTasks({ ecs, cluster: 'web', containerInstanceArn })
  await world.simulation.runUntil(world.simulation.now() + 10_000)
  return { tasks: await reading, world }
}

describe('the tasks of a container instance', () => {
  it('include one that ECS decides to stop between the two listings', async () => {
    const { tasks } = await read({}, (world, listing) => {
      const [task] = world.ecs.tasksOn(oldest(world))
      if (listing === 2) asPerson(world, 'StopTask', { task: task?.taskArn })
    })
    expect(tasks).toHaveLength(2)
    expect(tasks.some(({ desiredStatus }) => desiredStatus === 'STOPPED')).toBe(true)
  })

  it('are leaving once they are listed so, though their description is of before', async () => {
    const old = { kind: 'stale', output: () => undefined as object | undefined } as const
    let isTold = false
    const { tasks, world } = await read({}, (world, listing) => {
      const [task] = world.ecs.tasksOn(oldest(world))
      if (listing !== 1) return
      const description = call(world.ecs.model, 'DescribeTasks', { cluster: 'web', tasks: tasksOn(world) })
      asPerson(world, 'StopTask', { task: task?.taskArn })
      world.setFaults(({ operation }) =>
        operation === 'DescribeTasks' ? { ...old, output: () => ((isTold = true), description) } : undefined,
      )
    })
    expect(isTold).toBe(true)
    expect(world.ecs.tasksOn(oldest(world))[0]?.desiredStatus).toBe('STOPPED')
    expect(tasks.map(({ desiredStatus }) => desiredStatus).toSorted()).toEqual(['RUNNING', 'STOPPED'])
  })

  it('are all there when they fill more than one page and more than one describe call', async () => {
    const small = { name: 'small', cpu: 8, memory: 16, desired: 250 }
    const one = { name: 'ecs-web-a', cpu: 4_096, memory: 15_360, desired: 1, max: 3 }
    const { tasks } = await read({ services: [small], groups: [one] }, () => undefined)
    expect(new Set(tasks.map(({ taskArn }) => taskArn)).size).toBe(250)
  })
})
