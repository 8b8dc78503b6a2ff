import type { Simulation } from '../engine/simulation.ts'
import { watchPromises } from '../invariants/invariants.ts'
import { performStep } from '../scenario/perform-step.ts'
import { worldSpecOf, type Scenario } from '../scenario/scenario.ts'
import type { ScriptStep } from '../scenario/script-step.ts'
import { deployEbbtide } from '../world/deploy-ebbtide.ts'
import { createWorld, type World } from '../world/world.ts'
import { hearProduct } from './hear-product.ts'
import { Recording } from './recording.ts'

export interface RehearsalOptions {
  readonly scenario: Scenario
  readonly seed: number
  /** `absent`: no functions and no hook, so the group terminates instances under their tasks. Deployed by default. */
  readonly ebbtide?: 'deployed' | 'absent'
  /** From here on nothing goes wrong any more, and everything must come to its end: promise 7. Absent: not judged. */
  readonly healsAtSeconds?: number
  /** Called when the template has to be packaged first, which takes seconds. */
  readonly onPackaging?: () => void
  /** Runs virtual time up to a moment, for those who want to watch. By default it passes as fast as it can. */
  readonly passTime?: (simulation: Simulation, untilMs: number) => Promise<void>
  /** Called before virtual time begins: to watch the world, or to plan what shall happen in it. */
  readonly prepare?: (world: World, recording: Recording) => void
}

/** A rehearsal that has ended. */
export interface Rehearsal {
  readonly world: World
  readonly recording: Recording
}

/** A rehearsal whose time has not begun. */
export interface StagedRehearsal extends Rehearsal {
  /** To be called when its time is over: some promises can be judged only then. */
  readonly endWatch: () => void
}

/**
 * Plays a scenario in virtual time, with Ebbtide deployed from its packaged template.
 *
 * @throws {Error} when the template cannot be packaged or deployed, a step of the script is refused, or product code
 *   asks AWS for something that is not modelled.
 */
export const rehearse = async (options: RehearsalOptions): Promise<Rehearsal> => {
  const { world, recording, endWatch } = await stageRehearsal(options)
  await play(world, recording, options)
  endWatch()
  return { world, recording }
}

/** What a rehearsal needs: the world, Ebbtide in it unless it is to be absent, and the script's steps at their times. */
export const stageRehearsal = async (options: RehearsalOptions): Promise<StagedRehearsal> => {
  const { scenario } = options
  const world = createWorld(worldSpecOf(scenario), options.seed)
  const recording = new Recording(world)
  const endWatch = options.ebbtide === 'absent' ? () => undefined : await deploy(world, recording, options)
  for (const step of scenario.script)
    world.simulation.after(step.atSeconds * 1_000, () => perform(world, step))
  options.prepare?.(world, recording)
  return { world, recording, endWatch }
}

/** @returns ends the watch over the promises. */
const deploy = async (world: World, recording: Recording, options: RehearsalOptions): Promise<() => void> => {
  const { functions } = await deployEbbtide(world, options.scenario.settings, options.onPackaging)
  const { healsAtSeconds } = options
  const healsAt = healsAtSeconds !== undefined && {
    healsAt: world.simulation.now() + 1_000 * healsAtSeconds,
  }
  return watchPromises({ world, recording, functions, ...healsAt })
}

const perform = (world: World, step: ScriptStep): void => {
  try {
    performStep(world, step)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`The step ${step.do} at ${step.atSeconds} s was refused: ${reason}`, { cause: error })
  }
}

const play = async (world: World, recording: Recording, options: RehearsalOptions): Promise<void> => {
  const passTime = options.passTime ?? ((simulation, untilMs) => simulation.runUntil(untilMs))
  const endCapture = hearProduct(world, recording)
  try {
    await passTime(world.simulation, world.simulation.now() + options.scenario.lastsSeconds * 1_000)
    world.traffic.settle()
  } finally {
    endCapture()
  }
  const [refusal] = world.transport.refusals
  if (refusal !== undefined) throw new Error(`the simulator does not model ${refusal}`)
}
