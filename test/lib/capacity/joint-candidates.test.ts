import { describe, expect, it } from '@jest/globals'

import { jointCandidates } from '../../../lib/capacity/joint-candidates.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { candidateLists } from '../../../lib/capacity/victims.ts'
import { clusterOf, group, instanceId, need, room, times, type ClusterOf } from './cluster-of.ts'

const big = { registered: room(4_096, 8_192) }

const idsIn = (snapshot: ClusterSnapshot, leaving: readonly string[] = []): readonly string[] => {
  const removable = jointCandidates({ snapshot, headroomPercent: 0, leaving: new Set(leaving) })
  const lists = candidateLists(removable, snapshot, 60_000)
  return [...lists.values()]
    .flatMap(({ candidates }) => candidates.map(({ instanceId: id }) => id))
    .toSorted()
}

describe('the candidates of a cluster', () => {
  it('of all zones together may go together: two answers for two zones may come one after the other', () => {
    const snapshot = clusterOf({
      group: { desired: 3 },
      instances: times(3, big),
      services: [{ name: 'web', need: need(2_000, 2_000), on: [0, 1, 2] }],
    })
    expect(idsIn(snapshot)).toHaveLength(1)
  })

  it('of all groups together may go together', () => {
    const snapshot = clusterOf({
      groups: [group({ name: 'A', desired: 2 }), group({ name: 'B', desired: 2 })],
      instances: ['A', 'A', 'B', 'B'].map((name) => ({ ...big, group: name, zone: 'eu-west-1a' })),
      services: [{ name: 'web', need: need(3_000, 2_000), on: [0, 1, 2] }],
    })
    // Three machines are needed, so one of the four may go, whoever is asked first.
    expect(idsIn(snapshot)).toHaveLength(1)
  })

  it('are, where not all may go, those of the fullest zone, from which Auto Scaling takes first', () => {
    const zones = ['a', 'b', 'b', 'b', 'c']
    const snapshot = clusterOf({
      group: { desired: 5 },
      instances: zones.map((zone) => ({ ...big, zone })),
      services: [
        { name: 'web', need: need(2_000, 2_000), on: [0, 1, 2, 3, 4] },
        { name: 'more', need: need(1_000, 1_000), on: [1, 2, 3] },
      ],
    })
    expect(idsIn(snapshot)).toEqual([instanceId(1)])
  })

  it('are there in each zone, although the group may not lose them all', () => {
    const snapshot = clusterOf({ group: { desired: 3, min: 2 }, instances: times(3, big) })
    expect(idsIn(snapshot)).toHaveLength(3)
  })

  it('leave room for what leaves already, though the snapshot does not know of it', () => {
    const snapshot = clusterOf({
      group: { desired: 4 },
      instances: times(4, big),
      services: [{ name: 'web', need: need(2_000, 2_000), on: [0, 1, 2, 3] }],
    })
    expect(idsIn(snapshot)).toHaveLength(2)
    expect(idsIn(snapshot, [instanceId(0)])).toHaveLength(1)
    expect(idsIn(snapshot, [instanceId(0), instanceId(1)])).toEqual([])
  })
})

describe('where not all may go', () => {
  /** In their order, by the place in the cluster. */
  const outcomeOf = (cluster: ClusterOf, afterMs = 0) => {
    const snapshot = clusterOf(cluster)
    const { together, kept } = jointCandidates({
      snapshot: { ...snapshot, takenAt: snapshot.takenAt + afterMs },
      headroomPercent: 0,
      leaving: new Set<string>(),
    })
    const placeOf = (id: string) => Number(id.slice('i-'.length))
    return {
      go: together.map(({ instance }) => placeOf(instance.instanceId)),
      stay: kept.map(({ instanceId: id, because }) => [placeOf(id), because]),
    }
  }
  /** Two of these go onto one instance. */
  const webOn = (...on: readonly number[]) => ({ name: 'web', need: need(2_000, 2_000), on })
  /** Costs a little where it is. */
  const daemonOn = (...on: readonly number[]) => ({ name: 'logs', need: need(10, 10), isDaemon: true, on })
  const inZone = (zone: string, more: object = {}) => ({ zone, ...more })

  it('all the others stay, with the reason', () => {
    const instances = [...times(3, big), { isProtectedFromScaleIn: true }]
    const services = [webOn(0, 1, 2, 3), { ...webOn(3), name: 'api' }]
    expect(outcomeOf({ instances, services })).toEqual({
      go: [0],
      stay: [
        [3, 'scale-in-protected'],
        [1, 'no-room'],
        [2, 'no-room'],
      ],
    })
  })

  it('a group that is to shrink comes first, though others are cheaper', () => {
    const groups = [group({ desired: 2 }), group({ name: 'other', desired: 2 })]
    const other = { group: 'other', zone: 'eu-west-1a' }
    const instances = [...times(2, inZone('eu-west-1a')), other, other, other]
    const services = [webOn(0, 1, 2, 3, 4), daemonOn(2, 3, 4)]
    expect(outcomeOf({ groups, instances, services }).go).toEqual([2, 3])
    const content = [groups[0]!, group({ name: 'other', desired: 3 })]
    expect(outcomeOf({ groups: content, instances, services }).go).toEqual([0, 2])
  })

  it('a group that is to shrink may lose all that it has, and the cheapest is named first', () => {
    const services = [{ name: 'web', need: need(100, 100), on: [0, 0, 1] }]
    const rest = { group: 'other', isProtectedFromScaleIn: true }
    const groups = [group({ desired: 1, min: 1 }), group({ name: 'other', desired: 1 })]
    expect(outcomeOf({ groups, instances: [...times(3, big), rest], services }).go).toEqual([2, 1, 0])
  })

  it('the cheapest of a zone comes first', () => {
    const instances = times(3, inZone('eu-west-1a'))
    expect(outcomeOf({ instances, services: [webOn(0, 1, 2), daemonOn(0, 1)] }).go).toEqual([2])
  })

  it('what is in a warm pool makes no zone a full one', () => {
    const pooled = { ...inZone('eu-west-1b'), lifecycleState: 'Warmed:Stopped', container: null }
    const instances = [...['b', 'a', 'a'].map((zone) => inZone(`eu-west-1${zone}`)), ...times(3, pooled)]
    expect(outcomeOf({ instances, services: [webOn(0, 1, 2)], group: { desired: 3 } }).go).toEqual([1])
  })

  it('groups take turns, each with its fullest zone', () => {
    const groups = [group({ desired: 4 }), group({ name: 'other', desired: 1 })]
    const instances = [
      ...times(3, inZone('eu-west-1a')),
      inZone('eu-west-1b'),
      inZone('eu-west-1a', { group: 'other' }),
    ]
    expect(outcomeOf({ groups, instances, services: [webOn(0, 1, 2, 3, 4)] }).go).toEqual([0, 4])
  })

  it('equally full zones take turns minute by minute, for as long as the group is to shrink', () => {
    const firstAfter = (minutes: number, desired: number) =>
      outcomeOf({ instances: times(3, {}), services: [webOn(0, 1, 2)], group: { desired } }, minutes * 60_000)
        .go
    const turns = [0, 1, 2].map((minute) => firstAfter(minute, 2))
    expect(turns.flat().toSorted()).toEqual([0, 1, 2])
    expect(firstAfter(3, 2)).toEqual(turns[0])
    expect(firstAfter(0.9, 2)).toEqual(turns[0])
    expect([0, 1, 2].map((minute) => firstAfter(minute, 3))).toEqual([[0], [0], [0]])
  })
})
