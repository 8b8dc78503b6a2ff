import type { Simulation } from '../engine/simulation.ts'
import type { Statement } from './permission.ts'

/** Who makes a call: product code in an invocation, or whoever drives the simulation. */
export interface Caller {
  /** For the record of calls, such as the name of a function. */
  readonly name: string
  /**
   * Waits in virtual time, `where` in words. One that belongs to a process never returns once that process was killed.
   */
  readonly wait: (delayMs: number, where?: string) => Promise<void>
  /** The request id of the invocation that makes the call; absent: none does. */
  readonly invocation?: () => string | undefined
  /** What its role allows; undefined: everything, for callers without a role. */
  readonly statements: readonly Statement[] | undefined
}

/** Somebody outside of every function: a person, a test, the harness itself. */
export const operator = (simulation: Simulation, name = 'operator'): Caller => ({
  name,
  wait: (delayMs) => simulation.wait(delayMs),
  statements: undefined,
})
