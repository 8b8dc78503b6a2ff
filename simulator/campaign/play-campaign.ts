import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

import { cachedTemplate } from '../../deploy/cached-template.ts'
import type { FaultLevel } from '../faults/fault-odds.ts'
import { Campaign, reportRun, type RunReport } from './campaign.ts'
import { stackProfiles } from './stack-profiles.ts'
import type { WorkerTask } from './run-worker.ts'

export interface CampaignRequest {
  readonly seed: number
  readonly runs: number
  readonly level: FaultLevel
  /** Absent: as many as the machine has cores. */
  readonly workers?: number
  /** Whether to go on when a run has failed. */
  readonly stopAt: 'first-failure' | 'end'
  readonly onReport?: (report: RunReport, campaign: Campaign) => void
  readonly onPackaging?: () => void
}

/** Loading the product takes a thread longer than playing so few runs. */
const RUNS_WORTH_A_WORKER = 20

/** Plays so many runs, from the first seed on, on all cores where that pays. */
export const playCampaign = async (request: CampaignRequest): Promise<Campaign> => {
  await packageStacks(request.onPackaging)
  const { runs, workers = availableParallelism() } = request
  const count = Math.min(workers, Math.ceil(runs / RUNS_WORTH_A_WORKER))
  return count <= 1 ? playHere(request) : playInWorkers(request, count)
}

/** One after another, before several processes would do the same at once. */
const packageStacks = async (onPackaging?: () => void): Promise<void> => {
  for (const { groupNames, settings } of stackProfiles)
    await cachedTemplate({ cluster: 'web', groups: groupNames.join(','), ...settings }, onPackaging)
}

const playHere = async ({ seed, runs, level, stopAt, onReport }: CampaignRequest): Promise<Campaign> => {
  const campaign = new Campaign(level)
  for (let next = seed; next < seed + runs; next += 1) {
    const report = await reportRun(next, level)
    campaign.add(report)
    onReport?.(report, campaign)
    if (stopAt === 'first-failure' && campaign.failures.length > 0) break
  }
  return campaign
}

const playInWorkers = async (request: CampaignRequest, count: number): Promise<Campaign> => {
  const { seed, runs, level, stopAt, onReport } = request
  const campaign = new Campaign(level)
  const lastSeed = seed + runs - 1
  const workers = Array.from({ length: count }, (_, index) => {
    const task: WorkerTask = { firstSeed: seed + index, lastSeed, step: count, level }
    return new Worker(new URL('./run-worker.ts', import.meta.url), { workerData: task })
  })
  const end = () => {
    for (const worker of workers) void worker.terminate()
  }
  const take = (report: RunReport): void => {
    campaign.add(report)
    onReport?.(report, campaign)
    if (stopAt === 'first-failure' && campaign.failures.length > 0) end()
  }
  await Promise.all(workers.map((worker) => ended(worker, take)))
  return campaign
}

const ended = (worker: Worker, take: (report: RunReport) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    worker.on('message', take)
    worker.on('error', reject)
    worker.on('exit', () => resolve())
  })
