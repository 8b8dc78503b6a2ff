import { describe, expect, it } from '@jest/globals'

import { measure, type Measures } from '../../../lib/capacity/measure.ts'
import { removableTogether } from '../../../lib/capacity/removal.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { GROUP, clusterOf, group, need, room, standalone, times, type ClusterOf } from './cluster-of.ts'

const measured = (cluster: ClusterOf, headroom = 0): Measures => {
  const survey = surveyCluster(clusterOf(cluster), headroom)
  return measure(survey, removableTogether(survey, 'headroom'))
}

const web = { name: 'web', need: need(512, 1_024) }

describe('a cluster without instances', () => {
  it('is measured all the same, with zero where zero is true', () => {
    expect(measured({ services: [{ ...web, on: [0] }], group: { desired: 0 } })).toMatchObject({
      schedulableTasks: [{ service: 'web', shape: '512/1024', count: 0 }],
    })
    expect(measured({ services: [web] })).toEqual({
      schedulableTasks: [],
      unplacedTasks: {
        'no-room': 0,
        'fits-no-machine': 0,
        'group-maximum': 0,
        'zone-not-next': 0,
        unmodelled: 0,
      },
      largestSchedulableTask: { cpu: 0, memory: 0 },
      pendingTasks: 0,
      instancesNeeded: 0,
      instancesNeededAtLeast: 0,
      instancesActive: 0,
      instancesDraining: 0,
      instancesEmpty: 0,
      instancesDisconnected: 0,
      instancesUnregistered: 0,
      removableInstances: 0,
      reservationPercent: {},
      fragmentationPercent: 0,
      headroomTasks: 0,
      protectedIdleInstances: 0,
      groups: [
        {
          group: GROUP,
          instancesNeeded: 0,
          removableInstances: 0,
          capacityReservation: 100,
          desiredBelowActual: 0,
        },
      ],
    })
  })

  it('that is needed shows it', () => {
    expect(measured({ services: [{ ...web, desiredCount: 9 }] })).toMatchObject({
      pendingTasks: 9,
      instancesNeeded: 2,
      instancesNeededAtLeast: 2,
      groups: [{ instancesNeeded: 2, capacityReservation: 200 }],
    })
  })
})

describe('instances', () => {
  it('are counted by what they are', () => {
    const daemon = { name: 'logs', need: need(128, 128), isDaemon: true, on: [0, 1, 2] }
    const services = [daemon, { ...web, on: [0] }]
    const instances = [
      {},
      { isProtectedFromScaleIn: true },
      {},
      { container: { status: 'DRAINING' }, lifecycleState: 'Terminating:Wait' },
      { container: { status: 'DRAINING', agentConnected: false } },
      { container: { agentConnected: false } },
      { container: { agentConnected: false }, lifecycleState: 'Warmed:Stopped' },
      { container: null },
      { container: null, lifecycleState: 'Pending' },
    ]
    expect(measured({ instances, services })).toMatchObject({
      instancesActive: 3,
      instancesDraining: 2,
      instancesEmpty: 2,
      instancesDisconnected: 2,
      instancesUnregistered: 1,
      protectedIdleInstances: 1,
    })
  })

  it('are not empty while a task is still stopping', () => {
    const services = [{ ...web, on: [0], desiredCount: 0, task: { desiredStatus: 'STOPPED' } }]
    expect(measured({ instances: [{}], services }).instancesEmpty).toBe(0)
  })

  it('that can go all together are counted, the headroom kept', () => {
    const services = [{ name: 'web', need: need(2_048, 1_024), on: [0, 1, 2, 3] }]
    expect(measured({ instances: times(4, {}), services }).removableInstances).toBe(2)
    expect(measured({ instances: times(4, {}), services }, 25)).toMatchObject({
      removableInstances: 1,
      groups: [{ removableInstances: 1, capacityReservation: 75 }],
    })
  })
})

describe('tasks', () => {
  it('are pending while they have no instance', () => {
    const services = [
      { ...web, on: [0], desiredCount: 3 },
      { ...web, name: 'shrinking', on: [0, 0], desiredCount: 1 },
      { name: 'logs', need: need(1, 1), isDaemon: true, desiredCount: 7 },
    ]
    const tasks = [
      standalone(),
      standalone({ at: 0 }),
      standalone({ desiredStatus: 'STOPPED' }),
      standalone({ group: 'service:web' }),
    ]
    expect(measured({ instances: [{}], services, tasks }).pendingTasks).toBe(3)
  })

  it('on an instance that is leaving are needed elsewhere, and not pending', () => {
    const leaving = { lifecycleState: 'Terminating:Wait', container: { status: 'DRAINING' } }
    expect(
      measured({ instances: [leaving], group: { desired: 0 }, services: [{ ...web, on: [0] }] }),
    ).toMatchObject({
      pendingTasks: 0,
      instancesNeeded: 1,
    })
  })

  it('still go in by service, each with its own size', () => {
    const services = [
      { ...web, desiredCount: 1 },
      { name: 'large', need: need(4_096, 1_024), desiredCount: 1 },
    ]
    expect(measured({ instances: [{}, { used: room(1, 1) }], services }).schedulableTasks).toEqual([
      { service: 'web', shape: '512/1024', count: 15 },
      { service: 'large', shape: '4096/1024', count: 1 },
    ])
  })

  it('are not counted where a zero would be no measurement or would ask for what helps nothing', () => {
    const services = [
      { ...web, desiredCount: 1 },
      { name: 'off', need: need(4_096, 10), desiredCount: 0 },
      { name: 'huge', need: need(9_000, 10), desiredCount: 1 },
      { name: 'odd', need: need(10, 10, { unmodelled: ['x'] }), desiredCount: 1 },
    ]
    const names = (more: ClusterOf) =>
      measured({ services, ...more }).schedulableTasks.map(({ service }) => service)
    expect(names({})).toEqual(['web'])
    expect(names({ instances: [{ registered: room(9_000, 10) }] })).toEqual(['web', 'huge'])
    // Of a group whose machines nobody knows it cannot be said that the task fits none of them.
    expect(names({ group: { machines: [] } })).toEqual(['web', 'huge'])
  })

  it('that no group brings a machine for are counted by reason', () => {
    const services = [
      { ...web, desiredCount: 3 },
      { name: 'huge', need: need(9_000, 10), desiredCount: 2 },
    ]
    expect(measured({ services, group: { max: 0 } }).unplacedTasks).toMatchObject({
      'group-maximum': 3,
      'fits-no-machine': 2,
      'no-room': 0,
    })
  })

  it('of headroom go in or not', () => {
    const services = [{ ...web, on: times(7, 0) }]
    expect(measured({ instances: [{}], services }, 30).headroomTasks).toBe(1)
    expect(measured({ instances: times(2, {}), services }, 30).headroomTasks).toBe(3)
    expect(
      measured({ instances: [{}], services: [{ ...web, on: times(7, 0), desiredCount: 8 }] }, 30)
        .headroomTasks,
    ).toBe(0)
  })
})

describe('room', () => {
  it('is reserved in percent of what is registered, by resource', () => {
    const services = [{ ...web, on: [0, 0] }]
    expect(measured({ instances: times(2, {}), services }).reservationPercent).toEqual({
      cpu: 12.5,
      memory: 12.5,
    })
    const gpus = { registered: room(4, 8, { gpu: 4, enis: 2 }) }
    const learner = { name: 'learner', need: need(1, 1, { gpu: 1 }), on: [0] }
    expect(measured({ instances: [gpus], services: [learner] }).reservationPercent).toEqual({
      cpu: 25,
      memory: 12.5,
      gpu: 25,
      enis: 0,
    })
  })

  it('on instances that are leaving or silent is not counted', () => {
    const instances = [{}, { container: { status: 'DRAINING' } }, { container: { agentConnected: false } }]
    expect(measured({ instances, services: [{ ...web, on: [1, 2] }] }).reservationPercent).toEqual({
      cpu: 0,
      memory: 0,
    })
  })

  it('in pieces too small for the largest task is fragmented', () => {
    const services = [
      { name: 'large', need: need(1_024, 512), desiredCount: 1 },
      { name: 'small', need: need(1, 1), desiredCount: 1 },
    ]
    const pieces = times(4, { registered: room(512, 512) })
    expect(measured({ instances: pieces, services }).fragmentationPercent).toBe(100)
    const half = [{ registered: room(1_536, 4_096) }, { registered: room(512, 4_096) }]
    expect(measured({ instances: half, services }).fragmentationPercent).toBe(50)
    expect(measured({ instances: [{}], services }).fragmentationPercent).toBe(0)
  })

  it('is largest on the instance with the most of what it has less of', () => {
    const instances = [
      { registered: room(4_096, 512) },
      { registered: room(1_024, 2_048) },
      { registered: room(2_048, 1_024) },
    ]
    expect(measured({ instances }).largestSchedulableTask).toEqual({ cpu: 2_048, memory: 1_024 })
  })
})

describe('a group', () => {
  it('counts what is coming as there, so that nothing is asked for twice', () => {
    const services = [{ ...web, desiredCount: 24 }]
    const instances = times(3, { used: room(4_096, 8_192) })
    expect(measured({ instances, services }).groups).toMatchObject([
      { instancesNeeded: 3, capacityReservation: 200 },
    ])
    expect(measured({ instances, services, group: { desired: 5 } }).groups).toMatchObject([
      { instancesNeeded: 1, capacityReservation: 120 },
    ])
    expect(measured({ instances, services, group: { desired: 6 } }).groups).toMatchObject([
      { instancesNeeded: 0, capacityReservation: 100 },
    ])
  })

  it('shows a desired capacity that nothing obeys', () => {
    const instances = [...times(3, {}), { lifecycleState: 'Terminating:Wait' }]
    const below = (part: object) =>
      measured({ instances, group: { desired: 1, ...part } }).groups[0]!.desiredBelowActual
    expect(below({})).toBe(2)
    expect(below({ desired: 5 })).toBe(0)
    expect(below({ isWeighted: true })).toBeUndefined()
  })

  it('says nothing of what it needs where nobody knows what it may launch, or it counts weights', () => {
    const services = [{ ...web, desiredCount: 9 }]
    for (const part of [{ machines: [] }, { isWeighted: true }]) {
      const [measures] = measured({ services, group: part }).groups
      expect(measures).toMatchObject({ group: GROUP, removableInstances: 0 })
      expect(measures).not.toHaveProperty('instancesNeeded')
      expect(measures).not.toHaveProperty('capacityReservation')
    }
  })

  it('is measured beside others', () => {
    const groups = [group({ desired: 1 }), group({ name: 'other' })]
    expect(measured({ groups, instances: [{}] }).groups.map(({ group: name }) => name)).toEqual([
      GROUP,
      'other',
    ])
  })
})
