import { performance } from 'node:perf_hooks'

import { rehearse, type Rehearsal } from '../rehearsal/rehearse.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** One rehearsal, and what it took. */
export interface Measured {
  readonly rehearsal: Rehearsal
  readonly realSeconds: number
  readonly virtualSeconds: number
}

export const measure = async (scenario: Scenario): Promise<Measured> => {
  const start = performance.now()
  const rehearsal = await rehearse({ scenario, seed: 1 })
  return {
    rehearsal,
    realSeconds: (performance.now() - start) / 1_000,
    virtualSeconds: scenario.lastsSeconds,
  }
}

/** Calls of the functions because of the script: those of the same rehearsal without a script are taken off. */
export const callsForDrains = async (scenario: Scenario): Promise<DrainCalls> => {
  const { rehearsal: busy } = await measure(scenario)
  const { rehearsal: idle } = await measure({ ...scenario, script: [] })
  const drains = busy.recording.drains
  const ids = new Set(drains.map(({ action }) => action.instanceId))
  const tasks = busy.recording.endedTasks.filter(({ instanceId }) => ids.has(instanceId)).length
  const waitMinutes = drains.reduce(
    (sum, { action }) => sum + (action.endedAt - action.startedAt) / 60_000,
    0,
  )
  const budget = drains.length * CALLS_FOR_DRAIN + tasks * CALLS_FOR_TASK + waitMinutes * CALLS_FOR_MINUTE
  return { calls: busy.world.calls.length - idle.world.calls.length, budget, drains: drains.length, tasks }
}

interface DrainCalls {
  readonly calls: number
  readonly budget: number
  readonly drains: number
  readonly tasks: number
}

/** The budget of one drain: so much for itself, for each task that leaves, and for each minute in which it only waits. */
const CALLS_FOR_DRAIN = 12
const CALLS_FOR_TASK = 3
const CALLS_FOR_MINUTE = 2
