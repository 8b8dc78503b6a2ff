import { Random } from './random.ts'
import { TimerQueue, type Timer } from './timer-queue.ts'

/**
 * Virtual time. Nothing happens but timers, in the order of their time and then of their setting, so one seed is one
 * history. Product code runs between two timers: whenever a timer may have resumed it, time stands still until that
 * code waits for the simulation again or has ended.
 */
export class Simulation {
  readonly random: Random
  readonly #seed: number
  readonly #timers = new TimerQueue()
  readonly #processes = new Set<Process>()
  readonly #watchers: (() => void)[] = []
  #now: number
  #resumed = false

  constructor(options: { readonly seed: number; readonly startsAt?: number }) {
    this.#seed = options.seed
    this.#now = options.startsAt ?? Date.UTC(2026, 10, 20, 9, 0, 0)
    this.random = new Random(options.seed)
  }

  /** Milliseconds since 1970, virtual. An arrow so that it can be handed out as a clock. */
  readonly now = (): number => this.#now

  /** A source of chance of its own, so that one part of the model asking more often does not change another. */
  randomFor(stream: string): Random {
    return new Random(this.#seed, stream)
  }

  /** Runs `action` after `delayMs` (0: as soon as the current timer has ended). The timer can be cancelled. */
  after(delayMs: number, action: () => void): Timer {
    if (!(delayMs >= 0)) throw new Error(`a timer needs a delay of 0 or more, not ${delayMs}`)
    return this.#timers.set(this.#now + delayMs, action)
  }

  /** Waits `delayMs` of virtual time outside of every process. What follows may await nothing but the simulation. */
  async wait(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.after(delayMs, () => {
        this.#resumed = true
        resolve()
      })
    })
  }

  /** Called after every timer: how invariants watch each step. */
  watch(watcher: () => void): void {
    this.#watchers.push(watcher)
  }

  /** Starts product code whose waits are `wait` calls of the process it is given. Never throws: see `outcome`. */
  start(code: (process: Process) => Promise<void>): Process {
    const process: Process = new Process(this, {
      onResume: () => (this.#resumed = true),
      onEnd: () => this.#processes.delete(process),
    })
    this.#processes.add(process)
    this.#resumed = true
    void code(process).then(
      () => process.end({ kind: 'returned' }),
      (error: unknown) => process.end({ kind: 'threw', error }),
    )
    return process
  }

  /** Runs all timers up to `untilMs` (absolute), then stands at that time. */
  async runUntil(untilMs: number): Promise<void> {
    await this.runWhile(() => (this.#timers.nextAt ?? Infinity) <= untilMs)
    this.#now = Math.max(this.#now, untilMs)
  }

  /** Runs timers as long as `goOn` says so and there are any. */
  async runWhile(goOn: () => boolean): Promise<void> {
    await this.#settle()
    while (this.#timers.nextAt !== undefined && goOn()) {
      const timer = this.#timers.take()
      this.#now = Math.max(this.#now, timer.at)
      timer.action()
      if (this.#resumed) await this.#settle()
      for (const watcher of this.#watchers) watcher()
    }
  }

  /** Lets resumed product code run until each process waits for the simulation or has ended. */
  async #settle(): Promise<void> {
    let turns = 0
    do {
      this.#resumed = false
      await new Promise((resolve) => setImmediate(resolve))
      turns += 1
      if (turns > SETTLE_TURNS) throw new Error(UNMODELLED_WAIT)
    } while (this.#mayRun())
  }

  #mayRun(): boolean {
    return this.#resumed || this.#isAnyRunning()
  }

  #isAnyRunning(): boolean {
    for (const process of this.#processes) if (process.isRunning) return true
    return false
  }
}

/** Turns of the real event loop in which product code must come to a simulated wait. Far above what an import takes. */
const SETTLE_TURNS = 100_000

const UNMODELLED_WAIT = 'product code waits for something that the simulation does not model'

/** How a process ended. `killed` stays, whatever the code that was left behind does afterwards. */
type ProcessOutcome =
  | { readonly kind: 'running' }
  | { readonly kind: 'returned' }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'killed' }

/** What the simulation wants to hear of a process. */
interface ProcessListener {
  readonly onResume: () => void
  readonly onEnd: () => void
}

/** A piece of product code inside the simulation, such as one Lambda invocation. It can be killed at any wait. */
export class Process {
  readonly #simulation: Simulation
  readonly #listener: ProcessListener
  readonly #timers = new Set<Timer>()
  #outcome: ProcessOutcome = { kind: 'running' }

  constructor(simulation: Simulation, listener: ProcessListener) {
    this.#simulation = simulation
    this.#listener = listener
  }

  get outcome(): ProcessOutcome {
    return this.#outcome
  }

  /** True while the code computes, that is: has not ended and waits for nothing simulated. */
  get isRunning(): boolean {
    return this.#outcome.kind === 'running' && this.#timers.size === 0
  }

  get isKilled(): boolean {
    return this.#outcome.kind === 'killed'
  }

  /** Waits `delayMs` of virtual time; several waits at once are fine. A killed process never comes back from any. */
  async wait(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.isKilled) return
      const timer = this.#simulation.after(delayMs, () => {
        this.#timers.delete(timer)
        this.#listener.onResume()
        resolve()
      })
      this.#timers.add(timer)
    })
  }

  /** The process dies here: whatever it waits for never returns. A process that has ended cannot be killed. */
  kill(): void {
    if (this.#outcome.kind !== 'running') return
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.end({ kind: 'killed' })
  }

  /** For the simulation: the code has come to its end. Code of a killed process that still ends changes nothing. */
  end(outcome: ProcessOutcome): void {
    if (this.#outcome.kind !== 'running') return
    this.#outcome = outcome
    this.#listener.onEnd()
  }
}
