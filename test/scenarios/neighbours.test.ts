import type {
  DescribeContainerInstancesCommandOutput,
  ListContainerInstancesCommandOutput,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import { Recording } from '../../simulator/rehearsal/recording.ts'
import { performStep } from '../../simulator/scenario/perform-step.ts'
import { worldSpecOf } from '../../simulator/scenario/scenario.ts'
import { deployEbbtide } from '../../simulator/world/deploy-ebbtide.ts'
import { call } from '../../simulator/world/call.ts'
import { captureOutput } from '../../simulator/world/product-output.ts'
import { createWorld, type World } from '../../simulator/world/world.ts'
import {
  asPerson,
  callsOf,
  GROUP,
  HOOK,
  oldest,
  outcomes,
  play,
  smallCluster,
  story,
  terminateOne,
} from './small-cluster.ts'

describe('two stacks on one group', () => {
  it('each end their own hook and leave that of the other alone', async () => {
    const scenario = smallCluster({ services: [], script: [] })
    const world = createWorld(worldSpecOf(scenario), 7)
    const recording = new Recording(world)
    await deployEbbtide(world)
    await deployEbbtide(world, { cluster: 'elsewhere', drainTimeout: '300' })
    world.simulation.after(30_000, () => {
      performStep(world, {
        ...terminateOne(30),
        do: 'terminate-in-group',
        instances: 1,
        decrementDesiredCapacity: true,
      })
    })
    const endCapture = captureOutput(recording.hear)
    await world.simulation.runUntil(world.simulation.now() + 600_000)
    endCapture()
    const ends = recording.drains.map(({ action }) => `${action.hookName}: ${action.by}`)
    expect(ends.toSorted()).toEqual(['ebbtide-elsewhere: completed', `${HOOK}: completed`])
    const completions = world.calls.filter(({ operation }) => operation === 'CompleteLifecycleAction')
    const foreign = completions.filter(
      ({ caller, input }) => !caller.startsWith(String(input['LifecycleHookName'])),
    )
    expect(foreign).toEqual([])
    expect(recording.deadLetters).toBe(0)
  })
})

describe('an instance that registers late', () => {
  it('is drained when it has, instead of being released as unknown', async () => {
    const run = await play({ services: [], script: [terminateOne(12)] }, (world) => {
      const containerInstance = world.ecs.containerInstanceOn(oldest(world))?.containerInstanceArn
      world.simulation.after(10_000, () => {
        asPerson(world, 'DeregisterContainerInstance', { containerInstance, force: true })
      })
    })
    expect(story(run).slice(0, 2)).toEqual(['blocked: unknown-instance', 'start: hook-waits'])
    expect(callsOf(run, 'CompleteLifecycleAction')).toHaveLength(1)
    expect(run.recording.violations).toEqual([])
  })
})

describe('an agent that flaps', () => {
  it('is no obstacle: it is back before its silence means anything', async () => {
    const flap = [
      { do: 'disconnect-agent', atSeconds: 20, group: GROUP },
      { do: 'connect-agent', atSeconds: 70, group: GROUP },
    ]
    const run = await play({ services: [], script: [...flap, terminateOne(30)] })
    expect(story(run)).not.toContain('blocked: agent-disconnected')
    expect(run.recording.drains).toHaveLength(1)
  })
})

describe('an agent that registered anew', () => {
  /** ECS also knows a container instance of before, of the oldest machine, and lists it last: ACTIVE, with no agent and no task. */
  const withPredecessor = (world: World): void => {
    const instanceId = oldest(world)
    const { containerInstanceArn: arn = '' } = world.ecs.containerInstanceOn(instanceId) ?? {}
    const before = {
      containerInstanceArn: `${arn}-before`,
      ec2InstanceId: instanceId,
      status: 'ACTIVE',
      registeredAt: new Date(0),
    }
    world.setFaults(({ caller, operation, input }) => {
      if (!caller.startsWith('ebbtide-')) return undefined
      const { model } = world.ecs
      if (operation === 'ListContainerInstances' && String(input['filter']).includes(instanceId))
        return {
          kind: 'stale',
          output: () => ({
            containerInstanceArns: [
              ...(call<ListContainerInstancesCommandOutput>(model, operation, input).containerInstanceArns ??
                []),
              before.containerInstanceArn,
            ],
          }),
        }
      const asked = (input['containerInstances'] ?? []) as readonly string[]
      if (operation !== 'DescribeContainerInstances' || !asked.includes(before.containerInstanceArn))
        return undefined
      const others = asked.filter((each) => each !== before.containerInstanceArn)
      return {
        kind: 'stale',
        output: () => ({
          containerInstances: [
            ...(call<DescribeContainerInstancesCommandOutput>(model, operation, {
              ...input,
              containerInstances: others,
            }).containerInstances ?? []),
            { ...before, agentConnected: false, runningTasksCount: 0, pendingTasksCount: 0 },
          ],
        }),
      }
    })
  }

  const silentFor = (world: World, seconds: number): void => {
    const instanceId = oldest(world)
    world.simulation.after(5_000, () => world.ecs.disconnectAgent(instanceId))
    world.simulation.after(1_000 * (5 + seconds), () => world.ecs.reconnectAgent(instanceId))
  }

  it.each([
    ['', 0],
    [', though it is silent for a while', 95],
  ])('is drained where it is now, not where its tasks were once%s', async (_, silentSeconds) => {
    const run = await play({ script: [terminateOne(10)] }, (world) => {
      withPredecessor(world)
      if (silentSeconds > 0) silentFor(world, silentSeconds)
    })
    const drained = callsOf(run, 'UpdateContainerInstancesState').map(
      ({ input }) => input['containerInstances'],
    )
    expect(drained.flat()).not.toContainEqual(expect.stringMatching(/-before$/))
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })
})
