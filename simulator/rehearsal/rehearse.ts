import { performStep } from '../scenario/perform-step.ts'
import { worldSpecOf, type Scenario } from '../scenario/scenario.ts'
import { deployEbbtide } from '../world/deploy-ebbtide.ts'
import { captureOutput } from '../world/product-output.ts'
import { createWorld, type World } from '../world/world.ts'
import { Recording } from './recording.ts'

export interface RehearsalOptions {
  readonly scenario: Scenario
  readonly seed: number
  /** Called before virtual time begins: to watch the world, or to plan what shall happen in it. */
  readonly prepare?: (world: World, recording: Recording) => void
}

/** A rehearsal that has ended. */
export interface Rehearsal {
  readonly world: World
  readonly recording: Recording
}

/**
 * Plays a scenario in virtual time, with Ebbtide deployed from its packaged template.
 *
 * @throws {Error} when the template cannot be packaged or deployed, or product code asks AWS for something that is not
 *   modelled.
 */
export const rehearse = async ({ scenario, seed, prepare }: RehearsalOptions): Promise<Rehearsal> => {
  const world = createWorld(worldSpecOf(scenario), seed)
  const recording = new Recording(world)
  await deployEbbtide(world, scenario.settings)
  for (const step of scenario.script)
    world.simulation.after(step.atSeconds * 1_000, () => performStep(world, step))
  prepare?.(world, recording)
  await play(world, recording, scenario.lastsSeconds)
  return { world, recording }
}

const play = async (world: World, recording: Recording, seconds: number): Promise<void> => {
  const endCapture = captureOutput(recording.hear)
  try {
    await world.simulation.runUntil(world.simulation.now() + seconds * 1_000)
  } finally {
    endCapture()
  }
  const [refusal] = world.transport.refusals
  if (refusal !== undefined) throw new Error(`the simulator does not model ${refusal}`)
}
