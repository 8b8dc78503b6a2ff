import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../simulator/rehearsal/rehearse.ts'
import { loadScenario, scenarioNames } from '../../simulator/scenario/load-scenario.ts'
import type { Scenario } from '../../simulator/scenario/scenario.ts'
import { switches } from '../../simulator/world/assumptions.ts'

/** Machines that die past every hook take their tasks with them, whoever drains. */
const loseTasks = ['terminated-by-hand']

/** Campaigns play the same at less length. */
const takeLong = ['day', 'fragmented', 'instance-refresh-50', 'mixed-types']

/** Every question that AWS's documentation leaves open, answered otherwise than it is by default. */
const otherwise = Object.fromEntries(
  Object.entries(switches).map(([service, { alternatives }]) => [
    service,
    Object.fromEntries(Object.entries(alternatives).map(([name, [other]]) => [name, other])),
  ]),
)

const expectNothingLost = async (name: string, scenario: Scenario): Promise<void> => {
  const { recording, world } = await rehearse({ scenario, seed: 3 })
  expect(recording.violations).toEqual([])
  expect(recording.deadLetters).toBe(0)
  if (loseTasks.includes(name)) return
  expect(recording.killedTasks).toEqual([])
  expect(world.traffic.score().dropped).toBe(0)
}

describe('the scenarios that come with the project', () => {
  it.each(scenarioNames())('%s breaks no promise, drops no request and ends every drain in time', (name) =>
    expectNothingLost(name, loadScenario(name)),
  )

  it.each(scenarioNames().filter((name) => !takeLong.includes(name)))(
    '%s loses nothing either where AWS does otherwise than it is taken to do',
    (name) => expectNothingLost(name, { ...loadScenario(name), assumptions: otherwise }),
  )

  it.each(['spot', 'lost-events', 'scale-in', 'terminated-by-hand'])(
    '%s drops requests when nobody drains',
    async (name) => {
      const { world } = await rehearse({ scenario: loadScenario(name), seed: 3, ebbtide: 'absent' })
      expect(world.traffic.score().dropped).toBeGreaterThan(0)
    },
  )

  it('fifty instances in one instance refresh: no late heartbeat, no kill, each drained', async () => {
    const { recording } = await rehearse({ scenario: loadScenario('instance-refresh-50'), seed: 5 })
    expect(recording.drains.filter(({ action }) => action.by === 'completed')).toHaveLength(50)
    expect(recording.killedTasks).toEqual([])
    expect(recording.violations).toEqual([])
  })
})
