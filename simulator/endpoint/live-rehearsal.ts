import type { StagedRehearsal } from '../rehearsal/rehearse.ts'
import { scoreOf, type Score } from '../rehearsal/score.ts'

/** How virtual time passes while nobody moves it. */
interface PassingOfTime {
  /** False: it stands still. */
  readonly runs: boolean
  /** Whole virtual milliseconds that have become due since it was asked last. */
  readonly takeDueMs: () => number
}

/** Time that stands still unless somebody moves it. */
export const manualTime: PassingOfTime = { runs: false, takeDueMs: () => 0 }

/**
 * Virtual time that runs `speed` times as fast as the real one. After a pause of the machine it goes on where it was,
 * instead of making up for hours at once. AWS's times are whole milliseconds: what is left of one becomes due later.
 */
export const runningTime = (speed: number, realNow: () => number): PassingOfTime => {
  let last = realNow()
  let leftOverMs = 0
  const takeDueMs = () => {
    const now = realNow()
    const dueMs = Math.min(now - last, LONGEST_STEP_MS) * speed + leftOverMs
    last = now
    leftOverMs = dueMs % 1
    return Math.floor(dueMs)
  }
  return { runs: true, takeDueMs }
}

/** Real milliseconds that are made up for at once. */
const LONGEST_STEP_MS = 5_000

interface LiveRehearsalOptions {
  readonly staged: StagedRehearsal
  readonly seed: number
  readonly scenario: string
  readonly time: PassingOfTime
}

/**
 * A rehearsal without an end, with people and programs in it. Whatever they ask happens at one virtual moment: the
 * simulation runs and answers in turns, never both.
 */
export class LiveRehearsal {
  readonly #options: LiveRehearsalOptions
  readonly #startedAt: number
  #lastTurn: Promise<unknown> = Promise.resolve()

  constructor(options: LiveRehearsalOptions) {
    this.#options = options
    this.#startedAt = options.staged.world.simulation.now()
  }

  get world(): StagedRehearsal['world'] {
    return this.#options.staged.world
  }

  /** Whether time passes of itself. */
  get runs(): boolean {
    return this.#options.time.runs
  }

  /** Lets the time pass that is due. */
  catchUp(): Promise<void> {
    return this.advance(0)
  }

  /** Moves virtual time by so many whole milliseconds, beside what is due of itself. */
  advance(ms: number): Promise<void> {
    return this.#inTurn(() => this.#passTime(ms))
  }

  /** Does something at the present virtual moment. */
  act<Result>(work: () => Result): Promise<Result> {
    return this.#inTurn(async () => {
      await this.#passTime(0)
      return work()
    })
  }

  /** What `npm start -- --json` would print if the rehearsal ended here. */
  score(): Promise<Score> {
    const { staged, seed, scenario } = this.#options
    return this.act(() =>
      scoreOf(staged.world, staged.recording, { seed, scenario, virtualSeconds: this.#elapsedSeconds() }),
    )
  }

  #elapsedSeconds(): number {
    return Math.round(this.world.simulation.now() - this.#startedAt) / 1_000
  }

  async #passTime(extraMs: number): Promise<void> {
    const { simulation } = this.world
    await simulation.runUntil(simulation.now() + this.#options.time.takeDueMs() + extraMs)
  }

  /** A turn that fails is its own caller's business, not that of the next. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#lastTurn.then(work)
    this.#lastTurn = turn.catch(() => undefined)
    return turn
  }
}
