import { describe, expect, it } from '@jest/globals'

import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'

import type { StoredCandidates } from '../../lib/capacity/candidate-list.ts'
import { PLAN_MESSAGE } from '../../lib/scaling/measure-and-scale.ts'
import { ServiceError } from '../../simulator/aws/operation.ts'
import type { Rehearsal } from '../../simulator/rehearsal/rehearse.ts'
import { call } from '../../simulator/world/call.ts'
import { instancesInService } from '../../simulator/world/group-instances.ts'
import type { World } from '../../simulator/world/world.ts'
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

  it('leaves an instance alone to which a task has come since it was planned', async () => {
    let busiedAt: number | undefined
    const run = await play(
      {
        ...roomy,
        services: [quickShop],
        settings: { scale: 'act', scaleInBudget: '100' },
        lastsSeconds: 100,
      },
      (world) => {
        let groupReads = 0
        world.setFaults(({ caller, operation }) => {
          // Once for each of the two plans; the third is the last look before the removal.
          if (caller !== CAPACITY || operation !== 'DescribeAutoScalingGroups') return undefined
          if ((groupReads += 1) !== 3) return undefined
          busiedAt = world.simulation.now()
          call(world.ecs.model, 'UpdateService', { cluster: 'web', service: 'shop', desiredCount: 24 })
          return { kind: 'slow', extraMs: 8_000 }
        })
      },
    )
    expect(busiedAt).toBeDefined()
    expect(plansIn(run)[0]?.groups[0]).toMatchObject({ because: 'removable' })
    expect(callsOf(run, 'TerminateInstanceInAutoScalingGroup')).toEqual([])
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

describe('launches that fail', () => {
  const failing = (chooseVictims: 'on' | 'off') =>
    play({
      ...roomy,
      settings: { scale: 'act', chooseVictims },
      script: [
        { do: 'lack-capacity', atSeconds: 20, untilSeconds: 900 },
        { do: 'set-desired-capacity', atSeconds: 30, group: GROUP, desired: 6 },
      ],
      lastsSeconds: 300,
    })

  it('are asked for no longer once nothing needs them: desired goes down to what is there, and takes nothing', async () => {
    const run = await failing('on')
    expect(callsOf(run, 'SetDesiredCapacity').map(({ input }) => input['DesiredCapacity'])).toEqual([3])
    expect(reasonsIn(run, 'because')).toEqual(new Set(['launches-fail']))
    expect(groupIn(run)).toMatchObject({ DesiredCapacity: 3 })
    expect(run.recording.drains).toEqual([])
    expect(run.recording.violations).toEqual([])
  })

  it('are only advised against where Auto Scaling would choose whom to take if one launch came after all', async () => {
    const run = await failing('off')
    expect(plansIn(run).at(-1)?.groups[0]).toMatchObject({ because: 'launches-fail', desired: 3 })
    expect(callsOf(run, 'SetDesiredCapacity')).toEqual([])
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

describe('scaling in beside a choice of victims', () => {
  const other = { ...group, name: 'ecs-web-b', desired: 2, min: 2 }
  const both = {
    groups: [{ ...group, min: 1 }, other],
    services: [quickShop],
    settings: { scale: 'act', chooseVictims: 'on' },
    lastsSeconds: 300,
  }
  const listIn = (world: World, name: string) => {
    const bucket = world.s3.buckets.find(({ spec }) => spec.name.includes('ScalingBucket'))
    const text = new TextDecoder().decode(bucket?.find(`candidates/${name}.json`)?.bytes)
    return (JSON.parse(text) as StoredCandidates).list
  }

  it('first writes lists that count what is about to go as gone', async () => {
    const seen: { readonly removed: unknown; readonly listed: readonly string[]; readonly ageMs: number }[] =
      []
    const run = await play(both, (world) => {
      world.setFaults(({ operation, input }) => {
        if (operation !== 'TerminateInstanceInAutoScalingGroup') return undefined
        const { candidates, writtenAt } = listIn(world, GROUP)
        seen.push({
          removed: input['InstanceId'],
          listed: candidates.map(({ instanceId }) => instanceId),
          ageMs: world.simulation.now() - writtenAt,
        })
        return undefined
      })
    })
    expect(seen.length).toBeGreaterThan(0)
    for (const { removed, listed, ageMs } of seen) {
      expect(listed).not.toContain(removed)
      expect(ageMs).toBeLessThan(30_000)
    }
    expect(run.recording.violations).toEqual([])
  })

  it('withdraws a list, and waits until choices from it show, before it offers what that one did not', async () => {
    const writes: { readonly at: number; readonly ids: readonly string[] }[] = []
    const run = await play({ ...both, lastsSeconds: 400 }, (world) => {
      world.setFaults(({ operation, input }) => {
        if (operation !== 'PutObject' || input['Key'] !== `candidates/${GROUP}.json`) return undefined
        const { list } = JSON.parse(String(input['Body'])) as StoredCandidates
        writes.push({ at: world.simulation.now(), ids: list.candidates.map(({ instanceId }) => instanceId) })
        return undefined
      })
    })
    expect(writes.some(({ ids }) => ids.length > 0)).toBe(true)
    writes.forEach(({ at, ids }, index) => {
      const before = writes[index - 1]
      if (before === undefined || ids.every((id) => before.ids.includes(id))) return
      expect(before.ids).toEqual([])
      expect(at - before.at).toBeGreaterThanOrEqual(5_000)
    })
    expect(run.recording.violations).toEqual([])
  })

  it('removes nothing more when an instance of another group has begun to leave since the plan', async () => {
    let leftAt: number | undefined
    const run = await play({ ...both, lastsSeconds: 100 }, (world) => {
      world.setFaults(({ operation }) => {
        if (operation !== 'PutObject' || leftAt !== undefined) return undefined
        leftAt = world.simulation.now()
        const id = instancesInService(world.autoScaling, other.name)[0]
        call(world.autoScaling.model, 'TerminateInstanceInAutoScalingGroup', {
          InstanceId: id,
          ShouldDecrementDesiredCapacity: false,
        })
        return undefined
      })
    })
    expect(leftAt).toBeDefined()
    expect(plansIn(run)[0]?.groups[0]).toMatchObject({ because: 'removable' })
    const removed = callsOf(run, 'TerminateInstanceInAutoScalingGroup')
    expect(removed.filter(({ at }) => at < (leftAt ?? 0) + 30_000)).toEqual([])
  })
})

describe('one group that cannot be scaled', () => {
  it('keeps no other waiting, nor the candidates, and is told of in the end', async () => {
    let refusedAt: number | undefined
    const run = await play(
      {
        groups: [
          { ...group, min: 1 },
          { ...group, name: 'ecs-web-b', min: 1 },
        ],
        services: [quickShop],
        settings: { scale: 'act', chooseVictims: 'on' },
        lastsSeconds: 200,
      },
      (world) => {
        world.setFaults(({ operation }) => {
          if (operation !== 'TerminateInstanceInAutoScalingGroup' || refusedAt !== undefined) return undefined
          refusedAt = world.simulation.now()
          return { kind: 'refused', error: broken }
        })
      },
    )
    const [refused, next] = callsOf(run, 'TerminateInstanceInAutoScalingGroup')
    expect(refused?.error).toBe('InternalFailure')
    expect((next?.at ?? Infinity) - (refusedAt ?? 0)).toBeLessThan(10_000)
    expect(run.recording.metric('CapacityRunsFailed')).toContain(1)
    const bucket = run.world.s3.buckets.find(({ spec }) => spec.name.includes('ScalingBucket'))
    expect(bucket?.find('candidates/ecs-web-b.json')?.lastModified).toBeGreaterThan(refusedAt ?? 0)
    expect(run.recording.violations).toEqual([])
  })
})
