import { describe, expect, it } from '@jest/globals'

import { measure, type Measures } from '../../../lib/capacity/measure.ts'
import { removableTogether } from '../../../lib/capacity/removal.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { clusterOf, group, machine, need, room, standalone, times, type ClusterOf } from './cluster-of.ts'

const measured = (cluster: ClusterOf, headroom = 0): Measures => {
  const survey = surveyCluster(clusterOf(cluster), headroom)
  return measure(survey, removableTogether(survey, 'headroom'))
}

const web = { name: 'web', need: need(512, 1_024) }
const held = { isProtectedFromScaleIn: true }
const silent = { agentConnected: false }

describe('an instance is idle', () => {
  it.each([
    ['with nothing on it', {}, 1],
    ['with a task that has stopped', { services: [{ ...web, on: [0], task: { lastStatus: 'STOPPED' } }] }, 1],
    ['with a daemon', { services: [{ ...web, on: [0], isDaemon: true }] }, 1],
    ['but not with a standalone task', { tasks: [standalone({ at: 0 })] }, 0],
    ['but not with a task of a service', { services: [{ ...web, on: [0] }] }, 0],
  ])('%s', (_, more, count) => {
    expect(measured({ instances: [held], ...more })).toMatchObject({
      instancesEmpty: count,
      protectedIdleInstances: count,
    })
  })

  it('only where ECS may place a task, and held only where it is protected', () => {
    const instances = [{ ...held, container: silent }, { ...held, container: null }, {}]
    expect(measured({ instances })).toMatchObject({ instancesEmpty: 1, protectedIdleInstances: 0 })
  })
})

describe('an instance that something is wrong with', () => {
  it.each([
    ['ACTIVE and silent', { container: silent }, 1],
    ['DRAINING and silent', { container: { ...silent, status: 'DRAINING' } }, 1],
    ['REGISTERING and silent, as all are', { container: { ...silent, status: 'REGISTERING' } }, 0],
    [
      'silent in a warm pool, as it is meant to be',
      { container: silent, lifecycleState: 'Warmed:Stopped' },
      0,
    ],
    ['not silent', {}, 0],
    ['unknown', { container: null }, 0],
  ])('is disconnected: %s', (_, instance, count) => {
    expect(measured({ instances: [instance] }).instancesDisconnected).toBe(count)
  })

  it('is unregistered in service in a group, and nowhere else', () => {
    const { group: _, ...stranger } = clusterOf({ instances: [{ container: null }] }).instances[0]!
    const snapshot = clusterOf({
      instances: [...times(2, { container: null }), { container: null, lifecycleState: 'Standby' }],
    })
    const survey = surveyCluster({ ...snapshot, instances: [...snapshot.instances, stranger] }, 0)
    expect(measure(survey, removableTogether(survey, 'headroom')).instancesUnregistered).toBe(2)
  })
})

describe('a service', () => {
  it('that is a daemon goes nowhere else, whatever its desired count', () => {
    const services = [{ ...web, isDaemon: true, desiredCount: 5 }]
    expect(measured({ instances: [{}], services })).toMatchObject({
      schedulableTasks: [],
      pendingTasks: 0,
      fragmentationPercent: 0,
    })
  })

  it('waits for what it lacks, and not for what another has too many of', () => {
    const services = [
      { ...web, on: [0, 0], desiredCount: 3 },
      { ...web, name: 'api', on: [0, 0, 0], desiredCount: 1 },
      { ...web, name: 'old', on: [0], desiredCount: 1, task: { desiredStatus: 'STOPPED' } },
    ]
    expect(measured({ instances: [{}], services }).pendingTasks).toBe(2)
  })

  it('waits beside each task that stands alone', () => {
    const tasks = [standalone(), standalone({ arn: 'arn:task/second' }), standalone({ group: 'service:web' })]
    const services = [{ ...web, desiredCount: 1 }]
    expect(measured({ instances: [{}], services, tasks }).pendingTasks).toBe(3)
  })

  it('waits for both of its revisions where they run side by side', () => {
    expect(
      measured({ instances: [{}], services: [{ ...web, on: [0], desiredCount: 1, besideCount: 1 }] })
        .pendingTasks,
    ).toBe(1)
  })

  it('whose place nobody knows waits as unmodelled', () => {
    const services = [{ ...web, need: need(1, 1, { unmodelled: ['x'] }), desiredCount: 2 }]
    expect(measured({ instances: [{}], services }).unplacedTasks).toMatchObject({
      unmodelled: 2,
      'no-room': 0,
    })
  })

  it('is shown with nothing to spare where one of several groups could bring it a machine', () => {
    const services = [{ name: 'gpu', need: need(1, 1, { gpu: 1 }), desiredCount: 1 }]
    const known = [group()]
    const unknown = [...known, group({ name: 'other', machines: [] })]
    expect(measured({ groups: known, services }).schedulableTasks).toEqual([])
    expect(measured({ groups: unknown, services }).schedulableTasks).toEqual([
      { service: 'gpu', shape: '1/1', count: 0 },
    ])
  })
})

describe('a service that has room nowhere is shown', () => {
  it('where one group of several could bring it a machine', () => {
    const groups = [group(), group({ name: 'gpu', machines: [machine(room(8, 8, { gpu: 1 }))] })]
    const services = [{ name: 'gpu', need: need(1, 1, { gpu: 1 }), desiredCount: 1 }]
    expect(measured({ groups, services }).schedulableTasks).toHaveLength(1)
  })

  it('where a machine in one of the zones could take it', () => {
    const expression = 'attribute:ecs.availability-zone == eu-west-1b'
    const placementConstraints = [{ type: 'memberOf', expression } as const]
    const services = [{ ...web, desiredCount: 1, placementConstraints }]
    expect(measured({ services }).schedulableTasks).toHaveLength(1)
  })
})

describe('fragmentation', () => {
  const halves = [{ registered: room(1_536, 4_096) }, { registered: room(512, 4_096) }]
  const large = { name: 'large', need: need(1_024, 512) }

  it.each([
    ['a service that wants no task', { desiredCount: 0 }],
    ['a daemon', { isDaemon: true, desiredCount: 1 }],
  ])('is not measured by %s', (_, more) => {
    expect(measured({ instances: halves, services: [{ ...large, ...more }] }).fragmentationPercent).toBe(0)
  })

  it('is not measured by a task whose place nobody knows', () => {
    const odd = { name: 'odd', need: need(1_024, 512, { unmodelled: ['x'] }), desiredCount: 1 }
    expect(measured({ instances: halves, services: [odd] }).fragmentationPercent).toBe(0)
  })

  it('is measured where the largest task may go', () => {
    const expression = 'attribute:ecs.availability-zone == eu-west-1a'
    const pinned = {
      ...large,
      desiredCount: 1,
      placementConstraints: [{ type: 'memberOf', expression } as const],
    }
    // On the first instance, in that zone, one goes in, as together: nothing is in pieces there.
    expect(measured({ instances: halves, services: [pinned] }).fragmentationPercent).toBe(0)
    expect(
      measured({ instances: halves, services: [{ ...large, desiredCount: 1 }] }).fragmentationPercent,
    ).toBe(50)
  })

  it('is measured by the largest task, in whatever order services are listed', () => {
    const small = { name: 'a', need: need(1, 512), desiredCount: 1 }
    const services = [small, { ...large, name: 'b', desiredCount: 1 }]
    for (const order of [services, services.toReversed()])
      expect(measured({ instances: halves, services: order }).fragmentationPercent).toBe(50)
  })

  it('is nothing for a task that takes nothing', () => {
    const services = [{ name: 'nothing', need: need(0, 0), desiredCount: 1 }]
    expect(measured({ instances: halves, services }).fragmentationPercent).toBe(0)
  })
})

describe('a group', () => {
  it('counts what is its own', () => {
    const groups = [group({ desired: 2 }), group({ name: 'other', desired: 3 })]
    const instances = [{}, held, ...times(3, { group: 'other' })]
    expect(measured({ groups, instances }).groups).toEqual([
      {
        group: 'ecs-web-a',
        instancesNeeded: 0,
        removableInstances: 1,
        capacityReservation: 50,
        desiredBelowActual: 0,
      },
      {
        group: 'other',
        instancesNeeded: 0,
        removableInstances: 3,
        capacityReservation: 0,
        desiredBelowActual: 0,
      },
    ])
  })

  it('has no longer what is draining, and not yet in service what is coming', () => {
    const draining = { container: { status: 'DRAINING' } }
    const coming = { lifecycleState: 'Pending', container: null }
    const services = [{ name: 'web', need: need(4_096, 1), on: [0], desiredCount: 2 }]
    const instances = [draining, { used: room(1, 1) }, coming]
    expect(measured({ instances, services, group: { desired: 0 } }).groups).toMatchObject([
      { instancesNeeded: 1, capacityReservation: 150, desiredBelowActual: 2 },
    ])
  })
})

it('the roomiest instance is that with the most of both together where several have as little of one', () => {
  const rooms = (...all: readonly (readonly [number, number])[]) =>
    measured({ instances: all.map(([cpu, memory]) => ({ registered: room(cpu, memory) })) })
      .largestSchedulableTask
  expect(rooms([4_000, 1_000], [1_000, 2_000])).toEqual({ cpu: 4_000, memory: 1_000 })
  expect(rooms([1_000, 4_000], [2_000, 1_000], [1_000, 2_000])).toEqual({ cpu: 1_000, memory: 4_000 })
  expect(rooms([1_000, 1_000], [1_000, 1_001])).toEqual({ cpu: 1_000, memory: 1_001 })
  expect(rooms([1_000, 0])).toEqual({ cpu: 1_000, memory: 0 })
})
