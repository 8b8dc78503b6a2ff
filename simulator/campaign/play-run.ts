import { ServiceError } from '../aws/operation.ts'
import { NOT_MODELLED } from '../aws/unmodelled-input.ts'
import { Random } from '../engine/random.ts'
import { drawFaultOdds, type FaultLevel, type FaultOdds } from '../faults/fault-odds.ts'
import { injectFaults, SAFE_STALENESS_MS, type Injection } from '../faults/inject-faults.ts'
import { Reached, type ReachedCounts } from '../faults/reached.ts'
import type { Violation } from '../invariants/violation.ts'
import { rehearse } from '../rehearsal/rehearse.ts'
import type { Recording } from '../rehearsal/recording.ts'
import { performStep } from '../scenario/perform-step.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { ScriptStep } from '../scenario/script-step.ts'
import type { World } from '../world/world.ts'
import { generateRun } from './generate-scenario.ts'
import { prepareHealing } from './heal.ts'
import { watchEarlyKills } from './killed-tasks.ts'
import { stateOfStep } from './note-step.ts'
import { watchRareStates } from './watch-rare-states.ts'

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
  /** Tasks whose machine died under them, for whatever reason. */
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
  const random = new Random(seed, 'campaign')
  const odds = drawFaultOdds(random, level)
  const judged: Judgement = level === 'heavy' && random.chance(KILLS_ONLY_ODDS) ? 'kills' : 'promises'
  const { scenario, healsAtSeconds, deployedAtSeconds } = generateRun(random, odds, `seed ${seed}`)
  const reached = new Reached()
  const refusedSteps: Partial<Record<ScriptStep['do'], number>> = {}
  let noteRest = (): void => undefined
  let countEarlyKills = (): number => 0
  const { world, recording } = await rehearse({
    // What a script cannot do at its moment is refused by AWS, and the run goes on.
    scenario: { ...scenario, script: [] },
    seed,
    healsAtSeconds,
    ...(onPackaging && { onPackaging }),
    prepare: (world, recording) => {
      noteRest = watchRareStates(world, recording, reached)
      countEarlyKills = watchEarlyKills(world, recording)
      for (const step of scenario.script) attemptAt({ world, step, reached, refusedSteps })
      const stalenessMs = judged === 'kills' ? UNSAFE_STALENESS_MS : SAFE_STALENESS_MS
      const faults = level === 'none' ? undefined : { odds, stalenessMs }
      planFaults({ world, reached, ...(faults && { faults }), deployedAtSeconds, healsAtSeconds })
    },
  })
  noteRest()
  const violations = judged === 'kills' ? [] : recording.violations
  return {
    seed,
    judged,
    scenario,
    odds,
    violations,
    reached: reached.counts,
    drains: recording.drains.length,
    killedTasks: recording.killedTasks.length,
    earlyKills: countEarlyKills(),
    refusedSteps,
    world,
    recording,
  }
}

interface FaultPlan {
  readonly world: World
  readonly reached: Reached
  /** Absent: the script alone makes trouble. */
  readonly faults?: Pick<Injection, 'odds' | 'stalenessMs'>
  readonly deployedAtSeconds: number
  readonly healsAtSeconds: number
}

/** Faults begin when the stack stands, and end with all other trouble. */
const planFaults = ({ world, reached, faults, deployedAtSeconds, healsAtSeconds }: FaultPlan): void => {
  const endHarm = prepareHealing(world)
  let endFaults = (): void => undefined
  const begin = () => {
    if (faults !== undefined) endFaults = injectFaults({ world, reached, ...faults })
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
  readonly step: ScriptStep
  readonly reached: Reached
  readonly refusedSteps: Partial<Record<ScriptStep['do'], number>>
}

/** What AWS refuses at that moment is left out. Anything else is a defect of the simulator, or of the script. */
const attemptAt = ({ world, step, reached, refusedSteps }: Attempt): void => {
  world.simulation.after(1_000 * step.atSeconds, () => {
    try {
      const state = stateOfStep(world, step)
      performStep(world, step)
      if (state !== undefined) reached.add(state)
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code === NOT_MODELLED) throw error
      refusedSteps[step.do] = (refusedSteps[step.do] ?? 0) + 1
    }
  })
}
