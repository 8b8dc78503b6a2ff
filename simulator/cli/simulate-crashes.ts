import { stderr } from 'node:process'

import { crashEverywhere, type ScenarioCrashes } from '../campaign/crash-everywhere.ts'
import type { CrashReport } from '../campaign/crash-scenario.ts'
import { counted } from '../view/counted.ts'
import { commitOfCheckout } from './commit.ts'
import { exitCodes } from './exit-codes.ts'
import { printJson, printLines } from './run-command.ts'

interface CrashOptions {
  readonly seed: number
  /** True: every scenario that comes with the project. */
  readonly scenario: true | string
  readonly awaits?: number
  readonly crashAt?: number
  readonly hours?: number
  readonly json?: true
}

/** `--crash-everywhere`: kills processes in scenarios, and says at how many awaits of how many. */
export const simulateCrashes = async (options: CrashOptions): Promise<number> => {
  const { seed, scenario, awaits = Infinity, crashAt, hours, json } = options
  const commit = commitOfCheckout()
  const title = `${scenario === true ? 'every scenario' : scenario}, a kill in each rehearsal, seed ${seed}, commit ${commit ?? 'unknown'}`
  if (!json) printLines([title])
  const results = await crashEverywhere({
    seed,
    ...(scenario !== true && { names: [scenario] }),
    choice: crashAt === undefined ? { most: awaits } : { number: crashAt },
    ...(hours !== undefined && { untilSeconds: hours * 3_600 }),
    onPackaging: () => stderr.write('Packaging the stacks as `sls package` does. The next time need not.\n'),
    onProgress: (text) => stderr.write(`${text}\n`),
  })
  if (json) printJson({ seed, commit: commit ?? null, scenarios: results })
  else printLines([...results.flatMap((result) => inWords(options, result)), title])
  return results.every(isKept) ? exitCodes.kept : exitCodes.broken
}

/** A number that no await has proves nothing. */
const isKept = ({ sample, kills, failures }: ScenarioCrashes): boolean =>
  failures.length === 0 && sample.unkilled.wrong.length === 0 && kills > 0

const inWords = (options: CrashOptions, { sample, kills, failures }: ScenarioCrashes): readonly string[] => {
  const { ground, awaits, kinds, chosenKinds, unkilled } = sample
  const { untilSeconds } = ground
  const what =
    kills === awaits
      ? `all ${awaits} awaits`
      : `${kills} of ${counted(awaits, 'await')}, which are of ${chosenKinds} of ${counted(kinds, 'kind')}`
  const window = untilSeconds === undefined ? '' : ` in its first ${counted(untilSeconds / 3_600, 'hour')}`
  return [
    `${ground.name}: killed at ${what}${window}, ${counted(failures.length, 'failure')}`,
    ...unkilled.wrong.map((text) => `  Nobody killed: ${text}`),
    ...unkilled.journal.map((line) => `    ${line}`),
    ...failures.flatMap((failure) => failureInWords(options, failure)),
  ]
}

const failureInWords = (
  { seed, hours }: CrashOptions,
  { scenario, killedAt, wrong, journal }: CrashReport,
) => {
  const { number, atSeconds, kind } = killedAt
  const cut = hours === undefined ? '' : ` --hours ${hours}`
  return [
    `  Killed at await ${number} (${atSeconds.toFixed(2)} s; ${kind}): ${wrong.join('; ')}`,
    ...journal.map((line) => `    ${line}`),
    `    Again: npm run simulate -- --seed ${seed} --crash-everywhere ${scenario} --crash-at ${number}${cut}`,
  ]
}
