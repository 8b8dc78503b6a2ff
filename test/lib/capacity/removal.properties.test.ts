import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { removableTogether } from '../../../lib/capacity/removal.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { arbitraryCluster } from './arbitrary-cluster.ts'
import { afterRemoving, allFitHowever } from './every-order.ts'

const idsOf = (snapshot: ClusterSnapshot) =>
  removableTogether(surveyCluster(snapshot, 0), 'tasks').together.map(({ instance }) => instance.instanceId)

describe('removing what is called removable', () => {
  it('leaves every task placeable in every order and on every choice of instances', () => {
    let removals = 0
    fc.assert(
      fc.property(arbitraryCluster({ mostInstances: 4, mostTasks: 6 }), (snapshot) => {
        const going = new Set(idsOf(snapshot))
        if (going.size === 0) return
        removals += 1
        const { hosts, guests } = afterRemoving(snapshot, going)
        expect(allFitHowever(guests, hosts)).toBe(true)
      }),
      { numRuns: 1_500, seed: 5 },
    )
    expect(removals).toBeGreaterThan(300)
  })

  it('leaves every task placeable also where only some of them go', () => {
    fc.assert(
      fc.property(arbitraryCluster({ mostInstances: 4, mostTasks: 6 }), fc.nat(15), (snapshot, mask) => {
        const going = new Set(idsOf(snapshot).filter((_, index) => (mask >> index) % 2 === 1))
        const { hosts, guests } = afterRemoving(snapshot, going)
        if (going.size > 0) expect(allFitHowever(guests, hosts)).toBe(true)
      }),
      { numRuns: 500, seed: 6 },
    )
  })

  it('is proven for most of what an exhaustive search finds safe', () => {
    let found = 0
    let proven = 0
    fc.assert(
      fc.property(arbitraryCluster({ mostInstances: 4, mostTasks: 5 }), (snapshot) => {
        const together = new Set(idsOf(snapshot))
        for (const { instanceId: id, containerInstance } of snapshot.instances) {
          if (containerInstance?.status !== 'ACTIVE') continue
          const { hosts, guests } = afterRemoving(snapshot, new Set([id]))
          if (!allFitHowever(guests, hosts)) continue
          found += 1
          const alone = clusterWithout(snapshot, id)
          if (together.has(id) || new Set(idsOf(alone)).has(id)) proven += 1
        }
      }),
      { numRuns: 300, seed: 7 },
    )
    expect(proven / found).toBeGreaterThan(0.8)
  })

  it('never takes a group below its minimum', () => {
    fc.assert(
      fc.property(arbitraryCluster({ mostInstances: 6, mostTasks: 4 }), fc.nat(6), (snapshot, min) => {
        const bounded = { ...snapshot, groups: snapshot.groups.map((each) => ({ ...each, min })) }
        const left = snapshot.instances.length - idsOf(bounded).length
        expect(left).toBeGreaterThanOrEqual(Math.min(min, snapshot.instances.length))
      }),
      { numRuns: 300, seed: 8 },
    )
  })
})

/** The same, and no other instance may go: whether this one may go alone. */
const clusterWithout = (snapshot: ClusterSnapshot, id: string): ClusterSnapshot => ({
  ...snapshot,
  instances: snapshot.instances.map((instance) => ({
    ...instance,
    isProtectedFromScaleIn: instance.instanceId !== id,
  })),
})
