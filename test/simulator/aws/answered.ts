import type { Simulation } from '../../../simulator/engine/simulation.ts'

/** Above the longest latency of a call. */
const CALL_MS = 100

/** Lets virtual time pass until SDK calls have been answered. */
export const answered = async <T>(simulation: Simulation, calls: Promise<T>): Promise<T> => {
  const settled = calls.then(
    (output) => () => output,
    (error: unknown) => () => {
      throw error
    },
  )
  await simulation.runUntil(simulation.now() + CALL_MS)
  return (await settled)()
}
