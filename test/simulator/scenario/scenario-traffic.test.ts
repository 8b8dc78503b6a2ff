import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { loadScenario, scenarioNames } from '../../../simulator/scenario/load-scenario.ts'

/** About the right number of instances. Where nobody scales, none leaves. */
const aboutCapacity = ['day', 'flash-crowd', 'fragmented', 'from-zero', 'mixed-types']

const withTraffic = scenarioNames().filter(
  (name) =>
    !aboutCapacity.includes(name) && loadScenario(name).services.some(({ traffic }) => traffic !== undefined),
)

const playWithoutEbbtide = (name: string) =>
  rehearse({ scenario: loadScenario(name), seed: 1, ebbtide: 'absent' })

// Else the rehearsal without Ebbtide would say that nobody needs it.
describe('without Ebbtide', () => {
  it.each(withTraffic)('%s drops requests, because nobody drains', async (name) => {
    const { world } = await playWithoutEbbtide(name)
    expect(world.traffic.score().dropped).toBeGreaterThan(0)
  })

  it.each(aboutCapacity)('%s lacks room for tasks, because nobody scales', async (name) => {
    const { recording } = await playWithoutEbbtide(name)
    expect(recording.unplacedTasks.taskSeconds).toBeGreaterThan(0)
  })
})
