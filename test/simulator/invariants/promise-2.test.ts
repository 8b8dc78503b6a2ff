import { DescribeServicesCommand, DescribeTaskDefinitionCommand, StopTaskCommand } from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import { ServiceError } from '../../../simulator/aws/operation.ts'
import type { World } from '../../../simulator/world/world.ts'
import { group, GROUP, HOOK, terminateOne } from '../../scenarios/small-cluster.ts'
import {
  at,
  clientsAs,
  deadlocked,
  drainRun,
  killEbbtide,
  playBroken,
  secondsInto,
  START,
} from './broken-product.ts'

describe('promise 2', () => {
  const stop = (world: World, id: string) => {
    const task = world.ecs.tasksOn(id).find(({ desiredStatus }) => desiredStatus === 'RUNNING')?.taskArn
    return clientsAs(world).ecs.send(new StopTaskCommand({ cluster: 'web', task }))
  }

  it('is broken by a service task that is stopped while the drain has time', async () => {
    const run = await playBroken({}, (world, id) => at(world, 15, () => stop(world, id)))
    const [violation] = run.violations
    expect(run.violations).toHaveLength(1)
    expect(violation).toMatchObject({ promise: 2, instanceId: run.instanceId })
    expect(violation?.what).toMatch(/^stopped a task of the service shop 32\d\d s before its time$/)
    expect(secondsInto(violation?.at ?? 0)).toBeCloseTo(15, 0)
  })

  /** 10 s + 900 s − (60 + 30 + 30) s is the time of the task, and 240 s earlier where AWS's own delay stands in. */
  const quick = { ...deadlocked, loadBalancer: { deregistrationDelaySeconds: 60 } }

  /** Nothing works but a task that is stopped by AWS's default delay, after a call that was refused in two looks. */
  const stopAfterRefusals = (
    caller: string,
    command: DescribeServicesCommand | DescribeTaskDefinitionCommand,
  ) =>
    playBroken(
      { services: [quick], settings: { drainTimeout: 900 }, lastsSeconds: 600 },
      (world, id, recording) => {
        killEbbtide(world)
        const error = new ServiceError('InternalFailure', 'An unexpected error occurred', 500)
        world.setFaults(({ operation }) =>
          /^Describe(Services|TaskDefinition)$/.test(operation) ? { kind: 'refused', error } : undefined,
        )
        const ask = (seconds: number, run: string) =>
          at(world, seconds, () => clientsAs(world, caller, run).ecs.send(command as DescribeServicesCommand))
        ask(550, 'the first look')
        recording.invocations.push(
          drainRun('the first look', START + 551_000, { kind: 'succeeded', response: '' }),
        )
        ask(555, 'the second look')
        at(world, 556, () => stop(world, id))
      },
    )

  const describing = (...services: readonly string[]) =>
    new DescribeServicesCommand({ cluster: 'web', services: [...services] })

  it('is not broken by a task whose service could not be read in two looks', async () => {
    const run = await stopAfterRefusals('ebbtide-web-drain', describing('shop'))
    expect(run.violations).toEqual([])
  })

  it.each([
    ['the capacity function was refused', 'ebbtide-web-capacity', describing('shop')],
    ['another service could not be read', 'ebbtide-web-drain', describing('other')],
    [
      'another task definition could not be read',
      'ebbtide-web-drain',
      new DescribeTaskDefinitionCommand({ taskDefinition: 'other:1' }),
    ],
  ])('is broken by a task that is stopped early because %s', async (_, caller, command) => {
    const run = await stopAfterRefusals(caller, command)
    expect(run.violations.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^stopped a task of the service shop 23\d s before its time$/),
    ])
  })

  it('is broken by a second task of a service that is stopped before the first one was replaced', async () => {
    const settings = { drainTimeout: 900 }
    // 10 s + 900 s − (300 + 30 + 30) s is when Ebbtide itself stops the first task.
    const run = await playBroken({ services: [deadlocked], settings, lastsSeconds: 1_200 }, (world, id) =>
      at(world, 553, () => stop(world, id)),
    )
    expect(run.violations).toEqual([
      expect.objectContaining({
        promise: 2,
        instanceId: run.instanceId,
        what: 'stopped a task of the service shop before the replacement of the one before it ran',
      }),
    ])
  })

  it.each([
    ['is excused while nobody may know that our hook was deleted', 250, []],
    ['is broken when everybody must know', 470, ['shop']],
  ])('%s', async (_, seconds, broken) => {
    const groups = [{ ...group, otherHooks: [{ name: 'archive-logs', heartbeatTimeoutSeconds: 900 }] }]
    const script = [terminateOne(10), { do: 'delete-hook', atSeconds: 100, group: GROUP, hook: HOOK }]
    const changes = { groups, script, services: [deadlocked], settings: { drainTimeout: 60 } }
    const run = await playBroken({ ...changes, lastsSeconds: 500 }, (world, id) => {
      killEbbtide(world)
      at(world, seconds, () => stop(world, id))
    })
    expect(run.violations.map(({ what }) => what)).toEqual(
      broken.map(
        (service) => `stopped a task of the service ${service} while no hook of ours held the instance`,
      ),
    )
  })

  it('is broken by a task that is stopped on an instance that nobody terminates', async () => {
    const run = await playBroken({ script: [] }, (world, id) => at(world, 15, () => stop(world, id)))
    expect(run.violations.map(({ what }) => what)).toEqual([
      'stopped a task of the service shop while no hook of ours held the instance',
    ])
  })
})
