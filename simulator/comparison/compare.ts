import { rehearse } from '../rehearsal/rehearse.ts'
import { scaledBy, type Scaler } from '../rehearsal/scaler.ts'
import { scoreOf } from '../rehearsal/score.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** What one scaler came to with one seed. */
export interface ComparedRun {
  readonly seed: number
  readonly requestsSent: number
  readonly requestsDropped: number
  readonly tasksKilled: number
  readonly unplacedTaskSeconds: number
  readonly instanceHours: number
  readonly violations: number
}

export interface Contender {
  readonly scaler: Scaler
  readonly runs: readonly ComparedRun[]
}

/** Scalers on the same scenario and the same seeds. */
export interface Comparison {
  readonly scenario: string
  readonly seeds: number
  readonly contenders: readonly Contender[]
}

interface ComparisonOptions {
  readonly scenario: Scenario
  readonly scalers: readonly Scaler[]
  /** Seeds 1 to this. */
  readonly seeds: number
  /** Called before each run. */
  readonly onRun?: (scaler: Scaler, seed: number) => void
}

/** Plays the scenario once for each scaler and seed. @throws {Error} as `rehearse` does. */
export const compareScalers = async (options: ComparisonOptions): Promise<Comparison> => {
  const contenders: Contender[] = []
  for (const scaler of options.scalers) contenders.push({ scaler, runs: await playSeeds(scaler, options) })
  return { scenario: options.scenario.name, seeds: options.seeds, contenders }
}

const playSeeds = async (scaler: Scaler, { scenario, seeds, onRun }: ComparisonOptions) => {
  const runs: ComparedRun[] = []
  for (let seed = 1; seed <= seeds; seed += 1) {
    onRun?.(scaler, seed)
    runs.push(await play(scaler, scenario, seed))
  }
  return runs
}

const play = async (scaler: Scaler, scenario: Scenario, seed: number): Promise<ComparedRun> => {
  const { world, recording } = await rehearse({ ...scaledBy(scaler, scenario), seed })
  const about = { seed, scenario: scenario.name, virtualSeconds: scenario.lastsSeconds }
  const { requests, unplacedTaskSeconds, instanceHours, violations } = scoreOf(world, recording, about)
  return {
    seed,
    requestsSent: requests.sent,
    requestsDropped: requests.dropped,
    tasksKilled: recording.killedTasks.length,
    unplacedTaskSeconds,
    instanceHours,
    violations: violations.length,
  }
}
