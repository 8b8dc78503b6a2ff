import { describe, expect, it } from '@jest/globals'

import { jointCandidates } from '../../../lib/capacity/joint-candidates.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { candidateLists } from '../../../lib/capacity/victims.ts'
import { clusterOf, group, instanceId, need, room, times } from './cluster-of.ts'

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
