import { setTimeout as sleep } from 'node:timers/promises'

import type { Simulation } from '../engine/simulation.ts'
import { snapshotOf } from './cluster-snapshot.ts'
import type { Colours } from './colours.ts'
import { MOST_NEWS_LINES, renderFrame } from './frame.ts'
import { BUSY_STEP_SECONDS, stepSeconds } from './pace.ts'
import { Screen, type Terminal } from './screen.ts'
import { tellTimeLine, type TimeLineEntry, type Watched } from './time-line.ts'
import type { View } from './view.ts'

/** Eight frames in a second for six seconds: a rehearsal shall take less than ten, its start and its end included. */
const FRAME_INTERVAL_MS = 125
const FRAMES = 48

interface LiveViewOptions {
  readonly terminal: Terminal
  readonly colours: Colours
  readonly title: string
}

/** Draws the cluster again and again while virtual time passes, slowly where something happens. */
export class LiveView implements View {
  readonly #options: LiveViewOptions
  readonly #screen: Screen
  readonly #entries: TimeLineEntry[] = []
  #watched: Watched | undefined
  #beganAt = 0
  #newsCount = 0
  #tellRest = (): void => undefined

  constructor(options: LiveViewOptions) {
    this.#options = options
    this.#screen = new Screen(options.terminal)
  }

  readonly begin = (watched: Watched): void => {
    this.#watched = watched
    this.#beganAt = watched.world.simulation.now()
    this.#tellRest = tellTimeLine(watched, (entry) => this.#hear(entry))
  }

  readonly passTime = async (simulation: Simulation, untilMs: number): Promise<void> => {
    let quietFrames = 0
    for (let framesLeft = FRAMES; simulation.now() < untilMs; framesLeft -= 1) {
      this.#draw()
      await sleep(FRAME_INTERVAL_MS)
      const secondsLeft = (untilMs - simulation.now()) / 1_000
      const step = stepSeconds({ secondsLeft, framesLeft, frames: FRAMES, quietFrames })
      const before = this.#newsCount
      await this.#advance(simulation, Math.min(untilMs, Math.round(simulation.now() + step * 1_000)))
      quietFrames = this.#newsCount > before ? 0 : quietFrames + 1
    }
  }

  readonly end = (): void => {
    this.#tellRest()
    this.#draw()
    this.close()
  }

  /** Gives the terminal back, at the end or when somebody breaks off. */
  readonly close = (): void => this.#screen.close()

  /** Stops short where something happens, so that a long step through a quiet stretch does not skip it. */
  async #advance(simulation: Simulation, untilMs: number): Promise<void> {
    const before = this.#newsCount
    while (simulation.now() < untilMs && this.#newsCount === before)
      await simulation.runUntil(Math.min(untilMs, simulation.now() + BUSY_STEP_SECONDS * 1_000))
  }

  #hear(entry: TimeLineEntry): void {
    this.#newsCount += 1
    this.#entries.push(entry)
    if (this.#entries.length > MOST_NEWS_LINES) this.#entries.shift()
  }

  #draw(): void {
    if (this.#watched === undefined) return
    const { world, scenario } = this.#watched
    const { terminal, colours, title } = this.#options
    const content = {
      title,
      elapsedMs: world.simulation.now() - this.#beganAt,
      lastsMs: scenario.lastsSeconds * 1_000,
      requests: world.traffic.score(),
      cluster: snapshotOf(world),
      entries: this.#entries,
    }
    // The cursor stands on the line below the frame.
    this.#screen.draw(renderFrame(content, { columns: terminal.columns, rows: terminal.rows - 1 }, colours))
  }
}
