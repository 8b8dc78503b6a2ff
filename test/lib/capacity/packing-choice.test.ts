import { describe, expect, it } from '@jest/globals'

import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { clusterOf, group, instanceId, machine, need, room, times, type ClusterOf } from './cluster-of.ts'

const packed = (cluster: ClusterOf, headroom = 0) => surveyCluster(clusterOf(cluster), headroom)
/** Where the tasks go, by the place of the instance in the cluster. */
const placesOf = (cluster: ClusterOf, headroom = 0) =>
  packed(cluster, headroom).packing.placements.map(({ binId, classKey, count }) => [binId, classKey, count])
const neededOf = (cluster: ClusterOf, headroom = 0) => [...packed(cluster, headroom).needed]

const one = { name: 'web', need: need(1_024, 1_024), desiredCount: 1 }
const onPort = (...hostPorts: readonly string[]) => need(1, 1, { hostPorts })
const apart = { placementConstraints: [{ type: 'distinctInstance' } as const] }
const noMachine = { group: { machines: [] } }

describe('a packing fills', () => {
  it('the fullest instance first that has room, and touches no other', () => {
    const used = [100, 3_000, 4_096, 3_000].map((cpu) => ({ used: room(cpu, 2 * cpu) }))
    expect(placesOf({ instances: used, services: [one] })).toEqual([[instanceId(1), 'service:web', 1]])
  })

  it('by the largest share of any resource, whatever the names are', () => {
    const services = [
      { name: 'a-small', need: need(1_024, 1_024), desiredCount: 4 },
      { name: 'b-large', need: need(1, 8_192), desiredCount: 1 },
    ]
    const instances = [{ registered: room(4_096, 8_192) }, { registered: room(4_096, 8_192) }]
    expect(placesOf({ instances, services }).map(([, key]) => key)).toEqual([
      'service:b-large',
      'service:a-small',
    ])
  })

  it('an instance no further than another class on the same host port allows', () => {
    const services = [
      { name: 'a', need: onPort('tcp:80'), desiredCount: 1 },
      { name: 'b', need: onPort('tcp:80', 'tcp:81'), desiredCount: 1 },
      { name: 'c', need: onPort('tcp:82'), desiredCount: 1 },
      { name: 'd', need: onPort('tcp:81'), desiredCount: 1 },
    ]
    const { unplaced } = packed({ ...noMachine, instances: [{}], services }).packing
    expect(unplaced.map(({ classKey }) => classKey)).toEqual(['service:b'])
  })

  it('no instance with two tasks that are kept apart, the headroom included', () => {
    const services = [
      { ...one, ...apart, desiredCount: 2 },
      { ...one, ...apart, name: 'api', desiredCount: 2 },
    ]
    expect(neededOf({ instances: times(2, {}), services })).toEqual([])
    expect(neededOf({ instances: times(2, {}), services }, 50)).toEqual([['ecs-web-a', 1]])
  })

  it('no full instance with a task that is kept apart', () => {
    const services = [{ ...one, ...apart }]
    const full = [{ used: room(4_096, 8_192) }]
    expect(packed({ ...noMachine, instances: full, services }).packing.unplaced).toHaveLength(1)
  })

  it('an instance again whose task that was kept apart is stopping', () => {
    const stopping = { ...one, ...apart, on: [0], task: { desiredStatus: 'STOPPED' } }
    expect(placesOf({ instances: [{}], services: [stopping] })).toEqual([[instanceId(0), 'service:web', 1]])
  })

  it('no instance whose agent lacks what a task requires, though a new machine would have it', () => {
    const requires = { requiresAttributes: ['com.amazonaws.ecs.capability.privileged-container'] }
    const services = [{ ...one, need: need(1, 1, requires) }]
    const estimated = { machines: [machine(room(4_096, 8_192), { source: 'estimated' })] }
    expect(neededOf({ group: estimated, instances: [{}], services })).toEqual([['ecs-web-a', 1]])
  })

  it('the room that a daemon does not take because it does not fit', () => {
    const daemon = { name: 'logs', need: need(8_192, 16_384), isDaemon: true }
    expect(placesOf({ ...noMachine, instances: [{}], services: [daemon, one] })).toHaveLength(1)
  })
})

describe('a new machine comes', () => {
  const named = (name: string, cpu: number, memory: number, more = {}) =>
    group({ name, machines: [machine(room(cpu, memory))], ...more })

  it('from the group whose machines are smallest, whatever their order and names', () => {
    const groups = [named('a', 8_192, 16_384), named('b', 4_096, 8_192)]
    expect(neededOf({ groups, services: [one] })).toEqual([['b', 1]])
    expect(neededOf({ groups: groups.toReversed(), services: [one] })).toEqual([['b', 1]])
  })

  it('from the first group by name among equals', () => {
    const groups = ['b', 'a', 'c'].map((name) => named(name, 4_096, 8_192))
    expect(neededOf({ groups, services: [one] })).toEqual([['a', 1]])
  })

  it('from the group that needs least for all tasks of a service together', () => {
    const groups = [named('small', 4_096, 8_192), named('large', 10_240, 20_480)]
    expect(neededOf({ groups, services: [{ ...one, desiredCount: 9 }] })).toEqual([['large', 1]])
    expect(neededOf({ groups, services: [{ ...one, desiredCount: 8 }] })).toEqual([['small', 2]])
  })

  it('from a group with more memory for less CPU, four MiB for each unit', () => {
    const groups = [named('cpu', 4_096, 8_192), named('memory', 2_048, 16_000)]
    expect(neededOf({ groups, services: [one] })).toEqual([['memory', 1]])
    expect(neededOf({ groups: [groups[0]!, named('memory', 2_048, 16_388)], services: [one] })).toEqual([
      ['cpu', 1],
    ])
  })

  it('from no group whose next zone is another, though one that is full had the right one', () => {
    const zone = 'eu-west-1b'
    const groups = [named('full', 4_096, 8_192, { max: 0 }), named('crowded', 4_096, 8_192, { desired: 3 })]
    const instances = times(3, { group: 'crowded', zone, used: room(4_096, 8_192) })
    const expression = `attribute:ecs.availability-zone == ${zone}`
    const services = [{ ...one, placementConstraints: [{ type: 'memberOf', expression } as const] }]
    expect(packed({ groups, instances, services }).packing.unplaced).toMatchObject([
      { because: 'zone-not-next' },
    ])
  })
})
