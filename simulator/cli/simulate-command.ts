import { Command, Option } from 'commander'

import { faultLevels, type FaultLevel } from '../faults/fault-odds.ts'
import { parseSeed } from './seed-option.ts'
import { wholeNumberFrom } from './whole-number.ts'

/** What `npm run simulate` is asked for. */
export interface SimulateOptions {
  readonly seed: number
  readonly runs: number
  readonly faults: FaultLevel
  readonly stopAtFirst?: true
  /** True: every scenario that comes with the project. */
  readonly crashEverywhere?: true | string
  readonly awaits?: number
  readonly crashAt?: number
  readonly hours?: number
  readonly json?: true
}

/** A scenario has no runs and no faults but its kill, and every await has its turn. */
const ofCampaigns = (option: Option): Option => option.conflicts('crashEverywhere')

export const simulateCommand = new Command('npm run simulate --')
  .description('Plays generated clusters with faults in them, and holds each against the promises.')
  .addOption(new Option('--seed <n>', 'the seed of the first run').argParser(parseSeed).default(1))
  .addOption(
    ofCampaigns(
      new Option('--runs <n>', 'how many runs, each with the next seed')
        .argParser(wholeNumberFrom(1))
        .default(100),
    ),
  )
  .addOption(
    ofCampaigns(new Option('--faults <level>', 'how much goes wrong').choices(faultLevels).default('heavy')),
  )
  .addOption(ofCampaigns(new Option('--stop-at-first', 'end at the first run that fails')))
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
    new Option('--crash-at <n>', 'kill at this await of the scenario alone')
      .argParser(wholeNumberFrom(1))
      .conflicts('awaits'),
  )
  .addOption(
    new Option('--hours <n>', 'cut scenarios in which processes are killed after so many hours').argParser(
      wholeNumberFrom(1),
    ),
  )
  .option('--json', 'print one JSON object and nothing else (with npm run --silent)')
  .helpOption('--help', 'print this')

/**
 * What commander cannot say: some options need another one.
 *
 * @throws {Error} in a sentence, when one of them is there without it.
 */
export const checkSimulateOptions = ({ crashEverywhere, awaits, crashAt, hours }: SimulateOptions): void => {
  if (crashEverywhere === true && crashAt !== undefined)
    throw new Error('--crash-at needs the name of a scenario after --crash-everywhere.')
  if (crashEverywhere !== undefined) return
  for (const [option, value] of Object.entries({
    '--awaits': awaits,
    '--crash-at': crashAt,
    '--hours': hours,
  }))
    if (value !== undefined) throw new Error(`${option} is for --crash-everywhere, which is not there.`)
}
