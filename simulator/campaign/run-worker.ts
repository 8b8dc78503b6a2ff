import { parentPort, workerData } from 'node:worker_threads'

import type { FaultLevel } from '../faults/fault-odds.ts'
import { reportRun } from './campaign.ts'

/** The seeds that a worker plays: every `step`th, so that all workers are at about the same seed. */
export interface WorkerTask {
  readonly firstSeed: number
  readonly lastSeed: number
  readonly step: number
  readonly level: FaultLevel
}

const { firstSeed, lastSeed, step, level } = workerData as WorkerTask
for (let seed = firstSeed; seed <= lastSeed; seed += step)
  parentPort?.postMessage(await reportRun(seed, level))
