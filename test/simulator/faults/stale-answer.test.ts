import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'
import { describe, expect, it } from '@jest/globals'

import { Past } from '../../../simulator/faults/past.ts'
import { isRemembered, staleAnswer } from '../../../simulator/faults/stale-answer.ts'
import type { World } from '../../../simulator/world/world.ts'
import { oldest, play, terminateOne } from '../../scenarios/small-cluster.ts'

/** Asks at a second of the run what the answer would have been some seconds before, and what it is. */
const askAt = async (atSeconds: number, agoSeconds: number, asked: (world: World) => Question) => {
  const answers: unknown[] = []
  await play({ script: [terminateOne(10)], lastsSeconds: 60 }, (world) => {
    const past = new Past(world)
    const { service, operation, input } = asked(world)
    world.simulation.after(1_000 * atSeconds, () => {
      const asOf = world.simulation.now() - 1_000 * agoSeconds
      answers.push(staleAnswer({ world, past, asked: { service, operation, input, caller: 'test' }, asOf }))
      const model = service === 'ECS' ? world.ecs.model : world.autoScaling.model
      answers.push(model.operations[operation]?.(input as never))
    })
  })
  return { old: answers[0], fresh: answers[1] }
}

interface Question {
  readonly service: string
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

const describeIt = (world: World): Question => ({
  service: 'ECS',
  operation: 'DescribeContainerInstances',
  input: { cluster: 'web', containerInstances: [arnOf(world)] },
})

const listIt =
  (desiredStatus: string) =>
  (world: World): Question => ({
    service: 'ECS',
    operation: 'ListTasks',
    input: { cluster: 'web', containerInstance: arnOf(world), desiredStatus },
  })

const arnOf = (world: World) => world.ecs.containerInstanceOn(oldest(world))?.containerInstanceArn

describe('an answer that is seconds old', () => {
  it('shows a container instance as it was before it was set DRAINING', async () => {
    const { old, fresh } = await askAt(14, 5, describeIt)
    expect(old).toMatchObject({ containerInstances: [{ status: 'ACTIVE' }] })
    expect(fresh).toMatchObject({ containerInstances: [{ status: 'DRAINING' }] })
  })

  it('is the same as a fresh one where nothing has changed', async () => {
    const { old, fresh } = await askAt(9, 3, listIt('RUNNING'))
    expect(old).toEqual(fresh)
  })

  it.each([listIt('RUNNING'), describeIt])(
    'is never older than what is known: who has just begun to look knows nothing of before',
    async (asked) => {
      const { old, fresh } = await askAt(1, 5, asked)
      expect(old).toEqual(fresh)
    },
  )

  it('lists the tasks of the whole cluster where no container instance is named', async () => {
    const { old, fresh } = await askAt(9, 3, () => ({
      service: 'ECS',
      operation: 'ListTasks',
      input: { cluster: 'web', desiredStatus: 'RUNNING' },
    }))
    expect((old as { taskArns: string[] }).taskArns.toSorted()).toEqual(
      (fresh as { taskArns: string[] }).taskArns.toSorted(),
    )
    expect((old as { taskArns: string[] }).taskArns.length).toBeGreaterThan(2)
  })

  it('lists a task as RUNNING that ECS has decided to stop since', async () => {
    const { old, fresh } = await askAt(58, 57, listIt('RUNNING'))
    expect((old as { taskArns: string[] }).taskArns).toHaveLength(2)
    expect((fresh as { taskArns: string[] }).taskArns).toHaveLength(0)
  })

  it('shows the state of an instance before its termination began', async () => {
    const { old, fresh } = await askAt(13, 12, (world) => ({
      service: 'Auto Scaling',
      operation: 'DescribeAutoScalingInstances',
      input: { InstanceIds: [oldest(world)] },
    }))
    expect(old).toMatchObject({ AutoScalingInstances: [{ LifecycleState: 'InService' }] })
    expect(fresh).toMatchObject({ AutoScalingInstances: [{ LifecycleState: 'Terminating:Wait' }] })
  })

  it('lists the members of a group with the state of then, whether they have gone since or not', async () => {
    const ofGroup = (world: World): Question => ({
      service: 'Auto Scaling',
      operation: 'DescribeAutoScalingGroups',
      input: { AutoScalingGroupNames: [world.spec.groups[0]?.name] },
    })
    const { old, fresh } = await askAt(13, 12, ofGroup)
    expect(statesIn(old)).toEqual(['InService', 'InService', 'InService'])
    expect(statesIn(fresh)).toEqual(['InService', 'InService', 'Terminating:Wait'])
    const { old: asNow, fresh: now } = await askAt(9, 3, ofGroup)
    expect(asNow).toEqual(now)
  })

  it('shows a service with the counts of then', async () => {
    const ofServices = (world: World): Question => ({
      service: 'ECS',
      operation: 'DescribeServices',
      input: { cluster: 'web', services: world.spec.services.map(({ name }) => name) },
    })
    const { old, fresh } = await askAt(9, 3, ofServices)
    expect(old).toEqual(fresh)
    const { old: before, fresh: after } = await askAt(40, 38, ofServices)
    expect(JSON.stringify(before)).not.toBe(JSON.stringify(after))
  })

  it('is not known of calls whose past nobody remembers', () => {
    expect(isRemembered('DescribeWarmPool')).toBe(true)
    expect(isRemembered('DescribeTargetHealth')).toBe(false)
  })
})

const statesIn = (answer: unknown): readonly string[] =>
  (answer as DescribeAutoScalingGroupsCommandOutput).AutoScalingGroups?.flatMap(({ Instances = [] }) =>
    Instances.map(({ LifecycleState = '' }) => LifecycleState),
  ).toSorted() ?? []
