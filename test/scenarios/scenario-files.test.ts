import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../simulator/rehearsal/rehearse.ts'
import { loadScenario, scenarioNames } from '../../simulator/scenario/load-scenario.ts'

/** Machines that die past every hook take their tasks with them, whoever drains. */
const loseTasks = ['terminated-by-hand']

describe('the scenarios that come with the project', () => {
  it.each(scenarioNames())(
    '%s breaks no promise, drops no request and ends every drain in time',
    async (name) => {
      const { recording, world } = await rehearse({ scenario: loadScenario(name), seed: 3 })
      expect(recording.violations).toEqual([])
      expect(recording.deadLetters).toBe(0)
      if (loseTasks.includes(name)) return
      expect(recording.killedTasks).toEqual([])
      expect(world.traffic.score().dropped).toBe(0)
    },
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
