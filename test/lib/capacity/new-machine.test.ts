import { describe, expect, it } from '@jest/globals'

import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { NOW, clusterOf, group, machine, need, room, times, type ClusterOf } from './cluster-of.ts'

const packed = (cluster: ClusterOf) => surveyCluster(clusterOf(cluster), 0)
const neededOf = (cluster: ClusterOf) => [...packed(cluster).needed]
const reasonsOf = (cluster: ClusterOf) => packed(cluster).packing.unplaced.map(({ because }) => because)

const one = { name: 'web', need: need(1_024, 1_024), desiredCount: 1 }
const where = (expression: string) => ({
  ...one,
  placementConstraints: [{ type: 'memberOf', expression } as const],
})
const inZone = (zone: string) => where(`attribute:ecs.availability-zone == eu-west-1${zone}`)
const full = { used: room(4_096, 8_192) }

describe('a new machine', () => {
  it('is named by its group and by its place among those that come', () => {
    const services = [{ ...one, desiredCount: 9 }]
    const placed = packed({ services, group: { desired: 1 } }).packing.placements
    expect(placed.map(({ binId, count }) => [binId, count])).toEqual([
      ['ecs-web-a new 1', 4],
      ['ecs-web-a new 2', 4],
      ['ecs-web-a new 3', 1],
    ])
  })

  it.each(['tcp:22', 'tcp:2375', 'tcp:2376', 'tcp:51678', 'tcp:51679', 'tcp:51680'])(
    'has %s in use by ssh, Docker and the agent',
    (port) => {
      const onPort = (...hostPorts: readonly string[]) => [{ ...one, need: need(1, 1, { hostPorts }) }]
      expect(reasonsOf({ services: onPort(port) })).toEqual(['fits-no-machine'])
      expect(reasonsOf({ services: onPort(port.replace('tcp', 'udp')) })).toEqual([])
    },
  )

  it('has the attributes that all types of its group have alike', () => {
    const attributes = [
      { os: 'linux', arch: 'arm' },
      { os: 'linux', arch: 'x86', disk: 'ssd' },
      { os: 'linux', arch: 'arm' },
    ]
    const machines = attributes.map((each) => machine(undefined, { attributes: each }))
    const reasons = (expression: string, types = machines) =>
      reasonsOf({ group: { machines: types }, services: [where(expression)] })
    expect(reasons('attribute:os == linux')).toEqual([])
    expect(reasons('attribute:arch exists')).toEqual(['fits-no-machine'])
    expect(reasons('attribute:disk exists')).toEqual(['fits-no-machine'])
    expect(reasons('attribute:arch exists', machines.slice(0, 1))).toEqual([])
  })

  it('has the attributes of an agent where one of its types is estimated', () => {
    const agent = 'ecs.capability.task-eni'
    const requires = (name: string) => [{ ...one, need: need(1, 1, { requiresAttributes: [name] }) }]
    const machines = (['registered', 'estimated'] as const).map((source) => machine(undefined, { source }))
    expect(reasonsOf({ group: { machines }, services: requires(agent) })).toEqual([])
    expect(reasonsOf({ group: { machines }, services: requires('my.ecs.capability.x') })).toEqual([
      'fits-no-machine',
    ])
  })

  it('has the zone that it comes to, whatever it is told to have', () => {
    const machines = [machine(undefined, { attributes: { 'ecs.availability-zone': 'eu-west-1z' } })]
    expect(reasonsOf({ group: { machines }, services: [inZone('z')] })).toEqual(['fits-no-machine'])
    expect(reasonsOf({ group: { machines }, services: [inZone('a')] })).toEqual([])
  })

  it('comes through the capacity provider of its group', () => {
    const services = (name: string) => [{ ...one, capacityProviders: [name] }]
    const of = (name: string) =>
      reasonsOf({ group: { capacityProviderName: 'pa' }, services: services(name) })
    expect(of('pa')).toEqual([])
    expect(of('pb')).toEqual(['fits-no-machine'])
    expect(reasonsOf({ services: services('pa') })).toEqual(['fits-no-machine'])
  })

  it('is not counted on in a group that counts weights', () => {
    expect(reasonsOf({ group: { isWeighted: true }, services: [one] })).toEqual(['no-room'])
  })
})

describe('the zone of a new machine', () => {
  const zones = ['eu-west-1b', 'eu-west-1a']

  it('is the first by name among those with equally few', () => {
    expect(neededOf({ group: { zones }, services: [inZone('a')] })).toEqual([['ecs-web-a', 1]])
    expect(neededOf({ group: { zones }, services: [inZone('b')] })).toEqual([['ecs-web-a', 2]])
  })

  it('is another one after each machine', () => {
    const services = [{ ...inZone('b'), desiredCount: 12 }]
    expect(neededOf({ group: { zones }, services })).toEqual([['ecs-web-a', 6]])
  })

  it('counts those that are coming, and none that is in no zone of the group any more', () => {
    const coming = { lifecycleState: 'Pending', container: null, launchedAt: NOW, zone: 'eu-west-1a' }
    const elsewhere = times(3, { ...full, zone: 'eu-west-1z' })
    const services = [inZone('b')]
    const more = { group: { zones, desired: 4 }, services }
    expect(neededOf({ ...more, instances: [coming, ...elsewhere] })).toEqual([])
    expect(neededOf({ ...more, instances: [{ ...full, zone: 'eu-west-1a' }, ...elsewhere] })).toEqual([
      ['ecs-web-a', 1],
    ])
  })

  it('is the one with fewest, however many the others have', () => {
    const instances = ['a', 'a', 'b'].map((name) => ({ ...full, zone: `eu-west-1${name}` }))
    expect(neededOf({ group: { zones }, instances, services: [inZone('b')] })).toEqual([['ecs-web-a', 1]])
  })

  it('is none that the group has left, though it has fewest there', () => {
    const instances = ['a', 'a', 'b', 'b', 'z'].map((name) => ({ ...full, zone: `eu-west-1${name}` }))
    expect(neededOf({ group: { zones }, instances, services: [inZone('a')] })).toEqual([['ecs-web-a', 1]])
  })

  it('need not be known', () => {
    expect(neededOf({ group: { zones: [] }, services: [{ ...one, desiredCount: 5 }] })).toEqual([
      ['ecs-web-a', 2],
    ])
  })

  it('is chosen for each group by itself', () => {
    const groups = [group({ name: 'a', desired: 1, zones, max: 1 }), group({ name: 'b', zones })]
    const instances = [{ ...full, group: 'a', zone: 'eu-west-1a' }]
    expect(neededOf({ groups, instances, services: [inZone('a')] })).toEqual([['b', 1]])
  })
})

describe('the fewest machines that any packing needs', () => {
  const leastOf = (cluster: ClusterOf, headroom = 0) =>
    surveyCluster(clusterOf(cluster), headroom).leastNeeded
  const waiting = (cpu: number, memory: number, desiredCount = 1) => ({
    name: 'web',
    need: need(cpu, memory),
    desiredCount,
  })

  it.each([
    ['nothing waits', { services: [] }, 0],
    ['CPU decides', { services: [waiting(3_000, 1, 5)] }, 4],
    ['memory decides', { services: [waiting(1, 3_000, 5)] }, 2],
    ['what is left is enough', { instances: [{}], services: [waiting(1_000, 1_000, 4)] }, 0],
    ['what is left counts', { instances: [{}], services: [waiting(1_000, 1_000, 5)] }, 1],
    ['what is coming counts', { group: { desired: 1 }, services: [waiting(1_000, 1_000, 5)] }, 1],
    [
      'what is left counts that takes one of several',
      {
        instances: [{ used: room(3_000, 0) }],
        services: [waiting(1_000, 1), { ...waiting(4_000, 1), name: 'large' }],
      },
      1,
    ],
    [
      'room that takes none does not',
      { instances: times(4, { used: room(3_096, 0) }), services: [waiting(4_000, 1)] },
      1,
    ],
    ['nor what fits no machine', { services: [waiting(9_000, 1)] }, 0],
    [
      'the largest machine decides',
      {
        groups: [group(), group({ name: 'large', machines: [machine(room(8_192, 8_192))] })],
        services: [waiting(4_000, 1, 4)],
      },
      2,
    ],
  ])('where %s', (_, cluster, least) => {
    expect(leastOf(cluster)).toBe(least)
  })

  it('includes the headroom', () => {
    const services = [{ name: 'web', need: need(4_000, 1), on: [0] }]
    expect(leastOf({ instances: [{}], services }, 100)).toBe(1)
  })
})
