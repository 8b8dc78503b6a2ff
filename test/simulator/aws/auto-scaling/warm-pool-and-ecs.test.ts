import type { DescribeWarmPoolCommandOutput } from '@aws-sdk/client-auto-scaling'
import { describe, expect, it } from '@jest/globals'
import { performStep } from '../../../../simulator/scenario/perform-step.ts'
import { parseScenario } from '../../../../simulator/scenario/load-scenario.ts'
import { worldSpecOf } from '../../../../simulator/scenario/scenario.ts'
import type { ScriptStep } from '../../../../simulator/scenario/script-step.ts'
import { call } from '../../../../simulator/world/call.ts'
import { instancesOf } from '../../../../simulator/world/group-instances.ts'
import { createWorld } from '../../../../simulator/world/world.ts'

const BOOT = 30
const REGISTRATION = 20
const STOPPING = 30
const LOOP = 5

/** A cluster of two instances with a service; steps are done when the test says so. */
const open = (group: object, service: object = {}) => {
  const scenario = parseScenario('pool', {
    description: 'An instance waits in a warm pool.',
    cluster: 'web',
    groups: [
      {
        name: 'ecs-web',
        cpu: 2_048,
        memory: 8_192,
        desired: 2,
        max: 3,
        bootSeconds: BOOT,
        registrationSeconds: REGISTRATION,
        ...group,
      },
    ],
    services: [{ name: 'shop', cpu: 256, memory: 512, desired: 4, ...service }],
    lastsSeconds: 3_600,
  })
  const world = createWorld(worldSpecOf(scenario), 5)
  const { simulation, autoScaling } = world
  const ids = () => instancesOf(autoScaling, 'ecs-web').map(({ instanceId }) => instanceId)
  return {
    ...world,
    ids,
    pass: (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000),
    step: (step: Record<string, unknown>) => {
      const [parsed] = parseScenario('step', {
        ...{ description: 'A step.', cluster: 'web', lastsSeconds: 0 },
        groups: [{ name: 'ecs-web', cpu: 1, memory: 1, desired: 1, max: 1, market: marketOf(group) }],
        script: [{ atSeconds: 0, group: 'ecs-web', ...step }],
      }).script
      performStep(world, parsed as ScriptStep)
    },
    poolIds: () =>
      (
        call<DescribeWarmPoolCommandOutput>(autoScaling.model, 'DescribeWarmPool', {
          AutoScalingGroupName: 'ecs-web',
        }).Instances ?? []
      ).map(({ InstanceId = '' }) => InstanceId),
    stateOf: (id: string) =>
      instancesOf(autoScaling, 'ecs-web').find(({ instanceId }) => instanceId === id)?.lifecycleState,
  }
}

const marketOf = (group: object) => ('market' in group ? group.market : 'on-demand')

const pool = (changes: object = {}) => ({ warmPool: { poolState: 'Stopped', ...changes } })

describe('a warm pool beside an ECS cluster', () => {
  it('keeps its instances out of the cluster until they come into service', async () => {
    const { ids, pass, step, ecs, ec2 } = open(pool())
    const before = ids()
    step({ do: 'set-desired-capacity', desired: 3 })
    await pass(LOOP + BOOT + REGISTRATION - 1)
    const newcomer = ids().find((id) => !before.includes(id)) ?? ''
    expect(ec2.find(newcomer)?.state).toBe('running')
    expect(ecs.containerInstanceOn(newcomer)).toBeUndefined()
    await pass(1)
    expect(ecs.containerInstanceOn(newcomer)).toMatchObject({ status: 'ACTIVE', agentConnected: true })
  })

  it('keeps a machine that runs in the pool out of the cluster, for as long as it waits there', async () => {
    const { pass, step, ids, poolIds, ecs, ec2 } = open(pool({ poolState: 'Running' }))
    const [warm = ''] = poolIds()
    await pass(600)
    expect(ec2.find(warm)?.state).toBe('running')
    expect(ecs.containerInstanceOn(warm)).toBeUndefined()
    step({ do: 'set-desired-capacity', desired: 3 })
    await pass(LOOP + 60)
    expect(ids()).toContain(warm)
    expect(ecs.containerInstanceOn(warm)).toMatchObject({ agentConnected: true })
  })

  it('does not register a machine early because its agent had already waited in the pool', async () => {
    const bootSeconds = 10
    const hookSeconds = 30
    const hook = { name: 'boot', transition: 'launching', heartbeatTimeoutSeconds: hookSeconds }
    const { pass, step, poolIds, ecs } = open({ bootSeconds, otherHooks: [hook] })
    step({ do: 'put-warm-pool', minSize: 1 })
    await pass(LOOP + bootSeconds + hookSeconds + STOPPING)
    const [warm = ''] = poolIds()
    step({ do: 'set-desired-capacity', desired: 3 })
    await pass(LOOP + bootSeconds + REGISTRATION - 1)
    expect(ecs.containerInstanceOn(warm)).toBeUndefined()
    await pass(1)
    expect(ecs.containerInstanceOn(warm)).toMatchObject({ agentConnected: true })
  })

  it('brings a returned instance back as the container instance that it was, with the status that it had', async () => {
    const { ids, pass, step, ecs, ec2 } = open({ ...pool({ reuseOnScaleIn: true }), max: 2 })
    step({ do: 'set-container-instances', status: 'DRAINING' })
    await pass(600)
    const [id = ''] = ids()
    const { containerInstanceArn } = ecs.containerInstanceOn(id) ?? {}
    step({ do: 'set-desired-capacity', desired: 1 })
    await pass(LOOP + STOPPING + 300)
    expect(ids()).not.toContain(id)
    expect(ec2.find(id)?.state).toBe('stopped')
    expect(ecs.containerInstanceOn(id)).toMatchObject({ agentConnected: false })
    step({ do: 'set-desired-capacity', desired: 2 })
    await pass(LOOP + BOOT + REGISTRATION)
    expect(ids()).toContain(id)
    expect(ecs.containerInstanceOn(id)).toMatchObject({
      containerInstanceArn,
      status: 'DRAINING',
      agentConnected: true,
    })
  })

  it('registers an instance with a new root volume again, as the container instance that it was', async () => {
    const { ids, pass, step, ecs } = open({})
    const arns = ids().map((id) => ecs.containerInstanceOn(id)?.containerInstanceArn)
    step({ do: 'start-instance-refresh', strategy: 'ReplaceRootVolume' })
    await pass(600)
    const after = ids().map((id) => ecs.containerInstanceOn(id))
    expect(after.map((instance) => instance?.containerInstanceArn)).toEqual(arns)
    expect(after.map((instance) => instance?.agentConnected)).toEqual([true, true])
  })
})

describe('the steps of a script', () => {
  it.each([
    ['spot-interruption', {}, 120, 'shutting-down'],
    ['rebalance-recommendation', {}, 600, 'running'],
    ['stop-by-hand', {}, 30, 'stopped'],
    ['scheduled-event', { startsInSeconds: 60, ends: 'terminated' }, 60, 'shutting-down'],
    ['capacity-reservation-interruption', {}, 120, 'shutting-down'],
    ['capacity-reservation-interruption', { reservation: 'capacity-block' }, 600, 'shutting-down'],
  ])('can tell what AWS does to machines: %s %j', async (kind, fields, seconds, state) => {
    const { ids, pass, step, ec2 } = open({
      market: 'spot',
      otherHooks: [{ name: 'other', heartbeatTimeoutSeconds: 3_600 }],
    })
    const [id = ''] = ids()
    step({ do: kind, ...fields })
    await pass(seconds - 1)
    expect(ec2.find(id)?.state).not.toBe(state === 'running' ? 'shutting-down' : state)
    await pass(1)
    expect(ec2.find(id)?.state).toBe(state)
  })

  it('can ask a group to end what it retained', async () => {
    const { ids, pass, step, stateOf } = open({
      terminateHookAbandon: 'retain',
      otherHooks: [{ name: 'other', heartbeatTimeoutSeconds: 30, defaultResult: 'ABANDON' }],
    })
    const [id = ''] = ids()
    step({ do: 'terminate-in-group', decrementDesiredCapacity: false })
    await pass(40)
    expect(stateOf(id)).toBe('Terminating:Retained')
    step({ do: 'terminate-retained' })
    expect(stateOf(id)).toBe('Terminating')
  })

  it('can put a warm pool on a group and delete it', async () => {
    const { pass, step, autoScaling, spec } = open({})
    const poolSize = () => {
      const describeGroups = autoScaling.model.operations['DescribeAutoScalingGroups'] as unknown as (
        input: object,
      ) => { readonly AutoScalingGroups: readonly { readonly WarmPoolSize?: number }[] }
      return describeGroups({}).AutoScalingGroups[0]?.WarmPoolSize
    }
    expect(spec.groups[0]?.warmPool).toBeUndefined()
    step({ do: 'put-warm-pool', minSize: 2 })
    await pass(120)
    expect(poolSize()).toBe(2)
    step({ do: 'delete-warm-pool' })
    await pass(120)
    expect(poolSize()).toBeUndefined()
  })

  it('can protect, suspend and set a lifetime', async () => {
    const { ids, pass, step } = open({})
    const before = ids()
    step({ do: 'protect-from-scale-in', instances: 2 })
    step({ do: 'set-desired-capacity', desired: 0 })
    await pass(120)
    expect(ids()).toEqual(before)
    step({ do: 'set-max-instance-lifetime', lifetimeSeconds: 86_400 })
    step({ do: 'suspend-processes', processes: ['Terminate'] })
    await pass(90_000)
    expect(ids()).toEqual(before)
    step({ do: 'resume-processes', processes: ['Terminate'] })
    await pass(600)
    expect(ids().filter((id) => before.includes(id))).toEqual([])
  })

  it.each([
    [
      'a Spot step for a group on demand',
      { script: [{ do: 'spot-interruption', atSeconds: 1, group: 'ecs-web' }] },
      'script[0].group must name a group with market "spot".',
    ],
    [
      'a warm pool of Spot Instances',
      { market: 'spot', warmPool: {} },
      'groups[0].warmPool must be left out of a group with market "spot"',
    ],
    [
      'hibernation',
      { warmPool: { poolState: 'Hibernated' } },
      'groups[0].warmPool.poolState must be Stopped or Running: hibernation is not modelled.',
    ],
  ])('refuse in a sentence %s', (_name, { script = [], ...group }: Record<string, unknown>, sentence) => {
    const content = {
      description: 'A mistake.',
      cluster: 'web',
      groups: [{ name: 'ecs-web', cpu: 1, memory: 1, desired: 1, max: 1, ...group }],
      script,
      lastsSeconds: 1,
    }
    expect(() => parseScenario('mistake', content)).toThrow(sentence)
  })
})
