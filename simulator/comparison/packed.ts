import type { Scenario } from '../scenario/scenario.ts'

/** What AWS advises beside managed scaling: an instance that nothing spreads to becomes empty, and only such ones go. */
const PACKED = [
  { type: 'spread', field: 'attribute:ecs.availability-zone' },
  { type: 'binpack', field: 'memory' },
] as const

/** The same scenario with services that fill one instance after the other, where they have no strategy of their own. */
export const packed = (scenario: Scenario): Scenario => ({
  ...scenario,
  name: `${scenario.name} (binpack)`,
  services: scenario.services.map((service) => ({ placementStrategy: [...PACKED], ...service })),
})
