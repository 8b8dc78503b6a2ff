import { stderr } from 'node:process'
import { Command, Option } from 'commander'

import { hasFailed, RUNS_TO_REACH_ALL, type Campaign, type RunReport } from '../campaign/campaign.ts'
import { playCampaign } from '../campaign/play-campaign.ts'
import { faultLevels, type FaultLevel } from '../faults/fault-odds.ts'
import { rareStates, type RareState } from '../faults/reached.ts'
import { counted } from '../view/counted.ts'
import { commitOfCheckout } from './commit.ts'
import { exitCodes } from './exit-codes.ts'
import { simulateCrashes } from './simulate-crashes.ts'
import { printJson, printLines, runCommand } from './run-command.ts'
import { parseSeed } from './seed-option.ts'
import { wholeNumberFrom } from './whole-number.ts'

interface SimulateOptions {
  readonly seed: number
  readonly runs: number
  readonly faults: FaultLevel
  readonly stopAtFirst?: true
  readonly crashEverywhere?: true | string
  readonly awaits?: number
  readonly crashAt?: number
  readonly hours?: number
  readonly json?: true
}

/** Failures that are told at length; of the others the seed is enough. */
const TOLD_FAILURES = 3

/** How often a long campaign says where it stands. */
const PROGRESS_MS = 10_000

const command = new Command('npm run simulate --')
  .description('Plays generated clusters with faults in them, and holds each against the promises.')
  .addOption(new Option('--seed <n>', 'the seed of the first run').argParser(parseSeed).default(1))
  .addOption(
    new Option('--runs <n>', 'how many runs, each with the next seed')
      .argParser(wholeNumberFrom(1))
      .default(100),
  )
  .addOption(new Option('--faults <level>', 'how much goes wrong').choices(faultLevels).default('heavy'))
  .option('--stop-at-first', 'end at the first run that fails')
  .option(
    '--crash-everywhere [scenario]',
    'play every scenario, or one, again and again, and kill the process at each await in turn',
  )
  .addOption(
    new Option(
      '--awaits <n>',
      'kill at no more than so many awaits of each scenario: one of each kind, and others in drains',
    ).argParser(wholeNumberFrom(1)),
  )
  .addOption(
    new Option('--crash-at <n>', 'kill at this await of the scenario alone').argParser(wholeNumberFrom(1)),
  )
  .addOption(
    new Option('--hours <n>', 'cut scenarios in which processes are killed after so many hours').argParser(
      wholeNumberFrom(1),
    ),
  )
  .option('--json', 'print one JSON object and nothing else (with npm run --silent)')
  .helpOption('--help', 'print this')

const simulate = async (): Promise<number> => {
  const options = command.opts<SimulateOptions>()
  const { crashEverywhere } = options
  return crashEverywhere === undefined
    ? playSeeds(options)
    : simulateCrashes({ ...options, scenario: crashEverywhere })
}

const playSeeds = async (options: SimulateOptions): Promise<number> => {
  const { seed, runs, faults: level, stopAtFirst, json } = options
  const title = titleOf(options)
  if (!json) printLines([title])
  const campaign = await playCampaign({
    seed,
    runs,
    level,
    stopAt: stopAtFirst ? 'first-failure' : 'end',
    onPackaging: () =>
      stderr.write('Packaging the stacks as `sls package` does. The next campaign need not.\n'),
    onReport: progress(runs),
  })
  if (json) printJson(asJson(options, campaign))
  else printLines([...textOf(options, campaign), title])
  return campaign.hasFailed ? exitCodes.broken : exitCodes.kept
}

const titleOf = ({ seed, runs, faults }: SimulateOptions): string =>
  `${counted(runs, 'run')} from seed ${seed}, faults ${faults}, commit ${commitOfCheckout() ?? 'unknown'}`

/** Failures are told as they come: whoever waits for thousands of runs can repeat the first one meanwhile. */
const progress = (runs: number) => {
  let toldAt = Date.now()
  return (report: RunReport, campaign: Campaign): void => {
    if (hasFailed(report)) stderr.write(`${whatFailed(report)}\n`)
    if (Date.now() - toldAt < PROGRESS_MS) return
    toldAt = Date.now()
    stderr.write(`${campaign.runs} of ${runs}, ${counted(campaign.failures.length, 'failure')}\n`)
  }
}

const textOf = (options: SimulateOptions, campaign: Campaign): readonly string[] => {
  const { failures, unreached, runs, drains, killedTasks } = campaign
  const untold = failures.slice(TOLD_FAILURES).map(({ seed }) => seed)
  return [
    ...failures.slice(0, TOLD_FAILURES).flatMap((report) => failureInWords(options, report)),
    ...(untold.length > 0 ? [`More failed: ${untold.join(' ')}`] : []),
    ...reachedInWords(campaign),
    ...unreached.map((state) => `Never reached: ${state} (${rareStates[state]})`),
    ...(unreached.length > 0 && runs < RUNS_TO_REACH_ALL
      ? [`Only from ${RUNS_TO_REACH_ALL} runs on a campaign must reach every state.`]
      : []),
    ...refusalsInWords(campaign),
    `${counted(runs, 'run')}, ${counted(drains, 'drain')}, ${counted(killedTasks, 'task')} killed, ${counted(failures.length, 'failure')}`,
    ...killsInWords(campaign),
  ]
}

const killsInWords = ({ runsForKills, killedByAge }: Campaign): readonly string[] =>
  runsForKills === 0
    ? []
    : [
        `${counted(runsForKills, 'run')} had answers older than Ebbtide assumes, and only count killed tasks: ${killedByAge}`,
      ]

const refusalsInWords = ({ refusedSteps }: Campaign): readonly string[] =>
  refusedSteps.size === 0
    ? []
    : [
        `Steps that AWS refused at their moment: ${[...refusedSteps].map(([kind, times]) => `${times} ${kind}`).join(', ')}`,
      ]

const reachedInWords = ({ reached }: Campaign): readonly string[] =>
  Object.entries(reached).map(
    ([state, times]) => `${String(times).padStart(8)}  ${rareStates[state as RareState]}`,
  )

const whatFailed = ({ seed, error, violations }: RunReport): string =>
  `Seed ${seed}: ${error ?? violations.map(({ promise, what }) => `promise ${promise}: ${what}`).join('; ')}`

const failureInWords = (options: SimulateOptions, report: RunReport): readonly string[] => [
  whatFailed(report),
  ...report.journal.map((line) => `  ${line}`),
  `  Again: npm run simulate -- --seed ${report.seed} --runs 1 --faults ${options.faults}`,
]

const asJson = ({ seed, faults }: SimulateOptions, campaign: Campaign): object => {
  const { runs, drains, killedTasks, runsForKills, killedByAge, reached, unreached, failures } = campaign
  const commit = commitOfCheckout() ?? null
  const refusedSteps = Object.fromEntries(campaign.refusedSteps)
  const kills = { killedTasks, runsForKills, killedByAge }
  return { seed, faults, commit, runs, drains, ...kills, reached, unreached, refusedSteps, failures }
}

await runCommand(command, simulate)
