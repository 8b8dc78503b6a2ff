import { availableParallelism } from 'node:os'

import { cachedTemplate } from '../../deploy/cached-template.ts'
import { loadScenario, scenarioNames } from '../scenario/load-scenario.ts'
import type { AwaitSample, CrashGround, CrashReport } from './crash-scenario.ts'
import type { AwaitChoice, CrashJob, CrashResult } from './crash-worker.ts'
import { doInThreads } from './threads.ts'

export interface CrashRequest {
  readonly seed: number
  /** Absent: every scenario that comes with the project. */
  readonly names?: readonly string[]
  /** At most so many awaits of each scenario, or the one of that number. */
  readonly choice: AwaitChoice
  /** Scenarios are cut here; absent: none is. */
  readonly untilSeconds?: number
  readonly onPackaging?: () => void
  readonly onProgress?: (text: string) => void
}

/** What came of the kills in one scenario. */
export interface ScenarioCrashes {
  readonly sample: AwaitSample
  /** Each in a rehearsal of its own. */
  readonly kills: number
  /** Those that broke something, in the order of their awaits. */
  readonly failures: readonly CrashReport[]
}

/**
 * Plays each scenario again and again, and kills one process in each rehearsal: at every await of our functions, or at
 * some of each kind.
 *
 * @throws {Error} when a scenario cannot be played at all, or a thread ends in the middle of its work.
 */
export const crashEverywhere = async (request: CrashRequest): Promise<readonly ScenarioCrashes[]> => {
  const names = request.names ?? scenarioNames()
  for (const name of names) await packageFor(name, request.onPackaging)
  const samples = await sampleAll(names, request)
  const reports = await killAll(samples, request)
  return samples.map((sample) => {
    const own = reports.filter(({ scenario }) => scenario === sample.ground.name)
    const failures = own
      .filter(({ wrong }) => wrong.length > 0)
      .toSorted((one, other) => one.killedAt.number - other.killedAt.number)
    return { sample, kills: own.length, failures }
  })
}

/** Before several threads would do the same at once. */
const packageFor = async (name: string, onPackaging?: () => void): Promise<void> => {
  const { cluster, groups, settings } = loadScenario(name)
  await cachedTemplate(
    { cluster, groups: groups.map((group) => group.name).join(','), ...settings },
    onPackaging,
  )
}

const sampleAll = async (
  names: readonly string[],
  { seed, choice, untilSeconds, onProgress }: CrashRequest,
): Promise<readonly AwaitSample[]> => {
  const samples: AwaitSample[] = []
  const grounds = names.map((name): CrashGround => ({
    name,
    seed,
    ...(untilSeconds !== undefined && { untilSeconds }),
  }))
  await doCrashJobs(
    grounds.map((ground) => ({ do: 'sample', ground, choice })),
    (result) => {
      if (result.did !== 'sample') return
      samples.push(result.sample)
      onProgress?.(`${result.sample.ground.name}: ${result.sample.awaits} awaits`)
    },
  )
  return samples.toSorted((one, other) => names.indexOf(one.ground.name) - names.indexOf(other.ground.name))
}

const PROGRESS_STEP = 100

const killAll = async (
  samples: readonly AwaitSample[],
  { onProgress }: CrashRequest,
): Promise<readonly CrashReport[]> => {
  const reports: CrashReport[] = []
  const jobs = samples.flatMap(({ ground, chosen }) =>
    chosen.map((killedAt): CrashJob => ({ do: 'kill', ground, killedAt })),
  )
  await doCrashJobs(jobs, (result) => {
    if (result.did !== 'kill') return
    reports.push(result.report)
    if (reports.length % PROGRESS_STEP === 0)
      onProgress?.(`killed at ${reports.length} of ${jobs.length} awaits`)
  })
  if (reports.length !== jobs.length)
    throw new Error(`only ${reports.length} of ${jobs.length} rehearsals were played`)
  return reports
}

const doCrashJobs = (jobs: readonly CrashJob[], take: (result: CrashResult) => void): Promise<void> =>
  doInThreads<CrashJob, CrashResult>({
    program: new URL('./crash-worker.ts', import.meta.url),
    jobs,
    threads: Math.min(availableParallelism(), jobs.length),
    take: (result) => {
      take(result)
      return 'more'
    },
  })
