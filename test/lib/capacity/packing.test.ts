import { describe, expect, it } from '@jest/globals'

import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { GROUP, NOW, clusterOf, group, instanceId, machine, need, room, times } from './cluster-of.ts'

const survey = (snapshot: ClusterSnapshot, headroom = 0) => surveyCluster(snapshot, headroom)
const added = (snapshot: ClusterSnapshot, headroom = 0) => survey(snapshot, headroom).needed.get(GROUP) ?? 0
const unplaced = (snapshot: ClusterSnapshot) => survey(snapshot).packing.unplaced

describe('a packing', () => {
  it('places the largest first', () => {
    const services = [
      { name: 'small', need: need(1_024, 1_024), desiredCount: 4 },
      { name: 'large', need: need(4_096, 4_096), desiredCount: 1 },
    ]
    const instances = [{ registered: room(4_096, 4_096) }, { registered: room(4_096, 4_096) }]
    expect(survey(clusterOf({ instances, services })).packing).toMatchObject({
      unplaced: [],
      added: new Map(),
    })
  })
})

describe('what ECS counts when it places a task', () => {
  const fits = (service: object, instance: object) =>
    unplaced(
      clusterOf({
        group: { machines: [] },
        instances: [instance],
        services: [{ name: 'web', need: need(1, 1), desiredCount: 1, ...service }],
      }),
    ).length === 0

  it.each([
    ['CPU', { need: need(4_097, 1) }, {}, false],
    ['memory', { need: need(1, 8_193) }, {}, false],
    ['all of both', { need: need(4_096, 8_192) }, {}, true],
    ['a GPU that is there', { need: need(1, 1, { gpu: 1 }) }, { registered: room(9, 9, { gpu: 1 }) }, true],
    ['a GPU that is not', { need: need(1, 1, { gpu: 1 }) }, {}, false],
    [
      'an interface that is there',
      { need: need(1, 1, { enis: 1 }) },
      { registered: room(9, 9, { enis: 2 }) },
      true,
    ],
    ['an interface that is not', { need: need(1, 1, { enis: 1 }) }, {}, false],
    [
      'a host port that is free',
      { need: need(1, 1, { hostPorts: ['tcp:80'] }) },
      { container: { usedPorts: ['udp:80'] } },
      true,
    ],
    [
      'a host port that is taken',
      { need: need(1, 1, { hostPorts: ['tcp:80'] }) },
      { container: { usedPorts: ['tcp:80'] } },
      false,
    ],
    [
      'an attribute that is there',
      { need: need(1, 1, { requiresAttributes: ['a'] }) },
      { container: { attributes: { a: '' } } },
      true,
    ],
    ['an attribute that is not', { need: need(1, 1, { requiresAttributes: ['a'] }) }, {}, false],
    [
      'a zone',
      { need: need(1, 1, { placementConstraints: ['attribute:ecs.availability-zone == eu-west-1a'] }) },
      {},
      true,
    ],
    [
      'another zone',
      { need: need(1, 1, { placementConstraints: ['attribute:ecs.availability-zone == eu-west-1b'] }) },
      {},
      false,
    ],
    [
      'its capacity provider',
      { capacityProviders: ['main'] },
      { container: { capacityProviderName: 'main' } },
      true,
    ],
    [
      'another capacity provider',
      { capacityProviders: ['main'] },
      { container: { capacityProviderName: 'spot' } },
      false,
    ],
    ['a capacity provider where there is none', { capacityProviders: ['main'] }, {}, false],
    ['a silent agent', {}, { container: { agentConnected: false } }, false],
    ['a draining instance', {}, { container: { status: 'DRAINING' } }, false],
    ['an instance in a warm pool', {}, { lifecycleState: 'Warmed:Running' }, false],
    ['an instance that a launch hook holds', {}, { lifecycleState: 'Pending:Wait' }, true],
  ])('%s', (_, service, instance, expected) => {
    expect(fits(service, instance)).toBe(expected)
  })

  it('two tasks that are kept apart', () => {
    const service = { name: 'web', need: need(1, 1), on: [0], desiredCount: 3 }
    const instances = times(2, {})
    const apart = { ...service, placementConstraints: [{ type: 'distinctInstance' } as const] }
    expect(survey(clusterOf({ instances, services: [service] })).packing.unplaced).toEqual([])
    expect(added(clusterOf({ instances, services: [apart] }))).toBe(1)
  })
})

describe('new machines', () => {
  const one = { name: 'web', need: need(1_024, 1_024), desiredCount: 1 }

  it('are as many as needed from zero', () => {
    expect(added(clusterOf({ services: [one] }))).toBe(1)
    expect(added(clusterOf({ services: [{ ...one, desiredCount: 9 }] }))).toBe(3)
    expect(added(clusterOf({ services: [] }))).toBe(0)
  })

  it('count those that are coming already', () => {
    const services = [{ ...one, desiredCount: 9 }]
    const launching = { lifecycleState: 'Pending', container: null }
    expect(added(clusterOf({ group: { desired: 2 }, services }))).toBe(1)
    expect(added(clusterOf({ instances: [launching], services }))).toBe(2)
    const young = { container: null, launchedAt: NOW - 60_000 }
    expect(added(clusterOf({ instances: [young], services }))).toBe(2)
    expect(added(clusterOf({ instances: [{ ...young, launchedAt: 0 }], services }))).toBe(3)
    expect(added(clusterOf({ group: { desired: 1 }, instances: [launching], services }))).toBe(2)
  })

  it('are not waited for where the group launches none', () => {
    const stopped = { desired: 2, suspendedProcesses: ['Launch'] }
    expect(unplaced(clusterOf({ group: stopped, services: [one] }))).toMatchObject([
      { because: 'group-maximum' },
    ])
  })

  it('give their daemons room first', () => {
    const logs = { name: 'logs', need: need(1_024, 1_024, { hostPorts: ['udp:514'] }), isDaemon: true }
    const four = { ...one, desiredCount: 4 }
    expect(added(clusterOf({ services: [four] }))).toBe(1)
    expect(added(clusterOf({ services: [four, logs] }))).toBe(2)
    const elsewhere = {
      ...logs,
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == windows' } as const],
    }
    expect(added(clusterOf({ services: [four, elsewhere] }))).toBe(1)
  })

  it('leave room for a daemon that has yet to come to an instance', () => {
    const logs = { name: 'logs', need: need(1_024, 1_024), isDaemon: true }
    const four = { ...one, desiredCount: 4 }
    expect(added(clusterOf({ instances: [{}], services: [four, logs] }))).toBe(1)
    expect(
      added(
        clusterOf({
          instances: [{}],
          services: [
            { ...four, desiredCount: 3 },
            { ...logs, on: [0] },
          ],
        }),
      ),
    ).toBe(0)
  })

  it('are counted on only for what every instance type of the group has', () => {
    const mixed = [machine(room(4_096, 2_048)), machine(room(2_048, 8_192))]
    const large = { name: 'web', need: need(4_096, 2_048), desiredCount: 1 }
    expect(unplaced(clusterOf({ group: { machines: mixed }, services: [large] }))).toMatchObject([
      { because: 'fits-no-machine' },
    ])
    expect(added(clusterOf({ group: { machines: mixed }, services: [{ ...one, desiredCount: 4 }] }))).toBe(2)
  })

  it('come to the zone with the fewest members', () => {
    const pinned = (zone: string) => ({
      ...one,
      placementConstraints: [
        { type: 'memberOf', expression: `attribute:ecs.availability-zone == ${zone}` } as const,
      ],
    })
    const full = { used: room(4_096, 8_192) }
    const two = { instances: times(2, full) }
    expect(added(clusterOf({ ...two, services: [pinned('eu-west-1c')] }))).toBe(1)
    expect(added(clusterOf({ ...two, services: [pinned('eu-west-1b')] }))).toBe(3)
    const crowded = { instances: times(9, { ...full, zone: 'eu-west-1b' }) }
    expect(unplaced(clusterOf({ ...crowded, services: [pinned('eu-west-1b')] }))).toMatchObject([
      { because: 'zone-not-next' },
    ])
  })

  it('come from the group whose machines fit, the smallest that do', () => {
    const gpu = machine(room(16_384, 65_536, { gpu: 4 }))
    const groups = [group(), group({ name: 'gpu', machines: [gpu] })]
    const learner = { name: 'learner', need: need(1_024, 1_024, { gpu: 1 }), desiredCount: 1 }
    expect(survey(clusterOf({ groups, services: [one, learner] })).needed).toEqual(new Map([['gpu', 1]]))
    expect(survey(clusterOf({ groups, services: [one] })).needed).toEqual(new Map([[GROUP, 1]]))
  })

  it('stop at the maximum, and another group goes on', () => {
    const groups = [group({ max: 1 }), group({ name: 'other', machines: [machine(room(8_192, 16_384))] })]
    const services = [{ ...one, need: need(4_096, 1_024), desiredCount: 4 }]
    const { needed } = survey(clusterOf({ groups, services }))
    expect([...needed.values()].reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(3)
    expect(unplaced(clusterOf({ group: { max: 1 }, services }))).toMatchObject([
      { because: 'group-maximum', count: 3 },
    ])
  })

  it('of an unknown kind are not counted on', () => {
    expect(unplaced(clusterOf({ group: { machines: [] }, services: [one] }))).toMatchObject([
      { because: 'no-room' },
    ])
  })

  it('have the attributes of an agent where they are estimated', () => {
    const agent = 'com.amazonaws.ecs.capability.docker-remote-api.1.19'
    const services = [{ ...one, need: need(1, 1, { requiresAttributes: [agent] }) }]
    const of = (source: 'estimated' | 'registered') =>
      added(clusterOf({ group: { machines: [machine(room(4, 4), { source })] }, services }))
    expect(of('estimated')).toBe(1)
    expect(of('registered')).toBe(0)
  })
})

it('counts instances that a packing would use, by their ids', () => {
  const services = [{ name: 'web', need: need(1, 1), desiredCount: 1 }]
  expect(survey(clusterOf({ instances: [{}], services })).packing.placements).toEqual([
    { binId: instanceId(0), classKey: 'service:web', count: 1 },
  ])
})
