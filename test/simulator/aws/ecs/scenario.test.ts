import { describe, expect, it } from '@jest/globals'
import type { GetTaskProtectionCommandOutput, ListTasksCommandOutput } from '@aws-sdk/client-ecs'
import { parseScenario } from '../../../../simulator/scenario/load-scenario.ts'
import { performStep } from '../../../../simulator/scenario/perform-step.ts'
import { worldSpecOf } from '../../../../simulator/scenario/scenario.ts'
import type { ScriptStep } from '../../../../simulator/scenario/script-step.ts'
import { call } from '../../../../simulator/world/call.ts'
import { instancesOf } from '../../../../simulator/world/group-instances.ts'
import { createWorld, type World } from '../../../../simulator/world/world.ts'

const scenarioOf = (parts: {
  readonly group?: object
  readonly service?: object
  readonly script?: object[]
}) =>
  parseScenario('stuck', {
    description: 'A drain that does not end.',
    cluster: 'prod',
    groups: [{ name: 'web', cpu: 4_096, memory: 8_192, desired: 3, max: 6, ...parts.group }],
    services: [{ name: 'shop', cpu: 256, memory: 512, desired: 12, startSeconds: 5, ...parts.service }],
    script: parts.script ?? [],
    lastsSeconds: 3_600,
  })

const worldOf = (parts: Parameters<typeof scenarioOf>[0]): World =>
  createWorld(worldSpecOf(scenarioOf(parts)), 7)

const stepsOf = (world: World, ...script: object[]): void => {
  for (const step of scenarioOf({ script }).script as readonly ScriptStep[]) performStep(world, step)
}

const shopTasks = (world: World): readonly string[] =>
  call<ListTasksCommandOutput>(world.ecs.model, 'ListTasks', { cluster: 'prod', serviceName: 'shop' })
    .taskArns ?? []

const pass = (world: World, seconds: number) =>
  world.simulation.runUntil(world.simulation.now() + seconds * 1_000)

describe('a scenario', () => {
  it('protects as many tasks as a step says, for as long as it says', async () => {
    const world = worldOf({})
    stepsOf(world, { do: 'protect-tasks', atSeconds: 0, service: 'shop', tasks: 11, minutes: 30 })
    const protectedCount = () =>
      call<GetTaskProtectionCommandOutput>(world.ecs.model, 'GetTaskProtection', {
        cluster: 'prod',
        tasks: shopTasks(world),
      }).protectedTasks?.filter(({ protectionEnabled }) => protectionEnabled).length
    expect(protectedCount()).toBe(11)
    await pass(world, 1_800)
    expect(protectedCount()).toBe(0)
  })

  it('breaks an image and mends it', async () => {
    const world = worldOf({})
    const grow = (desired: number) =>
      stepsOf(world, { do: 'update-service', atSeconds: 0, service: 'shop', desired })
    stepsOf(world, { do: 'break-image', atSeconds: 0, service: 'shop' })
    grow(13)
    await pass(world, 60)
    expect(shopTasks(world)).toHaveLength(12)
    stepsOf(world, { do: 'mend-image', atSeconds: 0, service: 'shop' })
    grow(13)
    await pass(world, 60)
    expect(shopTasks(world)).toHaveLength(13)
  })

  it('lets agents drain their own instances at a Spot interruption', async () => {
    const draining = async (agentSpotDraining: boolean) => {
      const world = worldOf({ group: { market: 'spot', agentSpotDraining } })
      performStep(world, { do: 'spot-interruption', atSeconds: 0, group: 'web', instances: 1 })
      await pass(world, 5)
      return instancesOf(world.autoScaling, 'web').filter(
        ({ instanceId }) => world.ecs.containerInstanceOn(instanceId)?.status === 'DRAINING',
      ).length
    }
    expect([await draining(true), await draining(false)]).toEqual([1, 0])
  })

  it.each([
    [
      { placementConstraints: [{ type: 'memberOf', expression: 'colour == red' }] },
      /services\[0\]\.placementConstraints\[0\]\.expression must be in the cluster query language: .*unknown subject colour/,
    ],
    [{ placementConstraints: [{ type: 'affinity' }] }, /must have the type memberOf or distinctInstance/],
    [
      { placementStrategy: [{ type: 'spread', field: 'zone' }] },
      /must be instanceId, host or attribute:<name>/,
    ],
    [{ failsToStart: 'later' }, /must be true, false or \{ "fromSeconds": … \}/],
    [{ neverHealthy: true }, /services\[0\]\.neverHealthy needs a loadBalancer in the same service/],
  ])('refuses a service with %j in a sentence', (service, sentence) => {
    expect(() => scenarioOf({ service })).toThrow(sentence)
  })
})
