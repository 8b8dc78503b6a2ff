import fc from 'fast-check'

import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import type { PlacementConstraint } from '../../../lib/capacity/workload.ts'
import { clusterOf, need, room, type ServiceOf } from './cluster-of.ts'

/** Small sizes, so that tasks and gaps often match exactly, which is where a packing goes wrong. */
const size = fc.constantFrom(0, 1, 2, 3, 4, 6)

const constraints: fc.Arbitrary<readonly PlacementConstraint[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.constant([{ type: 'distinctInstance' } as const]) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('eu-west-1a', 'eu-west-1b')
      .map((zone) => [
        { type: 'memberOf', expression: `attribute:ecs.availability-zone == ${zone}` } as const,
      ]),
  },
)

interface Limits {
  readonly mostInstances: number
  readonly mostTasks: number
}

/** Clusters of a few instances in three zones, some of them partly taken, and services with tasks wherever they fit. */
export const arbitraryCluster = ({ mostInstances, mostTasks }: Limits): fc.Arbitrary<ClusterSnapshot> =>
  fc
    .record({
      machines: fc.array(
        fc.record({ cpu: fc.integer({ min: 2, max: 8 }), memory: fc.integer({ min: 2, max: 8 }) }),
        {
          minLength: 1,
          maxLength: mostInstances,
        },
      ),
      services: fc.array(
        fc.record({
          cpu: size,
          memory: size,
          port: fc.boolean(),
          rare: fc.nat(3),
          constraints,
          lacks: fc.nat(4),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      tasks: fc.array(fc.record({ service: fc.nat(2), at: fc.nat(mostInstances) }), { maxLength: mostTasks }),
      draining: fc.nat(12),
    })
    .map(({ machines, services, tasks, draining }) => {
      const named = services.map(({ cpu, memory, port, rare, constraints: placementConstraints }, index) => ({
        name: `s${index}`,
        need: need(cpu, memory, { hostPorts: port && rare === 0 ? [`tcp:${80 + (index % 2)}`] : [] }),
        placementConstraints,
      }))
      const placed = seatAll(machines, named, tasks)
      return clusterOf({
        instances: machines.map(({ cpu, memory }, index) => ({
          registered: room(cpu, memory),
          ...(index === draining && {
            container: { status: 'DRAINING' },
            lifecycleState: 'Terminating:Wait',
          }),
        })),
        services: named.map((service, index) => ({
          ...service,
          on: placed[index]!,
          desiredCount: placed[index]!.length + (services[index]!.lacks === 1 ? 1 : 0),
        })),
      })
    })

/** Puts each task where it is asked to be, if it may be there. */
const seatAll = (
  machines: readonly { readonly cpu: number; readonly memory: number }[],
  services: readonly ServiceOf[],
  tasks: readonly { readonly service: number; readonly at: number }[],
): readonly (readonly number[])[] => {
  const left = machines.map((machine) => ({ ...machine, ports: new Set<string>() }))
  const placed: number[][] = services.map(() => [])
  for (const { service, at } of tasks) {
    const wanted = services[service]
    const host = left[at]
    if (wanted === undefined || host === undefined) continue
    const isDistinct = (wanted.placementConstraints ?? []).some(({ type }) => type === 'distinctInstance')
    if (host.cpu < wanted.need.cpu || host.memory < wanted.need.memory) continue
    if (wanted.need.hostPorts.some((port) => host.ports.has(port))) continue
    if (isDistinct && placed[service]!.includes(at)) continue
    host.cpu -= wanted.need.cpu
    host.memory -= wanted.need.memory
    for (const port of wanted.need.hostPorts) host.ports.add(port)
    placed[service]!.push(at)
  }
  return placed
}
