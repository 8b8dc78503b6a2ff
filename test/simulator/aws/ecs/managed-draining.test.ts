import { describe, expect, it } from '@jest/globals'
import type { DescribeLifecycleHooksCommandOutput } from '@aws-sdk/client-auto-scaling'
import type {
  DescribeCapacityProvidersCommandOutput,
  DescribeClustersCommandOutput,
  DescribeContainerInstancesCommandOutput,
} from '@aws-sdk/client-ecs'
import type { EndedAction } from '../../../../simulator/aws/auto-scaling/lifecycle-actions.ts'
import { call } from '../../../../simulator/world/call.ts'
import { instancesOf } from '../../../../simulator/world/group-instances.ts'
import type { GroupSpec, OtherHookSpec, WorldSpec } from '../../../../simulator/world/world-spec.ts'
import { createWorld, type World } from '../../../../simulator/world/world.ts'
import { service, task } from './ecs-world.ts'

const hookName = 'ecs-managed-draining-termination-hook'

const ownHook: OtherHookSpec = {
  name: 'own',
  transition: 'terminating',
  heartbeatTimeoutSeconds: 7_200,
  defaultResult: 'CONTINUE',
}

const group = (changes: Partial<GroupSpec> = {}): GroupSpec => ({
  name: 'web',
  instanceType: 'm7g.large',
  cpu: 2_048,
  memory: 8_192,
  desired: 3,
  min: 0,
  max: 6,
  bootSeconds: 40,
  registrationSeconds: 20,
  ...changes,
})

const account = (changes: Partial<WorldSpec> = {}) => {
  const world = createWorld(
    {
      region: 'eu-west-1',
      accountId: '111122223333',
      cluster: 'prod',
      zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      groups: [group({ managedDraining: true })],
      services: [service({ desired: 3 })],
      daemons: [],
      standaloneTasks: [],
      ...changes,
    },
    7,
  )
  const ended: EndedAction[] = []
  world.autoScaling.onActionEnded((action) => ended.push(action))
  return { world, ended }
}

const pass = (world: World, seconds: number) =>
  world.simulation.runUntil(world.simulation.now() + seconds * 1_000)

/** One instance leaves the group. Returns its id. */
const scaleIn = (world: World): string => {
  const [{ instanceId } = { instanceId: '' }] = instancesOf(world.autoScaling, 'web')
  call(world.autoScaling.model, 'TerminateInstanceInAutoScalingGroup', {
    InstanceId: instanceId,
    ShouldDecrementDesiredCapacity: true,
  })
  return instanceId
}

const announceInterruption = (world: World, instanceId: string): void =>
  world.ecs.hear({
    source: 'aws.ec2',
    detailType: 'EC2 Spot Instance Interruption Warning',
    resources: [],
    detail: { 'instance-id': instanceId, 'instance-action': 'terminate' },
  })

const statusOf = (world: World, instanceId: string) => world.ecs.containerInstanceOn(instanceId)?.status

describe('managed instance draining', () => {
  it('can be seen on the group, the cluster, the capacity provider and each instance', () => {
    const { world } = account({ groups: [group({ managedDraining: true }), group({ name: 'plain' })] })
    const hooks = (name: string) =>
      call<DescribeLifecycleHooksCommandOutput>(world.autoScaling.model, 'DescribeLifecycleHooks', {
        AutoScalingGroupName: name,
      }).LifecycleHooks
    expect(hooks('web')).toEqual([
      expect.objectContaining({
        LifecycleHookName: hookName,
        HeartbeatTimeout: 3_600,
        DefaultResult: 'CONTINUE',
      }),
    ])
    expect(hooks('plain')).toEqual([])
    const { clusters } = call<DescribeClustersCommandOutput>(world.ecs.model, 'DescribeClusters', {
      clusters: ['prod'],
      include: ['ATTACHMENTS'],
    })
    expect(clusters?.[0]).toMatchObject({
      capacityProviders: ['web-capacity'],
      attachments: [
        {
          type: 'managed_draining',
          details: [
            { name: 'capacityProviderName', value: 'web-capacity' },
            { name: 'autoScalingLifecycleHookName', value: hookName },
          ],
        },
      ],
    })
    const providers = call<DescribeCapacityProvidersCommandOutput>(
      world.ecs.model,
      'DescribeCapacityProviders',
      {
        capacityProviders: ['web-capacity', 'none'],
      },
    )
    expect(providers.capacityProviders).toEqual([
      expect.objectContaining({
        autoScalingGroupProvider: expect.objectContaining({
          autoScalingGroupArn: expect.stringMatching(/autoScalingGroupName\/web$/),
          managedDraining: 'ENABLED',
        }),
      }),
    ])
    expect(providers.failures).toEqual([expect.objectContaining({ reason: 'MISSING' })])
    const providerOf = (name: string) => {
      const [{ instanceId } = { instanceId: '' }] = instancesOf(world.autoScaling, name)
      const { containerInstanceArn = '' } = world.ecs.containerInstanceOn(instanceId) ?? {}
      const input = { cluster: 'prod', containerInstances: [containerInstanceArn] }
      return call<DescribeContainerInstancesCommandOutput>(
        world.ecs.model,
        'DescribeContainerInstances',
        input,
      ).containerInstances?.[0]?.capacityProviderName
    }
    expect([providerOf('web'), providerOf('plain')]).toEqual(['web-capacity', undefined])
  })

  it('drains a leaving instance and lets go of it when its last task has stopped', async () => {
    const { world, ended } = account({ daemons: [task('agent')] })
    const instanceId = scaleIn(world)
    await pass(world, 5)
    expect(statusOf(world, instanceId)).toBe('DRAINING')
    expect(world.ecs.tasksOn(instanceId)).toHaveLength(2)
    await world.simulation.runWhile(() => world.ecs.tasksOn(instanceId).length > 0)
    expect(ended).toEqual([])
    await pass(world, 5)
    expect(ended).toEqual([expect.objectContaining({ hookName, by: 'completed', result: 'CONTINUE' })])
    await pass(world, 60)
    expect(world.ec2.find(instanceId)?.state).toBe('terminated')
  })

  it('stands beside other hooks, and waits for none of them', async () => {
    const { world, ended } = account({ groups: [group({ managedDraining: true, otherHooks: [ownHook] })] })
    const instanceId = scaleIn(world)
    await pass(world, 600)
    expect(ended.map((action) => action.hookName)).toEqual([hookName])
    expect(world.ec2.find(instanceId)?.state).toBe('running')
  })

  it('does nothing of its own accord without its hook', async () => {
    const { world, ended } = account({ groups: [group({ managedDraining: true, otherHooks: [ownHook] })] })
    call(world.autoScaling.model, 'DeleteLifecycleHook', {
      AutoScalingGroupName: 'web',
      LifecycleHookName: hookName,
    })
    const instanceId = scaleIn(world)
    await pass(world, 600)
    expect(ended).toEqual([])
    expect(statusOf(world, instanceId)).toBe('ACTIVE')
  })

  it('beats as long as a standalone task runs, and gives up after 48 hours', async () => {
    const { world, ended } = account({ services: [], standaloneTasks: [{ ...task('job'), count: 3 }] })
    const startedAt = world.simulation.now()
    scaleIn(world)
    await pass(world, 47.9 * 3_600)
    expect(ended).toEqual([])
    await pass(world, 0.2 * 3_600)
    const [end] = ended
    expect(end).toMatchObject({ hookName, result: 'CONTINUE' })
    expect(((end?.endedAt ?? 0) - startedAt) / 3_600_000).toBeCloseTo(48, 1)
    expect(end?.heartbeats.length).toBeGreaterThan(90)
  })

  it('does not hold a machine that never joined the cluster', async () => {
    const { world, ended } = account({
      groups: [group({ managedDraining: true, registrationSeconds: undefined })],
      services: [],
    })
    scaleIn(world)
    await pass(world, 10)
    expect(ended).toEqual([expect.objectContaining({ hookName, by: 'completed' })])
  })

  it('has nothing to say when somebody else ended its action', async () => {
    const { world, ended } = account()
    const instanceId = scaleIn(world)
    await pass(world, 5)
    call(world.autoScaling.model, 'CompleteLifecycleAction', {
      AutoScalingGroupName: 'web',
      LifecycleHookName: hookName,
      InstanceId: instanceId,
      LifecycleActionResult: 'CONTINUE',
    })
    await pass(world, 600)
    expect(ended).toHaveLength(1)
  })
})

describe('a Spot interruption notice', () => {
  it.each([
    ['makes managed draining drain the instance', { managedDraining: true }, 'DRAINING'],
    ['makes the agent drain its instance where that is switched on', { agentSpotDraining: true }, 'DRAINING'],
    ['changes nothing by itself otherwise', {}, 'ACTIVE'],
  ])('%s', async (_, changes, status) => {
    const { world } = account({ groups: [group(changes)] })
    const [{ instanceId } = { instanceId: '' }] = instancesOf(world.autoScaling, 'web')
    announceInterruption(world, instanceId)
    await pass(world, 5)
    expect(statusOf(world, instanceId)).toBe(status)
  })

  it('reaches ECS late when the agent is disconnected', async () => {
    const { world } = account({ groups: [group({ agentSpotDraining: true })] })
    const [{ instanceId } = { instanceId: '' }] = instancesOf(world.autoScaling, 'web')
    world.ecs.disconnectAgent(instanceId)
    announceInterruption(world, instanceId)
    await pass(world, 5)
    expect(statusOf(world, instanceId)).toBe('ACTIVE')
    world.ecs.reconnectAgent(instanceId)
    expect(statusOf(world, instanceId)).toBe('DRAINING')
  })
})
