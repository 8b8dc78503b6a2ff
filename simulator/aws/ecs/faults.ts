import type { Fault } from '../../world/world-spec.ts'

/** Whether something that starts so many milliseconds after the beginning of virtual time has the fault. */
export const hasFault = (fault: Fault | undefined, sinceBeginningMs: number): boolean => {
  if (typeof fault === 'object') return sinceBeginningMs >= fault.fromSeconds * 1_000
  return fault === true
}
