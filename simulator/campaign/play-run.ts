import { ServiceError } from '../aws/operation.ts'
import { NOT_MODELLED } from '../aws/unmodelled-input.ts'
import { Random } from '../engine/random.ts'
import { drawFaultOdds, type FaultLevel, type FaultOdds } from '../faults/fault-odds.ts'
import { injectFaults, SAFE_STALENESS_MS } from '../faults/inject-faults.ts'
import { Reached, type ReachedCounts } from '../faults/reached.ts'
import type { Violation } from '../invariants/violation.ts'
import { rehearse } from '../rehearsal/rehearse.ts'
import type { Recording } from '../rehearsal/recording.ts'
import { performStep } from '../scenario/perform-step.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { ScriptStep } from '../scenario/script-step.ts'
import type { World } from '../world/world.ts'
import { generateRun, type GeneratedRun } from './generate-scenario.ts'
import { prepareHealing } from './heal.ts'
import { stackGroupsOf, watchForeignMachines } from './foreign-machines.ts'
import { watchKilledTasks, type KilledTasks } from './killed-tasks.ts'
import { stateOfStep } from './note-step.ts'
import { watchRareStates, type WatchedRun } from './watch-rare-states.ts'

/** One run of a campaign, and all that follows from it. */
export interface RunRequest {
  readonly seed: number
  readonly level: FaultLevel
  readonly onPackaging?: () => void
}

/** By what a step does: how often AWS refused it. */
export type RefusedSteps = Readonly<Partial<Record<ScriptStep['do'], number>>>

export interface PlayedRun {
  readonly seed: number
  readonly judged: Judgement
  readonly scenario: Scenario
  readonly odds: FaultOdds
  readonly violations: readonly Violation[]
  readonly reached: ReachedCounts
  readonly drains: number
  /** Tasks whose machine, one of the stack's, died under them, for whatever reason. */
  readonly killedTasks: number
  /** Of those, the ones whose drain had time left. */
  readonly earlyKills: number
  /** By kind, how many steps of the script were refused at their moment. */
  readonly refusedSteps: RefusedSteps
  readonly world: World
  readonly recording: Recording
}

/**
 * `promises`: every promise must hold. `kills`: AWS's answers are older than Ebbtide assumes that they can be, so only
 * the tasks that die of it are counted.
 */
export type Judgement = 'promises' | 'kills'

/** One heavy run in so many is played with answers that are too old. */
const KILLS_ONLY_ODDS = 0.04

/** Four times what Ebbtide assumes. */
const UNSAFE_STALENESS_MS = 20_000

/**
 * Plays one generated cluster: a safety phase with faults, and a liveness phase without. The seed and the level say it
 * all.
 *
 * @throws {Error} where the simulation itself comes to an end, such as a call that is not modelled.
 */
export const playRun = async ({ seed, level, onPackaging }: RunRequest): Promise<PlayedRun> => {
  const drawn = drawRun(seed, level)
  const { scenario, judged, odds } = drawn
  const reached = new Reached()
  const refusedSteps: Partial<Record<ScriptStep['do'], number>> = {}
  let count = (): KilledTasks => ({ all: 0, early: 0 })
  const { world, recording } = await rehearse({
    // What a script cannot do at its moment is refused by AWS, and the run goes on.
    scenario: { ...scenario, script: [] },
    seed,
    healsAtSeconds: drawn.healsAtSeconds,
    ...(onPackaging && { onPackaging }),
    prepare: (world, recording) => {
      const stackGroups = stackGroupsOf(scenario)
      count = watchRun({ world, recording, reached, stackGroups, isJudged: judged === 'promises' })
      for (const step of scenario.script) attemptAt({ world, stackGroups, step, reached, refusedSteps })
      planFaults({ world, reached, level, drawn })
    },
  })
  const killed = count()
  return {
    seed,
    judged,
    scenario,
    odds,
    violations: judged === 'kills' ? [] : recording.violations,
    reached: reached.counts,
    drains: recording.drains.length,
    killedTasks: killed.all,
    earlyKills: killed.early,
    refusedSteps,
    world,
    recording,
  }
}

interface DrawnRun extends GeneratedRun {
  readonly odds: FaultOdds
  readonly judged: Judgement
}

/** Each stream of chance is a part of its own, so that none moves the course of another. */
const drawRun = (seed: number, level: FaultLevel): DrawnRun => {
  const random = new Random(seed, 'campaign')
  const badMessages = new Random(seed, 'odds of bad messages')
  const untimelyWakes = new Random(seed, 'odds of untimely wakes')
  const odds = drawFaultOdds({ random, badMessages, untimelyWakes }, level)
  const judged = level === 'heavy' && random.chance(KILLS_ONLY_ODDS) ? 'kills' : 'promises'
  const neighbours = new Random(seed, 'neighbours')
  const chances = { random, neighbours, assumptions: new Random(seed, 'assumptions') }
  return { odds, judged, ...generateRun(chances, odds, `seed ${seed}`) }
}

/** @returns to be called when the run has ended: counts what can be counted only then. */
const watchRun = (run: Omit<WatchedRun, 'foreign'>): (() => KilledTasks) => {
  const foreign = watchForeignMachines(run.world, run.stackGroups)
  const noteRest = watchRareStates({ ...run, foreign })
  const countKills = watchKilledTasks(run.world, run.recording, foreign)
  return () => {
    noteRest()
    return countKills()
  }
}

interface FaultPlan {
  readonly world: World
  readonly reached: Reached
  /** `none`: the script alone makes trouble. */
  readonly level: FaultLevel
  readonly drawn: DrawnRun
}

/** Faults begin when the stack stands, and end with all other trouble. */
const planFaults = ({ world, reached, level, drawn }: FaultPlan): void => {
  const { odds, judged, deployedAtSeconds, healsAtSeconds } = drawn
  const stalenessMs = judged === 'kills' ? UNSAFE_STALENESS_MS : SAFE_STALENESS_MS
  const endHarm = prepareHealing(world)
  let endFaults = (): void => undefined
  const begin = () => {
    if (level !== 'none') endFaults = injectFaults({ world, reached, odds, stalenessMs })
  }
  if (deployedAtSeconds === 0) begin()
  else world.simulation.after(1_000 * deployedAtSeconds, begin)
  world.simulation.after(1_000 * healsAtSeconds, () => {
    endFaults()
    endHarm()
  })
}

interface Attempt {
  readonly world: World
  readonly stackGroups: readonly string[]
  readonly step: ScriptStep
  readonly reached: Reached
  readonly refusedSteps: Partial<Record<ScriptStep['do'], number>>
}

/** What AWS refuses at that moment is left out. Anything else is a defect of the simulator, or of the script. */
const attemptAt = ({ world, stackGroups, step, reached, refusedSteps }: Attempt): void => {
  world.simulation.after(1_000 * step.atSeconds, () => {
    try {
      const state = stateOfStep(world, stackGroups, step)
      performStep(world, step)
      if (state !== undefined) reached.add(state)
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code === NOT_MODELLED) throw error
      refusedSteps[step.do] = (refusedSteps[step.do] ?? 0) + 1
    }
  })
}
