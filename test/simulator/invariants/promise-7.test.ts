import { UpdateContainerInstancesStateCommand } from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { call } from '../../../simulator/world/call.ts'
import type { World } from '../../../simulator/world/world.ts'
import { oldest, smallCluster } from '../../scenarios/small-cluster.ts'
import { at, clientsAs, secondsInto } from './broken-product.ts'

const containerInstanceOn = ({ ecs }: World, instanceId: string): string =>
  ecs.containerInstanceOn(instanceId)?.containerInstanceArn ?? ''

const setStatusAs = (caller: string, world: World, instanceId: string, status: 'ACTIVE' | 'DRAINING') => {
  const containerInstances = [containerInstanceOn(world, instanceId)]
  const command = new UpdateContainerInstancesStateCommand({ cluster: 'web', containerInstances, status })
  return clientsAs(world, caller).ecs.send(command)
}

const warnOf = ({ eventBridge }: World, instanceId: string): void =>
  eventBridge.publish({
    source: 'aws.ec2',
    detailType: 'EC2 Spot Instance Interruption Warning',
    resources: [],
    detail: { 'instance-id': instanceId, 'instance-action': 'terminate' },
  })

/** Nothing works any more, and an instance in service is DRAINING without any memory of it. */
const playOrphan = async (prepare: (world: World, instanceId: string) => void, lastsSeconds = 600) => {
  const { recording } = await rehearse({
    scenario: smallCluster({ script: [], lastsSeconds }),
    seed: 7,
    healsAtSeconds: 60,
    prepare: (world) => {
      world.simulation.after(5_000, () => world.lambda.crashAt(() => true))
      prepare(world, oldest(world))
    },
  })
  // Messages that nobody takes are left in the queues.
  return recording.violations
    .filter(({ what }) => what.includes('DRAINING'))
    .map(({ promise, at }) => [promise, secondsInto(at)])
}

const DRAIN = 'ebbtide-web-drain'

describe('promise 7', () => {
  it('is broken by an instance in service that our own call has left DRAINING, whatever is remembered of it', async () => {
    const broken = await playOrphan((world, id) =>
      at(world, 15, () => setStatusAs(DRAIN, world, id, 'DRAINING')),
    )
    expect(broken).toEqual([[7, 240]])
  })

  it('is not broken by what others have set to DRAINING', async () => {
    const broken = await playOrphan((world, id) =>
      at(world, 15, () => setStatusAs('operator', world, id, 'DRAINING')),
    )
    expect(broken).toEqual([])
  })

  it('is not broken by what others have set to DRAINING after it was ACTIVE again', async () => {
    const broken = await playOrphan((world, id) => {
      at(world, 15, () => setStatusAs(DRAIN, world, id, 'DRAINING'))
      const setStatus = (status: string) => () =>
        call(world.ecs.model, 'UpdateContainerInstancesState', {
          cluster: 'web',
          containerInstances: [containerInstanceOn(world, id)],
          status,
        })
      world.simulation.after(30_000, setStatus('ACTIVE'))
      world.simulation.after(150_000, setStatus('DRAINING'))
    })
    expect(broken).toEqual([])
  })

  it('is excused by a notice, but not for ever', async () => {
    const broken = await playOrphan((world, id) => {
      world.simulation.after(10_000, () => warnOf(world, id))
      at(world, 15, () => setStatusAs(DRAIN, world, id, 'DRAINING'))
    }, 1_000)
    expect(broken).toEqual([[7, 840]])
  })
})
