import type { Await } from './crash-points.ts'
import {
  killAt,
  sampleAwaits,
  type AwaitSample,
  type CrashGround,
  type CrashReport,
} from './crash-scenario.ts'
import { workForParent } from './work-for-parent.ts'

/** What a thread does for `crashEverywhere`. */
export type CrashJob =
  | { readonly do: 'sample'; readonly ground: CrashGround; readonly choice: AwaitChoice }
  | { readonly do: 'kill'; readonly ground: CrashGround; readonly killedAt: Await }

export type AwaitChoice = Parameters<typeof sampleAwaits>[1]

export type CrashResult =
  | { readonly did: 'sample'; readonly sample: AwaitSample }
  | { readonly did: 'kill'; readonly report: CrashReport }

await workForParent(async (job: CrashJob): Promise<CrashResult> =>
  job.do === 'sample'
    ? { did: 'sample', sample: await sampleAwaits(job.ground, job.choice) }
    : { did: 'kill', report: await killAt(job.ground, job.killedAt) },
)
