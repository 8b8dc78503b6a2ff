import type { CrashPoint } from '../aws/lambda/invocation.ts'
import type { Violation } from '../invariants/violation.ts'
import { rehearse } from '../rehearsal/rehearse.ts'
import { loadScenario, scenarioNames } from '../scenario/load-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'

export interface CrashRequest {
  readonly seed: number
  /** Absent: every scenario that comes with the project. */
  readonly names?: readonly string[]
  /** At most so many awaits of each scenario, spread evenly over it; absent: all of them. */
  readonly mostAwaits?: number
  readonly onProgress?: (text: string) => void
}

export interface CrashResult {
  readonly scenario: string
  readonly awaits: number
  /** At how many of them a process was killed, each in a rehearsal of its own. */
  readonly kills: number
  readonly failures: readonly CrashFailure[]
}

export interface CrashFailure {
  readonly scenario: string
  /** The how many-th await of all, from 1. */
  readonly killedAt: number
  readonly what: string
}

/** Plays each scenario once for each await of our functions, and kills the process at that one. */
export const crashEverywhere = async (request: CrashRequest): Promise<readonly CrashResult[]> => {
  const results: CrashResult[] = []
  for (const name of request.names ?? scenarioNames()) results.push(await crashIn(name, request))
  return results
}

const crashIn = async (name: string, request: CrashRequest): Promise<CrashResult> => {
  const { seed, onProgress, mostAwaits = Infinity } = request
  const scenario = loadScenario(name)
  const awaits = await countAwaits(scenario, seed)
  const step = Math.max(1, awaits / mostAwaits)
  const kills = Math.min(awaits, mostAwaits)
  const failures: CrashFailure[] = []
  for (let kill = 0; kill < kills; kill += 1) {
    const killedAt = 1 + Math.floor(kill * step)
    if (kill > 0 && kill % PROGRESS_STEP === 0) onProgress?.(`${name}: ${kill} of ${kills}`)
    for (const { promise, what } of await violationsWhenKilled(scenario, seed, killedAt))
      failures.push({ scenario: name, killedAt, what: `promise ${promise}: ${what}` })
  }
  return { scenario: name, awaits, kills, failures }
}

const PROGRESS_STEP = 100

const countAwaits = async (scenario: Scenario, seed: number): Promise<number> => {
  let count = 0
  await rehearseWith(scenario, seed, () => {
    count += 1
    return false
  })
  return count
}

const violationsWhenKilled = async (
  scenario: Scenario,
  seed: number,
  killedAt: number,
): Promise<readonly Violation[]> => {
  let count = 0
  const { recording } = await rehearseWith(scenario, seed, () => (count += 1) === killedAt)
  return recording.violations
}

const rehearseWith = (scenario: Scenario, seed: number, rule: (point: CrashPoint) => boolean) =>
  rehearse({ scenario, seed, prepare: (world) => world.lambda.crashAt(rule) })
