import { Command, Option } from 'commander'

import { scalers, type Scaler } from '../rehearsal/scaler.ts'
import { parseSeed } from './seed-option.ts'

/** What `npm start` is asked for. */
export interface StartOptions {
  /** A scenario's name, or the path of a `.json` file. */
  readonly scenario: string
  readonly seed: number
  readonly withoutEbbtide?: true
  /** Absent: as the scenario's settings say. */
  readonly scaling?: Scaler
  readonly json?: true
  /** Where the lines of the functions' log go. */
  readonly log?: string
  readonly list?: true
}

export const startCommand = new Command('npm start --')
  .description(
    'Rehearses a scenario in a simulated AWS account: how the cluster drains with Ebbtide, or without it.',
  )
  .option('--scenario <name|file>', 'a scenario by its name, or a .json file of your own', 'scale-in')
  .addOption(
    new Option('--seed <n>', 'another seed is another course of chance').argParser(parseSeed).default(1),
  )
  .option('--without-ebbtide', 'the same scenario with no lifecycle hook and no functions')
  .addOption(
    new Option(
      '--scaling <scaler>',
      "who sets the number of instances (default: as the scenario's settings say)",
    )
      .choices(scalers)
      // Without Ebbtide there is nobody but AWS, and the scenario says what AWS does.
      .conflicts('withoutEbbtide'),
  )
  .option('--json', 'print the score as one JSON object and nothing else (with npm start --silent --)')
  .addOption(
    new Option('--log <file>', 'write the log of the functions there, for npm run story and npm run replay')
      // Where nothing is deployed, nothing writes a log.
      .conflicts('withoutEbbtide'),
  )
  .option('--list', 'print the scenarios that come with the project')
  .helpOption('--help', 'print this')
