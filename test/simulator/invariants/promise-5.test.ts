import { StopTaskCommand, UpdateContainerInstancesStateCommand } from '@aws-sdk/client-ecs'
import { DeleteMessageCommand } from '@aws-sdk/client-sqs'
import { describe, expect, it } from '@jest/globals'

import { call } from '../../../simulator/world/call.ts'
import type { World } from '../../../simulator/world/world.ts'
import { group, GROUP } from '../../scenarios/small-cluster.ts'
import { at, clientsAs, completion, playBroken, promisesBroken, secondsInto } from './broken-product.ts'

describe('promise 5', () => {
  it.each([
    [
      'the group of others',
      'the group others',
      (world: World, id: string) =>
        clientsAs(world).autoScaling.send(completion(id, { AutoScalingGroupName: 'others' })),
    ],
    [
      'the hook of others',
      'the hook theirs',
      (world: World, id: string) =>
        clientsAs(world).autoScaling.send(completion(id, { LifecycleHookName: 'theirs' })),
    ],
    [
      'the cluster of others',
      'the cluster other',
      (world: World) =>
        clientsAs(world).ecs.send(
          new UpdateContainerInstancesStateCommand({
            cluster: 'other',
            containerInstances: [],
            status: 'DRAINING',
          }),
        ),
    ],
    [
      'the queue of others',
      'the queue https://sqs.eu-west-1.amazonaws.com/111122223333/theirs',
      (world: World) =>
        clientsAs(world).sqs.send(
          new DeleteMessageCommand({
            QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/theirs',
            ReceiptHandle: 'theirs',
          }),
        ),
    ],
  ])('is broken by a write to %s', async (_, thing, write) => {
    const run = await playBroken({ script: [], lastsSeconds: 60 }, (world, id) =>
      at(world, 15, () => write(world, id)),
    )
    expect(run.violations).toEqual([
      expect.objectContaining({
        promise: 5,
        what: expect.stringContaining(` of ${thing}, which is not this stack's`),
      }),
    ])
    expect(secondsInto(run.violations[0]?.at ?? 0)).toBeCloseTo(15, 0)
  })

  const theirs = { ...group, name: 'theirs' }
  const both = { script: [], groups: [group, theirs], settings: { groups: GROUP }, lastsSeconds: 60 }

  it('is broken by a container instance of the cluster whose group the stack was not given', async () => {
    const run = await playBroken(both, (world) => {
      const arn = world.ecs.containerInstanceOn(instanceOfGroup(world, 'theirs'))?.containerInstanceArn ?? ''
      const input = { cluster: 'web', containerInstances: [arn], status: 'DRAINING' as const }
      at(world, 15, () => clientsAs(world).ecs.send(new UpdateContainerInstancesStateCommand(input)))
    })
    expect(promisesBroken(run)).toEqual([5])
  })

  it.each([
    ['is broken', 'theirs', [5]],
    ['is not broken', GROUP, []],
  ])('%s by a task that is stopped on an instance of %s', async (_, name, broken) => {
    const run = await playBroken(both, (world) =>
      at(world, 15, () => {
        const task = world.ecs.tasksOn(instanceOfGroup(world, name))[0]?.taskArn
        return clientsAs(world).ecs.send(new StopTaskCommand({ cluster: 'web', task }))
      }),
    )
    expect(promisesBroken(run).filter((promise) => promise === 5)).toEqual(broken)
  })
})

const instanceOfGroup = ({ autoScaling }: World, name: string): string => {
  const input = { AutoScalingGroupNames: [name] }
  const answer = call<{ AutoScalingGroups: { Instances: { InstanceId: string }[] }[] }>(
    autoScaling.model,
    'DescribeAutoScalingGroups',
    input,
  )
  return answer.AutoScalingGroups[0]!.Instances[0]!.InstanceId
}
