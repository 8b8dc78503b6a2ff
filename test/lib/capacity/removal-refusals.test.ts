import { describe, expect, it } from '@jest/globals'

import { removableTogether } from '../../../lib/capacity/removal.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { clusterOf, group, need, room, times, type ClusterOf } from './cluster-of.ts'

/** Who may go and who stays for what reason, by the place in the cluster. */
const outcomeOf = (cluster: ClusterOf, headroom = 0, keeping: 'headroom' | 'tasks' = 'tasks') => {
  const { together, kept } = removableTogether(surveyCluster(clusterOf(cluster), headroom), keeping)
  const placeOf = (id: string) => Number(id.slice('i-'.length))
  return {
    go: together.map(({ instance }) => placeOf(instance.instanceId)),
    stay: kept.map(({ instanceId: id, because, about }) => [placeOf(id), because, ...about]),
  }
}

const held = { isProtectedFromScaleIn: true }
const half = { registered: room(2_048, 8_192) }

describe('an instance that does not fit into the set', () => {
  const large = { name: 'large', need: need(3_000, 100) }
  const small = { name: 'small', need: need(500, 100) }
  /** So many with a task that fits nowhere else, and one with two that do. */
  const clusterWith = (count: number): ClusterOf => ({
    instances: [...times(count, {}), half],
    services: [
      { ...large, on: Array.from({ length: count }, (_, index) => index) },
      { ...small, on: [count, count] },
    ],
  })

  it('stays alone, and whoever costs more may go', () => {
    const stay = [0, 1, 2, 3, 4].map((place) => [place, 'no-room', 'service:large'])
    expect(outcomeOf(clusterWith(5))).toEqual({ go: [5], stay })
  })

  it('is the sixth, and nobody else is tried', () => {
    const stay = [0, 1, 2, 3, 4, 5, 6].map((place) => [place, 'no-room', 'service:large'])
    expect(outcomeOf(clusterWith(6))).toEqual({ go: [], stay })
  })

  it('stays with the rest of its group where the group is at its minimum, and other groups go on', () => {
    const groups = [group({ desired: 7, min: 7 }), group({ name: 'other', desired: 1 })]
    const instances = [...times(7, {}), { group: 'other' }]
    expect(outcomeOf({ groups, instances })).toEqual({
      go: [7],
      stay: [0, 1, 2, 3, 4, 5, 6].map((place) => [place, 'group-minimum']),
    })
  })
})

describe('a group', () => {
  it('loses only what it has beyond its minimum, whatever it wants and whatever others have', () => {
    const groups = [group({ desired: 3, min: 1 }), group({ name: 'other', desired: 3, min: 3 })]
    const instances = [{}, {}, { lifecycleState: 'Terminating:Wait' }, ...times(3, { group: 'other' })]
    expect(outcomeOf({ groups, instances }).go).toEqual([0])
  })

  it('keeps room for the headroom only where that is asked for', () => {
    const cluster = { instances: times(2, {}), services: [{ name: 'web', need: need(3_000, 1), on: [0] }] }
    expect(outcomeOf(cluster, 100, 'tasks').go).toEqual([1])
    expect(outcomeOf(cluster, 100, 'headroom').go).toEqual([])
  })
})

describe('a task that waits', () => {
  const web = { name: 'web', need: need(2_000, 100), on: [0] }
  const waiting = (cpu: number) => ({ name: 'waiting', need: need(cpu, 100), desiredCount: 1 })
  const shutOut = 'service:waiting'

  it('keeps the room that it has elsewhere from tasks that would move there', () => {
    const instances = [half, held]
    expect(outcomeOf({ instances, services: [web] }).go).toEqual([0])
    expect(outcomeOf({ instances, services: [web, waiting(3_000)] }).stay).toContainEqual([
      0,
      'no-room',
      shutOut,
    ])
  })

  it('keeps an instance that it would fit on, were nothing else there', () => {
    const instances = [{}, { ...half, ...held }]
    expect(outcomeOf({ instances, services: [web] }).go).toEqual([0])
    expect(outcomeOf({ instances, services: [web, waiting(3_000)] }).stay).toContainEqual([
      0,
      'no-room',
      shutOut,
    ])
  })

  it('keeps that instance alone, and not those that are too small for it', () => {
    const instances = [{}, half, { ...half, ...held }]
    expect(outcomeOf({ instances, services: [web, waiting(3_000)] }).go).toEqual([1])
  })

  it.each([
    ['with nothing on it', { instances: [{ registered: room(8_192, 8_192) }, held], services: [] }],
    ['with others on it', { instances: [{ registered: room(8_192, 8_192) }, held], services: [web] }],
  ])('keeps an instance that is larger than any machine that would come, %s', (_, cluster) => {
    expect(outcomeOf(cluster).go).toEqual([0])
    const services = [...cluster.services, waiting(7_000)]
    expect(outcomeOf({ ...cluster, services }).stay).toContainEqual([0, 'no-room', shutOut])
  })

  it('keeps its room also where more of the same fit on no machine', () => {
    const large = { ...held, registered: room(8_192, 8_192) }
    const services = (desiredCount: number) => [web, { ...waiting(7_000), desiredCount }]
    expect(outcomeOf({ instances: [{}, large], services: services(0) }).go).toEqual([0])
    expect(outcomeOf({ instances: [{}, large], services: services(2) }).stay).toContainEqual([
      0,
      'no-room',
      shutOut,
    ])
  })
})

it('names every instance once, those that were judged for themselves first', () => {
  const instances = [{}, held, { container: null }]
  const services = [{ name: 'web', need: need(1, 1), on: [0] }]
  expect(outcomeOf({ instances: [...instances, {}], services })).toEqual({
    go: [3, 0],
    stay: [
      [1, 'scale-in-protected'],
      [2, 'unregistered'],
    ],
  })
})
