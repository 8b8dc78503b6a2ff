import type { Simulation } from '../engine/simulation.ts'
import type { Watched } from './time-line.ts'

/** Shows a rehearsal to somebody while it runs. */
export interface View {
  /** Virtual time is about to begin. */
  readonly begin: (watched: Watched) => void
  /** Runs virtual time up to a moment, as fast as it is to be watched. Absent: at once. */
  readonly passTime?: (simulation: Simulation, untilMs: number) => Promise<void>
  /** Virtual time has ended. */
  readonly end: () => void
}

/** For programs, which want nothing but the score. */
export const noView: View = { begin: () => undefined, end: () => undefined }
