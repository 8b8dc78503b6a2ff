import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { planScaling } from '../../../lib/capacity/plan.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { arbitraryCluster } from './arbitrary-cluster.ts'
import { afterRemoving, allFitHowever } from './every-order.ts'

/** As many may go at once as are not needed. */
const firstPlan = (snapshot: ClusterSnapshot, headroom = 0) =>
  planScaling(surveyCluster(snapshot, headroom), {
    step: { min: 1, max: 10 },
    scaleInCooldownSeconds: 300,
    budgetPercent: 100,
  }).groups[0]!

describe('a plan to scale in', () => {
  it('leaves nothing to be asked back', () => {
    let removals = 0
    fc.assert(
      fc.property(arbitraryCluster({ mostInstances: 6, mostTasks: 8 }), fc.nat(30), (snapshot, headroom) => {
        const plan = firstPlan(snapshot, headroom)
        if (plan.remove.length === 0) return
        removals += 1
        const going = new Set(plan.remove)
        const draining = {
          ...snapshot,
          groups: snapshot.groups.map((each) => ({ ...each, desired: plan.desired })),
          instances: snapshot.instances.map((each) =>
            going.has(each.instanceId) ? { ...each, lifecycleState: 'Terminating:Wait' } : each,
          ),
        }
        expect(surveyCluster(draining, headroom).needed).toEqual(new Map())
      }),
      { numRuns: 1_000, seed: 11 },
    )
    expect(removals).toBeGreaterThan(20)
  })

  it('leaves every task placeable in any order', () => {
    fc.assert(
      fc.property(arbitraryCluster({ mostInstances: 4, mostTasks: 6 }), (snapshot) => {
        const plan = firstPlan(snapshot)
        const { hosts, guests } = afterRemoving(snapshot, new Set(plan.remove))
        if (plan.remove.length > 0) expect(allFitHowever(guests, hosts)).toBe(true)
      }),
      { numRuns: 500, seed: 12 },
    )
  })
})
