import {
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { describe, expect, it } from '@jest/globals'

import { call } from '../../../simulator/world/call.ts'
import { instancesInService } from '../../../simulator/world/group-instances.ts'
import type { World } from '../../../simulator/world/world.ts'
import { group, GROUP, play } from '../../scenarios/small-cluster.ts'
import { at, clientsAs } from './broken-product.ts'

/** Three instances with room for four tasks each, and no load balancer, so that nothing takes long. */
const groups = [{ ...group, cpu: 1_024, memory: 4_096 }]
const service = { name: 'shop', cpu: 256, memory: 256 }

const remove = (world: World, index = 0, caller?: string) => {
  const InstanceId = instancesInService(world.autoScaling, GROUP)[index]
  const removal = { InstanceId, ShouldDecrementDesiredCapacity: true }
  return clientsAs(world, caller).autoScaling.send(new TerminateInstanceInAutoScalingGroupCommand(removal))
}

const setDesired = (world: World, DesiredCapacity: number) =>
  clientsAs(world).autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP, DesiredCapacity }),
  )

/** What is said of promise 8 when a function of ours does `work`. That it may touch the group is not in question here. */
const judged = async (changes: Record<string, unknown>, work: (world: World) => void) => {
  const { recording } = await play({ groups, services: [{ ...service, desired: 8 }], ...changes }, work)
  return recording.violations.flatMap(({ promise, what }) => (promise === 8 ? [what] : []))
}

const NO_HOME = 'removed an instance although its tasks do not fit elsewhere with what leaves already'

const SCALING_ROLE = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'

/** Auto Scaling asks a function, which names so many of what it is offered, whatever runs there. */
const letChoose = ({ lambda, autoScaling, spec }: World, name: string, count: number): void => {
  const arn = `arn:aws:lambda:${spec.region}:${spec.accountId}:function:${name}`
  lambda.createFunction({
    name,
    timeoutSeconds: 2,
    memoryMb: 128,
    variables: {},
    permissions: [{ principal: `arn:aws:iam::${spec.accountId}:role/${SCALING_ROLE}` }],
    createHandler: () => (event: { Instances: readonly { InstanceId: string }[] }) =>
      Promise.resolve({ InstanceIDs: event.Instances.slice(0, count).map(({ InstanceId }) => InstanceId) }),
  })
  call(autoScaling.model, 'UpdateAutoScalingGroup', {
    AutoScalingGroupName: GROUP,
    TerminationPolicies: [arn, 'Default'],
  })
}

describe('promise 8', () => {
  it('is kept where the tasks of a removed instance fit elsewhere', async () => {
    expect(await judged({}, (world) => at(world, 10, () => remove(world)))).toEqual([])
  })

  it('is broken by the removal of an instance whose tasks fit nowhere else', async () => {
    const services = [{ ...service, desired: 9 }]
    const found = await judged({ services }, (world) => at(world, 10, () => remove(world)))
    expect(found).toEqual([`${NO_HOME}: service:shop`])
  })

  it('is broken by the second of two removals that fit one by one and not together', async () => {
    const found = await judged({}, (world) => {
      at(world, 10, () => remove(world, 0))
      at(world, 10, () => remove(world, 1))
    })
    expect(found).toEqual([`${NO_HOME}: service:shop`])
  })

  it('finds the one way in which unlike tasks fit', async () => {
    // The first four share the oldest instance. The others have 400 and 560 left: 240 + 160, and 320 + 240. Largest first,
    // each where it fits first, leaves the last one over.
    const services = [320, 240, 240, 160, 624, 464].map((cpu, index) => ({
      name: `service-${index}`,
      cpu,
      memory: 64,
      desired: 1,
    }))
    expect(await judged({ services }, (world) => at(world, 10, () => remove(world)))).toEqual([])
  })

  it('is broken where a placement constraint keeps the tasks from what is free', async () => {
    const constraints = [{ type: 'distinctInstance' }]
    const services = [{ ...service, desired: 3, placementConstraints: constraints }]
    const found = await judged({ services }, (world) => at(world, 10, () => remove(world)))
    expect(found).toEqual([`${NO_HOME}: service:shop`])
  })

  it('is broken by the removal of an instance with a standalone task, which nobody starts again', async () => {
    const standaloneTasks = [{ name: 'report', cpu: 64, memory: 64, count: 3 }]
    const placed = { services: [], standaloneTasks, lastsSeconds: 60 }
    const found = await judged(placed, (world) => {
      for (const index of [0, 1, 2]) at(world, 10, () => remove(world, index))
    })
    expect(new Set(found)).toEqual(new Set([`${NO_HOME}: family:report`]))
  })

  it('does not blame a function for tasks that were asked for after it may have looked', async () => {
    const script = [{ do: 'update-service', atSeconds: 9, service: 'shop', desired: 12 }]
    expect(await judged({ script }, (world) => at(world, 10, () => remove(world)))).toEqual([])
  })

  it('does not blame our functions for what somebody else removes', async () => {
    const services = [{ ...service, desired: 12 }]
    const found = await judged({ services }, (world) => at(world, 10, () => remove(world, 0, 'operator')))
    expect(found).toEqual([])
  })

  it('is broken by a removal below the minimum, which a group that cannot launch lets pass', async () => {
    const unable = [{ ...groups[0], min: 2, suspendedProcesses: ['Launch'] }]
    const script = [{ do: 'terminate-by-hand', atSeconds: 10, group: GROUP }]
    const found = await judged({ groups: unable, script, services: [] }, (world) =>
      at(world, 400, () => remove(world)),
    )
    expect(found).toEqual([`removed an instance of ${GROUP}, which is below its minimum of 2`])
  })

  it('is broken by adding an instance soon after taking one away, with nothing more to do', async () => {
    const found = await judged({}, (world) => {
      at(world, 10, () => remove(world))
      at(world, 310, () => setDesired(world, 3))
    })
    expect(found).toEqual([
      `added an instance to ${GROUP} 5 min after taking one away, with nothing more to do`,
    ])
  })

  it('is broken by lowering the desired capacity below what is there, whoever it takes', async () => {
    expect(await judged({ services: [] }, (world) => at(world, 10, () => setDesired(world, 2)))).toEqual([
      `lowered the desired capacity of ${GROUP} below its 3 instances, so that Auto Scaling takes any`,
    ])
  })

  it('is kept by adding an instance because more is asked for, or an instance was lost or drained', async () => {
    const more = { do: 'update-service', atSeconds: 300, service: 'shop', desired: 10 }
    const lost = { do: 'terminate-by-hand', atSeconds: 300, group: GROUP }
    const drained = { do: 'set-container-instances', atSeconds: 300, group: GROUP, status: 'DRAINING' }
    // Set back in time, and lost all the same.
    const setBack = [
      { ...drained, atSeconds: 3 },
      { ...drained, atSeconds: 6, status: 'ACTIVE' },
    ]
    for (const script of [[more], [lost], [drained], [...setBack, lost]]) {
      const found = await judged({ script }, (world) => {
        at(world, 10, () => remove(world))
        at(world, 310, () => setDesired(world, 3))
      })
      expect(found).toEqual([])
    }
  })

  const shrink = (desired: number) => ({
    do: 'set-desired-capacity',
    atSeconds: 10,
    group: GROUP,
    desired,
  })

  it('is broken by a victim of ours whose tasks fit nowhere else', async () => {
    const changes = { services: [{ ...service, desired: 9 }], script: [shrink(2)] }
    const found = await judged(changes, (world) => letChoose(world, 'ebbtide-web-chooser', 3))
    expect(found).toEqual([`${NO_HOME}: service:shop`])
  })

  it('is broken by victims that fit one by one and not together', async () => {
    const found = await judged({ script: [shrink(1)] }, (world) => letChoose(world, 'ebbtide-web-chooser', 3))
    expect(found).toEqual([`${NO_HOME}: service:shop`, `${NO_HOME}: service:shop`])
  })

  it('is kept by victims whose tasks fit, and by whatever a policy of others names', async () => {
    expect(
      await judged({ script: [shrink(2)] }, (world) => letChoose(world, 'ebbtide-web-chooser', 1)),
    ).toEqual([])
    expect(
      await judged({ script: [shrink(1)] }, (world) => letChoose(world, 'chooser-of-others', 3)),
    ).toEqual([])
  })

  describe('says what it has judged:', () => {
    const counted = async (changes: Record<string, unknown>, work: (world: World) => void) => {
      const services = [{ ...service, desired: 8 }]
      const { recording } = await play({ groups, services, ...changes }, work)
      return new Set(recording.judged)
    }
    const removeSoon = (world: World) => at(world, 10, () => remove(world))

    it('the removal of an instance with tasks, and the looks after it', async () => {
      const judgements = await counted({}, removeSoon)
      expect(judgements).toEqual(new Set(['removal judged', 'moving tasks judged', 'flapping judged']))
    })

    it('the removal of an instance without tasks, which proves less', async () => {
      const judgements = await counted({ services: [] }, removeSoon)
      expect(judgements).toEqual(new Set(['removal judged', 'flapping judged']))
    })

    it('not a removal that is excused by what was asked for later', async () => {
      const script = [{ do: 'update-service', atSeconds: 9, service: 'shop', desired: 12 }]
      expect(await counted({ script }, removeSoon)).toEqual(new Set())
    })

    it('nothing where nothing is removed', async () => {
      expect(await counted({}, () => undefined)).toEqual(new Set())
    })
  })
})
