import type { FaultLevel } from '../faults/fault-odds.ts'
import { reportRun } from './campaign.ts'
import { workForParent } from './work-for-parent.ts'

/** A run of a campaign that a thread plays. */
export interface RunJob {
  readonly seed: number
  readonly level: FaultLevel
}

await workForParent(({ seed, level }: RunJob) => reportRun(seed, level))
