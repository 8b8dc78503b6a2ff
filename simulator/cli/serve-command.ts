import { Command, InvalidArgumentError, Option } from 'commander'

import { parseSeed } from './seed-option.ts'

/** What `npm run serve` is asked for. */
export interface ServeOptions {
  /** A scenario's name, or the path of a `.json` file. */
  readonly scenario: string
  readonly seed: number
  readonly port: number
  /** Virtual seconds for each real one. */
  readonly speed: number
  readonly manual?: true
  readonly bare?: true
}

const HIGHEST_PORT = 65_535

/** At ten thousand a busy cluster takes most of a core, and clients see nothing but jumps. */
const HIGHEST_SPEED = 10_000

const numberFrom =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text)
    if (text.trim() === '' || !(number >= least && number <= most))
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`)
    return number
  }

const parsePort = (text: string): number => {
  const port = numberFrom(0, HIGHEST_PORT)(text)
  if (!Number.isInteger(port)) throw new InvalidArgumentError('It must be a whole number.')
  return port
}

export const serveCommand = new Command('npm run serve --')
  .description('Serves a scenario as an AWS endpoint on this machine, for any client of AWS.')
  .option('--scenario <name|file>', 'a scenario by its name, or a .json file of your own', 'scale-in')
  .addOption(
    new Option('--seed <n>', 'another seed is another course of chance').argParser(parseSeed).default(1),
  )
  .addOption(new Option('--port <n>', 'where to listen; 0: any free port').argParser(parsePort).default(4566))
  .addOption(
    new Option('--speed <n>', 'virtual seconds for each real one')
      .argParser(numberFrom(0.01, HIGHEST_SPEED))
      .default(60),
  )
  .addOption(new Option('--manual', 'time stands still but for POST /advance?seconds=N').conflicts('speed'))
  .option('--bare', "without Ebbtide: the scenario's own hooks, for a drain handler of somebody else's")
  .helpOption('--help', 'print this')
