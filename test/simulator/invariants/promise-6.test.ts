import { DescribeContainerInstancesCommand, ECSClient } from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import type { LambdaEnvironment } from '../../../simulator/aws/lambda/function-spec.ts'
import { ServiceError } from '../../../simulator/aws/operation.ts'
import { STRANGER_ID } from '../../../simulator/faults/bad-messages.ts'
import type { Recording } from '../../../simulator/rehearsal/recording.ts'
import type { World } from '../../../simulator/world/world.ts'
import { playBroken, promisesBroken } from './broken-product.ts'

const hasFailures = ({ result }: Recording['invocations'][number]): boolean =>
  result.kind === 'succeeded' && result.response.includes('itemIdentifier')

describe('promise 6', () => {
  it('is broken by a good message that becomes a dead letter although no call has failed', async () => {
    const run = await playBroken({ lastsSeconds: 1_500 }, ({ lambda }) => {
      const { spec } = lambda.functionByArn(lambda.arnOf('ebbtide-web-drain'))
      lambda.updateFunction({ ...spec, createHandler: () => () => Promise.reject(new Error('out of order')) })
    })
    expect(run.recording.deadLetters).toBe(1)
    expect(run.violations).toEqual([
      expect.objectContaining({
        promise: 6,
        instanceId: run.instanceId,
        what: 'a lifecycle-action message that can be read became a dead letter',
      }),
    ])
  })

  it('is not broken by a message whose invocations the world kills, each time', async () => {
    const run = await playBroken({ lastsSeconds: 1_500 }, ({ lambda }) =>
      lambda.crashAt(({ functionName }) => functionName === 'ebbtide-web-drain'),
    )
    expect(run.recording.deadLetters).toBe(1)
    expect(run.violations).toEqual([])
  })

  const beside = ({ sqs }: World): void => {
    const queue = sqs.queueByArn(sqs.arnOf('ebbtide-web-signals'))
    sqs.onSent((_, { senderId }) => {
      if (senderId !== STRANGER_ID) sqs.send(queue, { body: 'no message', senderId: STRANGER_ID })
    })
  }

  it('is broken by a function that fails when one message of its batch cannot be read', async () => {
    const run = await playBroken({ lastsSeconds: 60 }, (world) => {
      const { lambda } = world
      const { spec } = lambda.functionByArn(lambda.arnOf('ebbtide-web-drain'))
      lambda.updateFunction({ ...spec, createHandler: () => () => Promise.reject(new Error('unreadable')) })
      beside(world)
    })
    expect(run.violations[0]).toEqual({
      promise: 6,
      at: expect.any(Number),
      what: '1 good messages come back although no call has failed, and share their batch with a bad one',
    })
  })

  it('is broken by a function that fails with all of a batch for an error that one message provokes', async () => {
    const run = await playBroken({ lastsSeconds: 60 }, (world) => {
      const { lambda } = world
      const { spec } = lambda.functionByArn(lambda.arnOf('ebbtide-web-drain'))
      const createHandler = ({ caller }: LambdaEnvironment) => {
        const ecs = new ECSClient()
        world.transport.attach(ecs, caller)
        const input = { cluster: 'web', containerInstances: [] }
        return () => ecs.send(new DescribeContainerInstancesCommand(input))
      }
      lambda.updateFunction({ ...spec, createHandler })
      beside(world)
    })
    const [made] = run.world.calls.filter(({ caller }) => caller === 'ebbtide-web-drain')
    expect(made?.error).toBe('InvalidParameterException')
    expect(run.violations[0]?.what).toMatch(/^1 good messages come back although no call has failed/)
  })

  it('is kept by the function that is deployed, whose bad messages come back alone', async () => {
    const run = await playBroken({ lastsSeconds: 600 }, beside)
    const mixed = run.recording.invocations.filter(
      ({ payload }) => payload.includes(STRANGER_ID) && payload.includes(run.instanceId),
    )
    expect(mixed.length).toBeGreaterThan(0)
    expect(run.recording.deadLetters).toBeGreaterThan(0)
    expect(run.violations).toEqual([])
  })

  it('is not broken by a good message whose own call failed in a batch with a bad one', async () => {
    const run = await playBroken({ lastsSeconds: 120 }, (world) => {
      const error = new ServiceError('InternalFailure', 'An unexpected error occurred', 500)
      world.setFaults(({ operation }) =>
        operation === 'DescribeAutoScalingInstances' ? { kind: 'refused', error } : undefined,
      )
      beside(world)
    })
    expect(run.recording.invocations.some(hasFailures)).toBe(true)
    expect(promisesBroken(run)).toEqual([])
  })

  it('is not broken by a message that cannot be read', async () => {
    const run = await playBroken({ script: [], lastsSeconds: 300 }, ({ sqs }) =>
      sqs.send(sqs.queueByArn(sqs.arnOf('ebbtide-web-signals')), { body: 'no message' }),
    )
    expect(run.recording.deadLetters).toBe(1)
    expect(run.violations).toEqual([])
  })
})
