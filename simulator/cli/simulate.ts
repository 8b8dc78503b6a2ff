import { stderr } from 'node:process'

import { hasFailed, RUNS_TO_REACH_ALL, type Campaign, type RunReport } from '../campaign/campaign.ts'
import { playCampaign } from '../campaign/play-campaign.ts'
import { rareStates, type RareState } from '../faults/reached.ts'
import { counted } from '../view/counted.ts'
import { commitOfCheckout } from './commit.ts'
import { exitCodes } from './exit-codes.ts'
import { simulateCrashes } from './simulate-crashes.ts'
import { printJson, printLines, runCommand } from './run-command.ts'
import { checkSimulateOptions, simulateCommand, type SimulateOptions } from './simulate-command.ts'

/** Failures that are told at length; of the others the seed is enough. */
const TOLD_FAILURES = 3

/** How often a long campaign says where it stands. */
const PROGRESS_MS = 10_000

const simulate = async (): Promise<number> => {
  const options = simulateCommand.opts<SimulateOptions>()
  checkSimulateOptions(options)
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
  const { failures, unreached, runs } = campaign
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
    summaryOf(campaign),
    ...killsInWords(campaign),
  ]
}

const summaryOf = ({ runs, drains, killedTasks, earlyKills, failures }: Campaign): string => {
  const killed = `${counted(killedTasks, 'task')} died with a machine (${earlyKills} with time left)`
  return [counted(runs, 'run'), counted(drains, 'drain'), killed, counted(failures.length, 'failure')].join(
    ', ',
  )
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
  const { runs, drains, reached, unreached, failures } = campaign
  const commit = commitOfCheckout() ?? null
  const refusedSteps = Object.fromEntries(campaign.refusedSteps)
  const { killedTasks, earlyKills, runsForKills, killedByAge } = campaign
  const kills = { killedTasks, earlyKills, runsForKills, killedByAge }
  return { seed, faults, commit, runs, drains, ...kills, reached, unreached, refusedSteps, failures }
}

await runCommand(simulateCommand, simulate)
