import { describe, expect, it } from '@jest/globals'

import { callFaults } from '../../../simulator/faults/call-faults.ts'
import { drawFaultOdds, type FaultOdds } from '../../../simulator/faults/fault-odds.ts'
import { Random } from '../../../simulator/engine/random.ts'
import { Reached } from '../../../simulator/faults/reached.ts'
import type { Call, CallFault } from '../../../simulator/sdk/call-fault.ts'
import { call } from '../../../simulator/world/call.ts'
import type { World } from '../../../simulator/world/world.ts'
import { GROUP, play } from '../../scenarios/small-cluster.ts'

const none = drawFaultOdds(
  { random: new Random(1), badMessages: new Random(1), untimelyWakes: new Random(1) },
  'none',
)

/** What goes wrong with calls at the end of a minute, where nothing else than this can. */
const faultsWith = async (calls: Partial<FaultOdds['calls']>, changes = {}) => {
  const { world } = await play({ script: [], lastsSeconds: 60, ...changes })
  const odds = { ...none, bucketShare: 1, calls: { ...none.calls, ...calls } }
  const ask = callFaults({ world, odds, reached: new Reached(), stalenessMs: 0 })
  return { world, faultOf: (made: Omit<Call, 'caller'>) => ask({ ...made, caller: 'drain' }) }
}

const containerInstancesOf = ({ ecs }: World): readonly string[] =>
  call<{ containerInstanceArns: string[] }>(ecs.model, 'ListContainerInstances', { cluster: 'web' })
    .containerInstanceArns

interface Answered {
  readonly containerInstances: readonly { readonly containerInstanceArn: string; readonly status: string }[]
  readonly failures: readonly { readonly arn: string; readonly reason: string }[]
}

const answerOf = (fault: CallFault | undefined): Answered => {
  if (fault?.kind !== 'items-failed') throw new Error('nothing failed')
  return (typeof fault.output === 'function' ? (fault.output as () => object)() : fault.output) as Answered
}

describe('failures in a 200', () => {
  it('are of some items at least, and all others are truly described', async () => {
    const { world, faultOf } = await faultsWith({ itemsFailed: 1 })
    const containerInstances = containerInstancesOf(world)
    const input = { cluster: 'web', containerInstances }
    const made = { service: 'ECS', operation: 'DescribeContainerInstances', input }
    const answers = Array.from({ length: 50 }, () => answerOf(faultOf(made)))
    for (const { containerInstances: described, failures } of answers) {
      const named = [
        ...described.map(({ containerInstanceArn }) => containerInstanceArn),
        ...failures.map(({ arn }) => arn),
      ]
      expect(named.toSorted()).toEqual(containerInstances.toSorted())
      expect(described.every(({ status }) => status === 'ACTIVE')).toBe(true)
    }
    expect(new Set(answers.map(({ failures }) => failures.length))).toEqual(new Set([1, 2, 3]))
  })
})

describe('a retry after the effect', () => {
  const terminate = (ShouldDecrementDesiredCapacity: boolean) => ({
    service: 'Auto Scaling',
    operation: 'TerminateInstanceInAutoScalingGroup',
    input: { InstanceId: 'i-0fedcba9876543210', ShouldDecrementDesiredCapacity },
  })

  it('befalls a replacement, and no removal, whose client never asks twice', async () => {
    const { faultOf } = await faultsWith({ repeated: 1 })
    expect(faultOf(terminate(false))).toEqual({ kind: 'repeated' })
    expect(faultOf(terminate(true))).toBeUndefined()
  })
})

describe('one item a page', () => {
  const listing = { service: 'Auto Scaling', operation: 'DescribeScalingActivities' }

  it('is what scaling activities may come in', async () => {
    const { faultOf } = await faultsWith({ onePage: 1 })
    const fault = faultOf({ ...listing, input: { AutoScalingGroupName: GROUP, MaxRecords: 100 } })
    expect(fault).toEqual({ kind: 'paged', pageSize: { MaxRecords: 1 } })
  })

  it('is not asked of a function where there are so many that its time would not do', async () => {
    const grow = { do: 'set-desired-capacity', atSeconds: 5, group: GROUP, desired: 10 }
    const shrink = { ...grow, atSeconds: 300, desired: 3 }
    const busy = { script: [grow, shrink], lastsSeconds: 600 }
    const { world, faultOf } = await faultsWith({ onePage: 1 }, busy)
    const input = { AutoScalingGroupName: GROUP, MaxRecords: 100 }
    const { Activities } = call<{ Activities: object[] }>(
      world.autoScaling.model,
      'DescribeScalingActivities',
      input,
    )
    expect(Activities.length).toBeGreaterThan(10)
    expect(faultOf({ ...listing, input })).toBeUndefined()
  })
})
