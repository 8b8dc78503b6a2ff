import { describe, expect, it } from '@jest/globals'

import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'

import { PLAN_MESSAGE } from '../../lib/measure-and-scale.ts'
import { ServiceError } from '../../simulator/aws/operation.ts'
import type { Rehearsal } from '../../simulator/rehearsal/rehearse.ts'
import { call } from '../../simulator/world/call.ts'
import { callsOf, GROUP, group, play, shop, terminateOne } from './small-cluster.ts'

const CAPACITY = 'ebbtide-web-capacity'
const broken = new ServiceError('InternalFailure', 'An unexpected error occurred', 500)

/** Three instances, of which one is enough for the service. */
const roomy = { groups: [{ ...group, min: 1 }], lastsSeconds: 900 }
const quickShop = { ...shop, loadBalancer: { deregistrationDelaySeconds: 30 } }

const groupIn = ({ world }: Rehearsal) => {
  const answer = call<DescribeAutoScalingGroupsCommandOutput>(
    world.autoScaling.model,
    'DescribeAutoScalingGroups',
    {},
  )
  const [found] = answer.AutoScalingGroups ?? []
  if (found === undefined) throw new Error('there is no group')
  return found
}

const writesOf = ({ world }: Rehearsal) =>
  world.calls.filter(
    ({ caller, service, operation }) =>
      caller === CAPACITY && service !== 'S3' && !/^(Describe|List|Get)/.test(operation),
  )

const plansIn = ({ recording }: Rehearsal) =>
  recording.lines.filter(({ message }) => message === PLAN_MESSAGE) as unknown as {
    readonly groups: readonly { readonly because: string; readonly desired: number }[]
  }[]

const reasonsIn = (run: Rehearsal, field: string): ReadonlySet<unknown> =>
  new Set(run.recording.lines.flatMap((line) => (field in line ? [line[field]] : [])))

describe('advice', () => {
  it('says what the group should have, each minute, and changes nothing', async () => {
    const run = await play({ ...roomy, settings: { scale: 'advise' }, lastsSeconds: 300 })
    expect(plansIn(run).length).toBeGreaterThanOrEqual(4)
    expect(run.recording.metric('DesiredCapacityAdvised')).toContain(2)
    expect(new Set(run.recording.metric('CapacityRunsFailed'))).toEqual(new Set([0]))
    expect(writesOf(run)).toEqual([])
    expect(groupIn(run).DesiredCapacity).toBe(3)
    expect(run.recording.violations).toEqual([])
  })
})

describe('scaling in', () => {
  it('takes instances out one batch at a time, drained, and stops where one less would be asked back', async () => {
    const run = await play({
      ...roomy,
      services: [quickShop],
      settings: { scale: 'act' },
      lastsSeconds: 1_800,
    })
    const removed = callsOf(run, 'TerminateInstanceInAutoScalingGroup')
    expect(removed.map(({ input }) => input['ShouldDecrementDesiredCapacity'])).toEqual([true, true])
    expect((removed[1]?.at ?? 0) - (removed[0]?.at ?? 0)).toBeGreaterThanOrEqual(300_000)
    expect(groupIn(run)).toMatchObject({ DesiredCapacity: 1 })
    expect(run.recording.drains.map(({ action }) => action.by)).toEqual(['completed', 'completed'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.violations).toEqual([])
  })

  it('lowers the desired capacity once where the answer to a removal is lost', async () => {
    let lost = 0
    const run = await play(
      { ...roomy, services: [quickShop], settings: { scale: 'act' }, lastsSeconds: 300 },
      (world) => {
        world.setFaults(({ operation }) =>
          operation === 'TerminateInstanceInAutoScalingGroup' && (lost += 1) === 1
            ? { kind: 'answer-lost', error: broken }
            : undefined,
        )
      },
    )
    expect(lost).toBe(1)
    expect(groupIn(run).DesiredCapacity).toBe(2)
    expect(run.recording.metric('CapacityRunsFailed')).toContain(1)
  })

  it.each([
    [
      'has scaling policies of others',
      { scalingPolicies: [{ name: 'cpu', policyType: 'StepScaling' }] },
      'other-policies',
    ],
    ["carries another stack's mark", { tags: { 'ebbtide:scaler': 'ebbtide-shop' } }, 'other-stack'],
  ])('leaves a group alone that %s, and says so once', async (_, changes, reason) => {
    const run = await play({
      groups: [{ ...group, min: 1, ...changes }],
      settings: { scale: 'act' },
      lastsSeconds: 300,
    })
    expect(writesOf(run)).toEqual([])
    expect(reasonsIn(run, 'Reason')).toContain(reason)
    const told = run.recording.lines.filter(({ message }) => message === 'Refused to scale a group')
    expect(told).toHaveLength(1)
  })
})

describe('scaling out', () => {
  const full = {
    groups: [{ ...group, min: 1, max: 12 }],
    services: [{ ...quickShop, cpu: 1_024, memory: 2_048, desired: 11 }],
  }

  it('comes in seconds when a drain lacks room, and the drain goes on', async () => {
    const run = await play({
      ...full,
      settings: { scale: 'act', headroom: '0' },
      script: [terminateOne(70)],
      lastsSeconds: 900,
    })
    const [out] = callsOf(run, 'SetDesiredCapacity')
    const startedAt = run.recording.drains[0]?.action.startedAt ?? 0
    expect((out?.at ?? Infinity) - startedAt).toBeLessThan(45_000)
    expect(run.recording.drains.map(({ action }) => action.by)).toEqual(['completed'])
    expect(run.recording.violations).toEqual([])
  })

  it('keeps to the step and to the maximum of the group', async () => {
    const run = await play({
      groups: [{ ...group, min: 1, max: 5 }],
      services: [{ ...quickShop, cpu: 4_000, desired: 12 }],
      settings: { scale: 'act', scaleOutStep: '1' },
      lastsSeconds: 600,
    })
    const wanted = callsOf(run, 'SetDesiredCapacity').map(({ input }) => input['DesiredCapacity'])
    expect(wanted).toEqual([4, 5])
  })
})

describe('a cluster that cannot be read', () => {
  it('is said to be so, publishes nothing of it, and is measured again as soon as it can be', async () => {
    const run = await play({ ...roomy, settings: { scale: 'advise' }, lastsSeconds: 400 }, (world) => {
      const until = world.simulation.now() + 200_000
      world.setFaults(({ caller, operation }) =>
        caller === CAPACITY && operation === 'ListTasks' && world.simulation.now() < until
          ? { kind: 'refused', error: broken }
          : undefined,
      )
    })
    const failed = run.recording.metric('CapacityRunsFailed')
    expect(failed).toEqual([1, 1, 1, ...failed.slice(3).map(() => 0)])
    expect(run.recording.metric('InstancesActive')).toHaveLength(failed.length - 3)
    expect(run.recording.metric('PendingTasks')).toHaveLength(failed.length - 3)
  })
})

describe('choosing victims', () => {
  const asked = { do: 'set-desired-capacity', atSeconds: 200, group: GROUP, desired: 2 }

  it('lets a scale-in of others take an instance whose tasks fit elsewhere', async () => {
    const run = await play({
      groups: [{ ...group, min: 2 }],
      services: [quickShop],
      settings: { scale: 'off', chooseVictims: 'on' },
      script: [asked],
      lastsSeconds: 900,
    })
    expect(groupIn(run).Instances).toHaveLength(2)
    expect(run.recording.drains.map(({ action }) => action.by)).toEqual(['completed'])
    expect(run.recording.violations).toEqual([])
  })

  it('vetoes one whose tasks fit nowhere, with the reason, and the desired capacity is set back in five minutes', async () => {
    const run = await play({
      groups: [{ ...group, min: 1 }],
      services: [{ ...quickShop, cpu: 1_024, memory: 2_048, desired: 11 }],
      settings: { scale: 'act', chooseVictims: 'on', headroom: '0' },
      script: [asked],
      lastsSeconds: 900,
    })
    expect(run.recording.metric('VictimsVetoed').length).toBeGreaterThan(0)
    expect(run.recording.drains).toEqual([])
    expect(groupIn(run)).toMatchObject({ DesiredCapacity: 3 })
    expect(run.recording.violations).toEqual([])
  })
})
