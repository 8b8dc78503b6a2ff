import type { FaultLevel } from '../faults/fault-odds.ts'
import { Reached, type RareState, type ReachedCounts } from '../faults/reached.ts'
import type { Violation } from '../invariants/violation.ts'
import { journalOf } from './journal.ts'
import { playRun, type Judgement, type PlayedRun, type RefusedSteps } from './play-run.ts'

/** What is left of a run when it has been played: small enough to cross from one process to another. */
export interface RunReport {
  readonly seed: number
  readonly judged: Judgement
  readonly drains: number
  readonly killedTasks: number
  readonly earlyKills: number
  readonly refusedSteps: RefusedSteps
  readonly reached: ReachedCounts
  readonly violations: readonly Violation[]
  /** The simulation itself came to an end; absent: it did not. */
  readonly error?: string
  /** What happened around the first violation, in lines; empty without one. */
  readonly journal: readonly string[]
}

/** Plays one run and says what came of it, whatever happens. */
export const reportRun = async (
  seed: number,
  level: FaultLevel,
  onPackaging?: () => void,
): Promise<RunReport> => {
  try {
    return reportOf(await playRun({ seed, level, ...(onPackaging && { onPackaging }) }))
  } catch (error) {
    const nothing = { drains: 0, killedTasks: 0, earlyKills: 0, refusedSteps: {}, reached: {} }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { seed, judged: 'promises', ...nothing, violations: [], journal: [], error: text }
  }
}

const reportOf = (run: PlayedRun): RunReport => {
  const { seed, judged, drains, killedTasks, earlyKills, refusedSteps, reached, violations } = run
  const [first] = violations
  const journal = first === undefined ? [] : journalOf(run, first)
  return { seed, judged, drains, killedTasks, earlyKills, refusedSteps, reached, violations, journal }
}

/** Below so many runs it is chance which rare states are reached; from there on each must be. */
export const RUNS_TO_REACH_ALL = 500

/** What a campaign comes to, as it grows. */
export class Campaign {
  readonly #level: FaultLevel
  readonly #reached = new Reached()
  readonly #failures: RunReport[] = []
  runs = 0
  drains = 0
  /** In runs that must keep every promise. */
  killedTasks = 0
  earlyKills = 0
  runsForKills = 0
  /** In those whose answers are too old. */
  killedByAge = 0
  readonly refusedSteps = new Map<string, number>()

  constructor(level: FaultLevel) {
    this.#level = level
  }

  add(report: RunReport): void {
    this.runs += 1
    this.drains += report.drains
    this.#count(report)
    this.#reached.addAll(report.reached)
    if (hasFailed(report)) this.#failures.push(report)
  }

  #count({ judged, killedTasks, earlyKills, refusedSteps }: RunReport): void {
    for (const [kind, times] of Object.entries(refusedSteps))
      this.refusedSteps.set(kind, (this.refusedSteps.get(kind) ?? 0) + times)
    if (judged === 'kills') {
      this.runsForKills += 1
      this.killedByAge += killedTasks
      return
    }
    this.killedTasks += killedTasks
    this.earlyKills += earlyKills
  }

  /** Runs that broke a promise or the simulation, lowest seed first. */
  get failures(): readonly RunReport[] {
    return this.#failures.toSorted((one, other) => one.seed - other.seed)
  }

  get reached(): ReachedCounts {
    return this.#reached.counts
  }

  /** Rare states that the campaign never reached. Without faults most of them cannot be. */
  get unreached(): readonly RareState[] {
    return this.#level === 'none' ? [] : this.#reached.missing
  }

  get hasFailed(): boolean {
    return this.#failures.length > 0 || (this.runs >= RUNS_TO_REACH_ALL && this.unreached.length > 0)
  }
}

export const hasFailed = ({ violations, error }: RunReport): boolean =>
  violations.length > 0 || error !== undefined
