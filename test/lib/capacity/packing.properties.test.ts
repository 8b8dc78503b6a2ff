import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { roomOf } from '../../../lib/capacity/bin.ts'
import { packTasks } from '../../../lib/capacity/packing.ts'
import type { ClusterSnapshot, Resources } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { arbitraryCluster } from './arbitrary-cluster.ts'
import { machine, room, times } from './cluster-of.ts'
import { afterRemoving, allFitHowever } from './every-order.ts'

const survey = (snapshot: ClusterSnapshot) => surveyCluster(snapshot, 0)

/** What each bin was given, by the class keys of the packing alone. */
const taken = (snapshot: ClusterSnapshot) => {
  const { packing, demand } = survey(snapshot)
  const needs = new Map(demand.tasks.map(({ taskClass }) => [taskClass.key, taskClass]))
  const byBin = new Map<string, { sum: Resources; ports: string[]; classes: Map<string, number> }>()
  for (const { binId, classKey, count } of packing.placements) {
    const { need: each, isDistinct } = needs.get(classKey)!
    const bin = byBin.get(binId) ?? { sum: room(0, 0), ports: [], classes: new Map<string, number>() }
    bin.sum = {
      cpu: bin.sum.cpu + count * each.cpu,
      memory: bin.sum.memory + count * each.memory,
      gpu: bin.sum.gpu + count * each.gpu,
      enis: bin.sum.enis + count * each.enis,
    }
    bin.ports.push(...times(count, each.hostPorts).flat())
    if (isDistinct) bin.classes.set(classKey, (bin.classes.get(classKey) ?? 0) + count)
    byBin.set(binId, bin)
  }
  return byBin
}

describe('a packing', () => {
  const wanting = fc
    .tuple(arbitraryCluster({ mostInstances: 6, mostTasks: 6 }), fc.integer({ min: 1, max: 12 }))
    .map(([snapshot, more]) => ({
      ...snapshot,
      groups: snapshot.groups.map((each) => ({ ...each, machines: [machine(room(8, 8))] })),
      services: snapshot.services.map((service) => ({
        ...service,
        desiredCount: service.desiredCount + more,
      })),
    }))

  it('never puts more on an instance than it has left', () => {
    fc.assert(
      fc.property(wanting, (snapshot) => {
        const left = new Map(
          snapshot.instances.map((each) => [each.instanceId, each.containerInstance!.remaining]),
        )
        for (const [binId, { sum, ports, classes }] of taken(snapshot)) {
          const room8 = left.get(binId) ?? room(8, 8)
          expect(sum.cpu).toBeLessThanOrEqual(room8.cpu)
          expect(sum.memory).toBeLessThanOrEqual(room8.memory)
          expect(new Set(ports).size).toBe(ports.length)
          for (const count of classes.values()) expect(count).toBe(1)
        }
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  it('places each task once or says why not', () => {
    fc.assert(
      fc.property(wanting, (snapshot) => {
        const { packing, demand } = survey(snapshot)
        const sum = (counts: readonly { readonly count: number }[]) =>
          counts.reduce((total, { count }) => total + count, 0)
        expect(sum(packing.placements) + sum(packing.unplaced)).toBe(sum(demand.tasks))
      }),
      { numRuns: 300, seed: 2 },
    )
  })

  it('adds at least as many machines as the lower bound says, and is the same however its input is ordered', () => {
    fc.assert(
      fc.property(wanting, (snapshot) => {
        const { needed, leastNeeded, packing } = survey(snapshot)
        const count = [...needed.values()].reduce((sum, each) => sum + each, 0)
        expect(count).toBeGreaterThanOrEqual(leastNeeded)
        const turned = survey({
          ...snapshot,
          instances: [...snapshot.instances].reverse(),
          services: [...snapshot.services].reverse(),
        })
        expect(turned.packing).toEqual(packing)
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  it('never calls a task unplaceable for which there is room now', () => {
    fc.assert(
      fc.property(arbitraryCluster({ mostInstances: 3, mostTasks: 5 }), (snapshot) => {
        const { hosts, guests } = afterRemoving(snapshot, new Set())
        if (!allFitHowever(guests, hosts)) return
        const { workload, demand } = survey(snapshot)
        const bins = roomOf(snapshot, workload).now
        expect(packTasks({ tasks: demand.tasks, spare: [], bins, machines: [] }).unplaced).toEqual([])
      }),
      { numRuns: 500, seed: 4 },
    )
  })
})
