import { availableParallelism } from 'node:os'

import { cachedTemplate } from '../../deploy/cached-template.ts'
import type { FaultLevel } from '../faults/fault-odds.ts'
import { Campaign, reportRun, type RunReport } from './campaign.ts'
import type { RunJob } from './run-worker.ts'
import { stackProfiles } from './stack-profiles.ts'
import { doInThreads } from './threads.ts'

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

/**
 * Plays so many runs, from the first seed on, on all cores where that pays.
 *
 * @throws {Error} when a thread ends in the middle of a run, or runs are missing.
 */
export const playCampaign = async (request: CampaignRequest): Promise<Campaign> => {
  await packageStacks(request.onPackaging)
  const { runs, workers = availableParallelism() } = request
  const count = Math.min(workers, Math.ceil(runs / RUNS_WORTH_A_WORKER))
  const campaign = await (count <= 1 ? playHere(request) : playInThreads(request, count))
  checkPlayed(request, campaign)
  return campaign
}

/** A run that nobody has seen end is none that went well. */
const checkPlayed = ({ runs, stopAt }: CampaignRequest, campaign: Campaign): void => {
  if (stopAt === 'first-failure' && campaign.failures.length > 0) return
  if (campaign.runs !== runs) throw new Error(`only ${campaign.runs} of ${runs} runs were played`)
}

/** One after another, before several processes would do the same at once. */
const packageStacks = async (onPackaging?: () => void): Promise<void> => {
  for (const { groupNames, settings } of stackProfiles)
    await cachedTemplate({ cluster: 'web', groups: groupNames.join(','), ...settings }, onPackaging)
}

const playHere = async (request: CampaignRequest): Promise<Campaign> => {
  const { level, stopAt, onReport } = request
  const campaign = new Campaign(level)
  for (const seed of seedsOf(request)) {
    const report = await reportRun(seed, level)
    campaign.add(report)
    onReport?.(report, campaign)
    if (stopAt === 'first-failure' && campaign.failures.length > 0) break
  }
  return campaign
}

const playInThreads = async (request: CampaignRequest, threads: number): Promise<Campaign> => {
  const { level, stopAt, onReport } = request
  const campaign = new Campaign(level)
  await doInThreads<RunJob, RunReport>({
    program: new URL('./run-worker.ts', import.meta.url),
    jobs: seedsOf(request).map((seed) => ({ seed, level })),
    threads,
    take: (report) => {
      campaign.add(report)
      onReport?.(report, campaign)
      return stopAt === 'first-failure' && campaign.failures.length > 0 ? 'enough' : 'more'
    },
  })
  return campaign
}

const seedsOf = ({ seed, runs }: CampaignRequest): readonly number[] =>
  Array.from({ length: runs }, (_, index) => seed + index)
