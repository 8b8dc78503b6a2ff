import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { loadScenario, scenarioNames } from '../../../simulator/scenario/load-scenario.ts'

const withTraffic = scenarioNames().filter((name) =>
  loadScenario(name).services.some(({ traffic }) => traffic !== undefined),
)

describe('the scenarios with traffic', () => {
  // Else the rehearsal without Ebbtide would say that nobody needs it.
  it.each(withTraffic)('%s drops requests when nobody drains', async (name) => {
    const { world } = await rehearse({ scenario: loadScenario(name), seed: 1, ebbtide: 'absent' })
    expect(world.traffic.score().dropped).toBeGreaterThan(0)
  })
})
