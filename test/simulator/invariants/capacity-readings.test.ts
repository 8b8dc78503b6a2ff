import { stdout } from 'node:process'
import { describe, expect, it } from '@jest/globals'

import { ServiceError } from '../../../simulator/aws/operation.ts'
import { unfoundedMetric } from '../../../simulator/invariants/capacity-readings.ts'
import type { CallFaults } from '../../../simulator/sdk/call-fault.ts'
import type { CallRecord } from '../../../simulator/sdk/call-record.ts'
import type { World } from '../../../simulator/world/world.ts'
import { play } from '../../scenarios/small-cluster.ts'

describe('promise 9, of what the cluster can hold,', () => {
  const error = new ServiceError('ServerException', 'An unexpected error occurred', 500)
  const refuse =
    (operation: string): CallFaults =>
    (made) =>
      made.operation === operation ? { kind: 'refused', error } : undefined
  const publish = (world: World, metric: object): void => {
    const line = { _aws: {}, ClusterName: 'web', ...metric }
    world.simulation.after(150_000, () => void stdout.write(`${JSON.stringify(line)}\n`))
  }
  const playUnread = (faults: CallFaults, metric: object) =>
    play({ script: [], lastsSeconds: 200 }, (world) => {
      world.setFaults(faults)
      publish(world, metric)
    })

  it.each([
    ['DescribeAutoScalingGroups', 'DesiredBelowActual', 0],
    ['ListContainerInstances', 'InstancesActive', 0],
    ['DescribeContainerInstances', 'InstancesDraining', 0],
    ['ListTasks', 'InstancesEmpty', 3],
    ['DescribeServices', 'PendingTasks', 0],
  ])('is broken after %s has failed by %s of %i', async (operation, metric, value) => {
    const run = await playUnread(refuse(operation), { [metric]: value })
    expect(run.recording.violations).toEqual([
      {
        promise: 9,
        at: expect.any(Number),
        what: `published ${metric} though ${operation} had not been answered`,
      },
    ])
    expect(run.recording.judged).toContain('metrics withheld')
  })

  it('is broken by a figure of a listing that answered with failures', async () => {
    const failures = [{ arn: 'all', reason: 'INTERNAL' }]
    const output = { containerInstances: [], failures }
    const faults: CallFaults = ({ operation }) =>
      operation === 'DescribeContainerInstances' ? { kind: 'items-failed', output } : undefined
    const { recording } = await playUnread(faults, { InstancesActive: 0 })
    expect(recording.violations.map(({ promise }) => promise)).toEqual([9])
  })

  it.each([
    ['tells of the run itself', 'ListTasks', { CapacityRunsFailed: 1, SnapshotAgeSeconds: 60 }],
    ['does not rest on what has failed', 'ListServices', { InstancesActive: 0 }],
  ])('is not broken by a metric that %s', async (_, operation, metric) => {
    const { recording } = await playUnread(refuse(operation), metric)
    expect(recording.violations).toEqual([])
  })

  it('is kept by the function that is deployed: it says that the run has failed, and nothing of the cluster', async () => {
    const run = await playUnread(refuse('ListTasks'), {})
    expect(run.recording.metric('CapacityRunsFailed')).toContain(1)
    expect(run.recording.metric('InstancesActive')).toEqual([])
    expect(run.recording.violations).toEqual([])
  })
})

/** Calls as they are written here: an operation, what it was asked, and `!` where it failed. */
const callsOf = (texts: readonly string[]): readonly CallRecord[] =>
  texts.map((text) => {
    const [operation = '', page = ''] = text.replace('!', '').split(' ')
    const error = text.endsWith('!') ? 'ServerException' : undefined
    const hadEffect = error === undefined
    return { at: 0, service: 'ECS', caller: 'capacity', operation, input: { page }, hadEffect, error }
  })

const survey = [
  'DescribeAutoScalingGroups',
  'ListContainerInstances',
  'DescribeContainerInstances',
  'ListTasks',
  'DescribeTasks',
  'ListServices',
  'DescribeServices',
]

const without = (operation: string) => survey.filter((one) => one !== operation)

describe('a figure of an invocation', () => {
  const line = { PendingTasks: 0 }

  it.each([
    ['all that it rests on was answered', survey],
    ['the call was made again, and answered', [...survey, 'ListTasks 2!', 'ListTasks 2']],
    ['a later look at the cluster fails', [...survey, 'DescribeAutoScalingGroups', 'DescribeTasks 2!']],
    ['there was nothing to describe', without('DescribeTasks')],
  ])('stands where %s', (_, calls) => {
    expect(unfoundedMetric([line], callsOf(calls))).toBeUndefined()
  })

  it.each([
    ['nothing was read', []],
    ['nothing was listed', without('ListTasks')],
    ['one page was not answered', [...survey, 'ListTasks 2!']],
    ['the call was made again, and failed again', [...without('ListTasks'), 'ListTasks!', 'ListTasks!']],
  ])('has no ground where %s', (_, calls) => {
    expect(unfoundedMetric([line], callsOf(calls))).toEqual({ metric: 'PendingTasks', read: 'ListTasks' })
  })
})
