import { describe, expect, it } from '@jest/globals'

import { createCapacityClients } from '../../../../lib/aws/capacity-clients.ts'
import {
  createCapacityObserver,
  type CapacityObserver,
} from '../../../../lib/observe/capacity/capacity-observer.ts'
import { takeSnapshot, type Sight } from '../../../../lib/observe/capacity/snapshot.ts'
import { estimateMachine } from '../../../../lib/observe/capacity/launch-source.ts'
import { worldSpecOf } from '../../../../simulator/scenario/scenario.ts'
import { operator } from '../../../../simulator/sdk/caller.ts'
import { createWorld, type World } from '../../../../simulator/world/world.ts'
import { group, GROUP, shop, smallCluster } from '../../../scenarios/small-cluster.ts'

process.env['AWS_REGION'] = 'eu-west-1'

const observerIn = (world: World): CapacityObserver => {
  const clients = createCapacityClients()
  const { zonalShift: _, ...sdk } = clients
  for (const client of Object.values(sdk)) world.transport.attach(client, operator(world.simulation))
  world.s3.createBucket({ name: 'notes' })
  return createCapacityObserver({
    clients,
    clock: { now: () => world.simulation.now() },
    cluster: 'web',
    groups: [GROUP],
    hookName: 'ebbtide-web',
    bucket: 'notes',
  })
}

const snapshotIn = async (world: World, observer: CapacityObserver): Promise<Sight> => {
  const taking = takeSnapshot(observer)
  await world.simulation.runUntil(world.simulation.now() + 60_000)
  return taking
}

const worldWith = (changes: Record<string, unknown>): World =>
  createWorld(worldSpecOf(smallCluster(changes)), 7)

const operationsIn = ({ calls }: World) => calls.map(({ operation }) => operation)

describe('a snapshot of the cluster', () => {
  it('holds every instance with what is left on it, every task and every service', async () => {
    const world = worldWith({ daemons: [{ name: 'logs', cpu: 64, memory: 128 }] })
    const { snapshot } = await snapshotIn(world, observerIn(world))
    expect(snapshot.groups).toMatchObject([
      {
        name: GROUP,
        min: 0,
        max: 10,
        desired: 3,
        holds: [],
        machines: [{ source: 'registered', total: { cpu: 4_096 } }],
      },
    ])
    expect(snapshot.instances).toHaveLength(3)
    expect(snapshot.tasks).toHaveLength(9)
    expect(snapshot.services.map(({ name, isDaemon }) => [name, isDaemon])).toEqual([
      ['logs', true],
      ['shop', false],
    ])
    const left = snapshot.instances.map(({ containerInstance }) => containerInstance?.remaining.cpu)
    expect(left).toEqual([3_520, 3_520, 3_520])
  })

  it('asks in the largest pages, RUNNING tasks before STOPPED ones, and counts what it draws', async () => {
    const world = worldWith({
      groups: [{ ...group, desired: 101, max: 101 }],
      services: [{ ...shop, desired: 202 }],
    })
    const { reads } = await snapshotIn(world, observerIn(world))
    const lists = world.calls.filter(({ operation }) => operation === 'ListTasks')
    expect(lists.map(({ input }) => input['desiredStatus'])).toEqual([
      'RUNNING',
      'RUNNING',
      'RUNNING',
      'STOPPED',
    ])
    const drawing = operationsIn(world).filter((name) =>
      /^(List|Describe)(ContainerInstances|Tasks)$/.test(name),
    )
    expect(drawing).toHaveLength(2 + 2 + 4 + 3)
    expect(reads).toBe(drawing.length)
  })

  it('asks once for a task definition, and never again for a task that has stopped', async () => {
    const world = worldWith({})
    const observer = observerIn(world)
    await snapshotIn(world, observer)
    await snapshotIn(world, observer)
    expect(operationsIn(world).filter((name) => name === 'DescribeTaskDefinition')).toHaveLength(1)
  })

  it('estimates the machine of a group that never had one, and remembers nothing of it', async () => {
    const world = worldWith({ groups: [{ ...group, desired: 0 }], services: [{ ...shop, desired: 1 }] })
    const { snapshot } = await snapshotIn(world, observerIn(world))
    const [machine] = snapshot.groups[0]?.machines ?? []
    expect(machine).toMatchObject({ source: 'estimated', total: { cpu: 4_096 } })
    expect(machine?.total.memory).toBeLessThan(group.memory)
  })
})

describe('an estimate of a machine', () => {
  it('counts on less than EC2 says: ECS will see less memory, and one interface is the own', () => {
    const info = {
      VCpuInfo: { DefaultVCpus: 4 },
      MemoryInfo: { SizeInMiB: 16_384 },
      NetworkInfo: { MaximumNetworkInterfaces: 4 },
      GpuInfo: { Gpus: [{ Count: 1 }] },
    }
    expect(estimateMachine('g6.xlarge', info).total).toEqual({ cpu: 4_096, memory: 14_713, gpu: 1, enis: 3 })
  })
})
