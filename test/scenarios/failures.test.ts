import { describe, expect, it } from '@jest/globals'

import { ServiceError } from '../../simulator/aws/operation.ts'
import type { Rehearsal } from '../../simulator/rehearsal/rehearse.ts'
import type { Call } from '../../simulator/sdk/call-fault.ts'
import { drainSeconds, outcomes, play, terminateOne } from './small-cluster.ts'

const quickShop = {
  name: 'shop',
  cpu: 256,
  memory: 512,
  desired: 6,
  loadBalancer: { deregistrationDelaySeconds: 30 },
}
/** Nothing is measured meanwhile, so that every await and every call is one of a drain. */
const changes = {
  services: [quickShop],
  script: [terminateOne(10)],
  settings: { scale: 'off' },
  lastsSeconds: 600,
}

/** What must be true of the end whatever went wrong on the way. */
const expectAllWell = (run: Rehearsal): void => {
  expect(run.recording.drains.map(({ action }) => `${action.result} ${action.by}`)).toEqual([
    'CONTINUE completed',
  ])
  expect(run.recording.killedTasks).toEqual([])
  expect(run.recording.deadLetters).toBe(0)
}

const isOurs = ({ caller }: Call): boolean => caller !== 'operator'

const throttled = new ServiceError('ThrottlingException', 'Rate exceeded')
const broken = new ServiceError('ServerException', 'An unexpected error occurred', 500)

describe('a function that dies', () => {
  it('at any of its awaits, one after another, leaves a drain that ends all the same', async () => {
    let waits = 0
    await play(changes, (world) => {
      world.lambda.crashAt(() => {
        waits += 1
        return false
      })
    })
    expect(waits).toBeGreaterThan(60)
    for (let victim = 1; victim <= waits; victim += 1) {
      let seen = 0
      const run = await play(changes, (world) => {
        world.lambda.crashAt(() => (seen += 1) === victim)
      })
      expectAllWell(run)
    }
  }, 120_000)
})

describe('calls that go wrong', () => {
  it.each([
    ['ECS', 'ListContainerInstances'],
    ['ECS', 'DescribeContainerInstances'],
    ['ECS', 'UpdateContainerInstancesState'],
    ['ECS', 'PutAttributes'],
    ['ECS', 'ListTasks'],
    ['ECS', 'DescribeTasks'],
    ['Auto Scaling', 'DescribeAutoScalingInstances'],
    ['Auto Scaling', 'DescribeLifecycleHooks'],
    ['Auto Scaling', 'DescribeScalingActivities'],
    ['Auto Scaling', 'CompleteLifecycleAction'],
    ['SQS', 'SendMessage'],
  ])(
    '%s %s throttled for two minutes: the drain is late, nothing is killed, nothing becomes a dead letter',
    async (service, operation) => {
      const run = await play(changes, (world) => {
        const until = world.simulation.now() + 120_000
        world.setFaults((call) =>
          isOurs(call) &&
          call.service === service &&
          call.operation === operation &&
          world.simulation.now() < until
            ? { kind: 'refused', error: throttled }
            : undefined,
        )
      })
      expectAllWell(run)
      expect(drainSeconds(run)).toBeLessThan(240)
    },
  )

  it.each(['UpdateContainerInstancesState', 'PutAttributes', 'CompleteLifecycleAction', 'SendMessage'])(
    '%s whose answer is lost after its effect is repeated without harm',
    async (operation) => {
      let lost = 0
      const run = await play(changes, (world) => {
        world.setFaults((call) =>
          isOurs(call) && call.operation === operation && (lost += 1) <= 2
            ? { kind: 'answer-lost', error: broken }
            : undefined,
        )
      })
      expect(lost).toBeGreaterThan(0)
      expectAllWell(run)
      expect(run.recording.metric('DrainsCompleted').length).toBeLessThanOrEqual(1)
    },
  )

  it('a signal that keeps failing comes back soon, and reaches the dead-letter queue after five receives', async () => {
    const run = await play({ ...changes, lastsSeconds: 300 }, (world) => {
      world.setFaults((call) =>
        isOurs(call) && call.operation === 'DescribeAutoScalingInstances'
          ? { kind: 'refused', error: broken }
          : undefined,
      )
    })
    expect(run.recording.deadLetters).toBe(1)
    const receives = run.recording.invocations.filter(({ functionName }) => functionName.endsWith('drain'))
    expect(receives.length).toBeGreaterThanOrEqual(5)
    expect(run.recording.killedTasks).toEqual([])
    expect(outcomes(run)).toEqual(['drained'])
  })

  it('a call that is denied never releases an instance', async () => {
    const denied = new ServiceError('AccessDeniedException', 'User is not authorized')
    const run = await play({ ...changes, lastsSeconds: 1_500 }, (world) => {
      world.setFaults((call) =>
        isOurs(call) && call.service === 'ECS' ? { kind: 'refused', error: denied } : undefined,
      )
    })
    expect(run.recording.drains).toEqual([])
    expect(run.recording.metric('DrainsInFlight')).toEqual([])
    expect(run.recording.killedTasks).toEqual([])
  })
})
