import { describe, expect, it } from '@jest/globals'

import { ServiceError } from '../../simulator/aws/operation.ts'
import { instancesInService } from '../../simulator/world/group-instances.ts'
import type { World } from '../../simulator/world/world.ts'
import { changedDetail, exampleBody } from '../lib/signals/example-events.ts'
import { callsOf, GROUP, HOOK, oldest, outcomes, play, terminateOne } from './small-cluster.ts'

const signals = (world: World) => world.sqs.queueByUrl(world.sqs.urlOf('ebbtide-web-signals'))

const sendAt = (world: World, seconds: number, bodies: readonly string[]): void => {
  world.simulation.after(seconds * 1_000, () => {
    for (const body of bodies) world.sqs.send(signals(world), { body })
  })
}

const actionFor = (instanceId: string): string =>
  JSON.stringify({
    LifecycleHookName: HOOK,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    AutoScalingGroupName: GROUP,
    Service: 'AWS Auto Scaling',
    Time: '2026-11-20T09:00:10.904Z',
    EC2InstanceId: instanceId,
    LifecycleActionToken: '465e0162-e6af-4786-b4e8-bb544ae58790',
  })

describe('messages', () => {
  it('that cannot be read go to the dead-letter queue and never hold up their batch', async () => {
    const run = await play({ services: [], script: [terminateOne(10)] }, (world) => {
      sendAt(world, 11, ['not JSON', 'null', '{"truncated":', actionFor(oldest(world))])
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.deadLetters).toBe(3)
    const complaints = run.recording.lines.filter(({ message }) => message === 'Could not read a message')
    expect(complaints).toHaveLength(15)
    expect(JSON.stringify(run.recording.lines)).not.toContain('465e0162')
  })

  it('that name a container instance which ECS refuses to look for do not hold up the wakes beside them', async () => {
    const foreign = exampleBody('ecs-task-stopped').replaceAll(
      /eu-west-1:\d+:(container-instance|task)/g,
      'us-west-2:444455556666:$1',
    )
    const run = await play({ script: [terminateOne(10)] }, (world) => {
      const error = new ServiceError('InvalidParameterException', 'Invalid Region in ARN.')
      world.setFaults(({ operation, input }) =>
        operation === 'DescribeContainerInstances' && JSON.stringify(input).includes('us-west-2')
          ? { kind: 'refused', error }
          : undefined,
      )
      const wakes = world.sqs.queueByArn(world.sqs.arnOf('ebbtide-web-wakes'))
      world.sqs.onSent((queue, { body }) => {
        if (queue === wakes && body !== foreign) world.sqs.send(wakes, { body: foreign })
      })
    })
    expect(outcomes(run)).toEqual(['drained'])
    const refused = callsOf(run, 'DescribeContainerInstances').filter(({ error }) => error !== undefined)
    expect(refused.length).toBeGreaterThan(0)
    const returned = run.recording.invocations.filter(
      ({ result }) => result.kind === 'succeeded' && result.response.includes('itemIdentifier'),
    )
    expect(returned).toEqual([])
  })

  it('of others are acknowledged and lead nowhere', async () => {
    const run = await play({ services: [], script: [] }, (world) => {
      const id = oldest(world)
      sendAt(world, 11, [
        exampleBody('test-notification-direct'),
        exampleBody('group-notification'),
        actionFor(id).replace(HOOK, 'somebody-elses-hook'),
        actionFor(id).replace(GROUP, 'somebody-elses-group'),
        actionFor(id).replace('TERMINATING', 'LAUNCHING'),
      ])
    })
    expect(run.recording.deadLetters).toBe(0)
    expect(run.recording.decisions).toEqual([])
    expect(callsOf(run, 'DescribeAutoScalingInstances')).toEqual([])
    const ignored = run.recording.lines.filter((line) => line['SignalsIgnored'] !== undefined)
    const reasons = ignored.map(({ Reason }) => Reason)
    expect(new Set(reasons)).toEqual(
      new Set(['group-notification', 'other-group', 'other-hook', 'test-notification']),
    )
  })

  it('about an instance that nobody terminates change nothing', async () => {
    const run = await play({ script: [] }, (world) => {
      sendAt(world, 11, [actionFor(oldest(world)), actionFor('i-0123456789abcdef0')])
    })
    const writes = run.world.calls.filter(
      // What the stack keeps in its own bucket changes nothing of anybody's.
      ({ operation, service }) =>
        /^(Update|Put|Stop|Complete|Record|Delete)/.test(operation) && service !== 'S3',
    )
    expect(writes).toEqual([])
    expect(run.recording.deadLetters).toBe(0)
  })

  it('that name several instances lead to each of them, with one call to learn whose they are', async () => {
    const run = await play({ script: [] }, (world) => {
      const [first = '', second = ''] = instancesInService(world.autoScaling, GROUP)
      const named = [first, second, 'i-0123456789abcdef0'].map((entityValue) => ({ entityValue }))
      sendAt(world, 11, [changedDetail('health-retirement-scheduled', { affectedEntities: named })])
    })
    const looked = run.recording.decisions.map(({ facts }) => facts.instanceId)
    expect(looked).toEqual(
      expect.arrayContaining([...instancesInService(run.world.autoScaling, GROUP)].slice(0, 2)),
    )
    expect(callsOf(run, 'DescribeAutoScalingInstances')).toHaveLength(1)
    expect(run.recording.deadLetters).toBe(0)
  })

  it('of a drain whose hook was completed by somebody else are done with silently', async () => {
    const run = await play({ script: [terminateOne(10)] }, (world) => {
      const id = oldest(world)
      world.simulation.after(60_000, () => {
        world.autoScaling.model.operations['CompleteLifecycleAction']?.({
          AutoScalingGroupName: GROUP,
          LifecycleHookName: HOOK,
          InstanceId: id,
          LifecycleActionResult: 'CONTINUE',
        } as never)
      })
    })
    expect(run.recording.metric('DrainsCompleted')).toEqual([])
    expect(run.recording.deadLetters).toBe(0)
    expect(run.recording.lines.filter(({ level }) => level === 'ERROR')).toEqual([])
  })

  it('come straight from the hook under hookDelivery sqs, and the drain is the same', async () => {
    const run = await play({ services: [], settings: { hookDelivery: 'sqs' }, script: [terminateOne(10)] })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.metric('SignalsReceived').length).toBeGreaterThan(1)
    expect(run.recording.deadLetters).toBe(0)
  })
})

describe('a group with other termination hooks', () => {
  it('ends our own hook once, and leaves the instance alone while others keep it waiting', async () => {
    const other = { name: 'others-backup', heartbeatTimeoutSeconds: 600, defaultResult: 'CONTINUE' }
    const run = await play({
      services: [],
      groups: [{ name: GROUP, cpu: 4_096, memory: 15_360, desired: 3, max: 10, otherHooks: [other] }],
      script: [terminateOne(10)],
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.metric('DrainsCompleted')).toEqual([1])
    expect(callsOf(run, 'CompleteLifecycleAction')).toHaveLength(1)
    expect(callsOf(run, 'UpdateContainerInstancesState')).toHaveLength(1)
  })

  it('reports a hook that is missing from its group', async () => {
    const run = await play({ script: [{ do: 'delete-hook', atSeconds: 90, group: GROUP, hook: HOOK }] })
    expect(run.recording.metric('HookMissing')).toContain(1)
    expect(run.recording.metric('HookMissing')).toContain(0)
  })
})
