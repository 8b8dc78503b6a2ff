import { rehearse } from '../rehearsal/rehearse.ts'
import { loadScenario } from '../scenario/load-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { verdictOn, type CrashVerdict } from './crash-journal.ts'
import { AwaitCensus, chooseAwaits, countKinds, type Await } from './crash-points.ts'

/** A scenario in which processes are to be killed. */
export interface CrashGround {
  readonly name: string
  readonly seed: number
  /** Steps of the script and kills come before this; absent: wherever the file has them. */
  readonly untilSeconds?: number
}

/** The awaits of a scenario, and those at which a process shall be killed. */
export interface AwaitSample {
  readonly ground: CrashGround
  readonly awaits: number
  readonly kinds: number
  readonly chosen: readonly Await[]
  /** How many kinds there are among those that were chosen. */
  readonly chosenKinds: number
  /** Though nobody was killed. */
  readonly unkilled: CrashVerdict
}

/** Plays a scenario in which nobody is killed, and chooses at most so many of its awaits; or the one of that number. */
export const sampleAwaits = async (
  ground: CrashGround,
  choice: { readonly most: number } | { readonly number: number },
): Promise<AwaitSample> => {
  const census: AwaitCensus[] = []
  const ownScenario = cut(ground)
  const { lastsSeconds } = ownScenario
  const healsAtSeconds = lastTroubleOf(ownScenario)
  const aftermath = withAftermath(ownScenario, healsAtSeconds)
  const scenario = { ...aftermath, lastsSeconds: Math.max(lastsSeconds, aftermath.lastsSeconds) }
  const rehearsal = await rehearse({
    scenario,
    seed: ground.seed,
    healsAtSeconds,
    prepare: (world, recording) => census.push(new AwaitCensus(world, recording)),
  })
  const awaits = census.flatMap((each) => each.awaits).filter(({ atSeconds }) => atSeconds <= lastsSeconds)
  const chosen =
    'most' in choice
      ? chooseAwaits(awaits, choice.most)
      : awaits.filter(({ number }) => number === choice.number)
  const [kinds, chosenKinds] = [countKinds(awaits), countKinds(chosen)]
  const unkilled = verdictOn(scenario, rehearsal)
  return { ground, awaits: awaits.length, kinds, chosen, chosenKinds, unkilled }
}

/** A rehearsal in which one process was killed. */
export interface CrashReport extends CrashVerdict {
  readonly scenario: string
  readonly killedAt: Await
}

/** Plays a scenario until it has got over the kill, and says what came of it, whatever happens. */
export const killAt = async (ground: CrashGround, killedAt: Await): Promise<CrashReport> => {
  const about = { scenario: ground.name, killedAt }
  try {
    return { ...about, ...(await verdictWhenKilled(cut(ground), ground.seed, killedAt)) }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { ...about, wrong: [text], journal: [] }
  }
}

/** From the kill on, or from the last trouble of the script's own, nothing goes wrong any more: promise 7 is judged. */
const verdictWhenKilled = async (whole: Scenario, seed: number, killedAt: Await): Promise<CrashVerdict> => {
  let passed = 0
  const healsAtSeconds = Math.max(killedAt.atSeconds, lastTroubleOf(whole))
  const scenario = withAftermath(whole, healsAtSeconds)
  const rehearsal = await rehearse({
    scenario,
    seed,
    healsAtSeconds,
    prepare: (world) => world.lambda.crashAt(() => (passed += 1) === killedAt.number),
  })
  const { invocations } = rehearsal.recording
  const crashes = invocations.filter(({ result }) => result.kind === 'crashed').length
  const { wrong, journal } = verdictOn(scenario, rehearsal)
  const uncrashed = crashes === 1 ? [] : [`${crashes} processes were killed instead of one`]
  return { wrong: [...wrong, ...uncrashed], journal }
}

/** A drain of the longest timeout that scenarios have, which is one hour, ends within it; and so do two resyncs and the queues. */
const AFTERMATH_SECONDS = 3_900

/**
 * Whatever its file says, it ends when all that hangs can be told from what still takes its time: a drain that nobody ends
 * breaks no promise before its deadline.
 */
const withAftermath = (scenario: Scenario, healsAtSeconds: number): Scenario => ({
  ...scenario,
  lastsSeconds: Math.ceil(healsAtSeconds) + AFTERMATH_SECONDS,
})

const cut = ({ name, untilSeconds = Infinity }: CrashGround): Scenario => {
  const scenario = loadScenario(name)
  const lastsSeconds = Math.min(scenario.lastsSeconds, untilSeconds)
  return {
    ...scenario,
    lastsSeconds,
    script: scenario.script.filter(({ atSeconds }) => atSeconds < lastsSeconds),
  }
}

/** When the last step of the script has been made, and what it breaks for a while is whole again. */
const lastTroubleOf = ({ script }: Scenario): number =>
  Math.max(0, ...script.map((step) => ('untilSeconds' in step ? step.untilSeconds : step.atSeconds)))
