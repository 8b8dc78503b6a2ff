import { stderr } from 'node:process'
import { Command, Option } from 'commander'

import { compareScalers } from '../comparison/compare.ts'
import { comparisonTable } from '../comparison/comparison-table.ts'
import { packed } from '../comparison/packed.ts'
import type { Scaler } from '../rehearsal/scaler.ts'
import { loadScenario } from '../scenario/load-scenario.ts'
import { exitCodes } from './exit-codes.ts'
import { locate, printJson, printLines, runCommand } from './run-command.ts'
import { parseScalers } from './scaling-option.ts'
import { wholeNumberFrom } from './whole-number.ts'

interface CompareOptions {
  readonly scenario: string
  readonly scaling: readonly Scaler[]
  readonly seeds: number
  readonly placement: (typeof placements)[number]
  readonly json?: true
}

/** How tasks of services without a placement strategy are placed. */
const placements = ['spread', 'binpack'] as const

const bothOfUs: readonly Scaler[] = ['ebbtide', 'managed']

const command = new Command('npm run compare --')
  .description('Plays one scenario with several scalers on the same seeds, and shows what each came to.')
  .option('--scenario <name|file>', 'a scenario by its name, or a .json file of your own', 'day')
  .addOption(
    new Option('--scaling <names>', 'who scales, separated by commas: the first is held against the others')
      .argParser(parseScalers)
      .default(bothOfUs, bothOfUs.join(',')),
  )
  .addOption(new Option('--seeds <n>', 'with seeds 1 to this').argParser(wholeNumberFrom(1)).default(20))
  .addOption(
    new Option(
      '--placement <strategy>',
      'of services that name none: over zones and instances, or zones and then full',
    )
      .choices(placements)
      .default('spread'),
  )
  .option('--json', 'print each run as part of one JSON object (with npm run --silent)')
  .helpOption('--help', 'print this')

const compare = async (): Promise<number> => {
  const { scenario: nameOrFile, scaling, seeds, placement, json } = command.opts<CompareOptions>()
  const scenario = loadScenario(nameOrFile.endsWith('.json') ? locate(nameOrFile) : nameOrFile)
  const comparison = await compareScalers({
    scenario: placement === 'binpack' ? packed(scenario) : scenario,
    scalers: scaling,
    seeds,
    onRun: (scaler, seed) => tellProgress(`${scaler}: seed ${seed} of ${seeds}`),
  })
  endProgress()
  if (json) printJson(comparison)
  else printLines(comparisonTable(comparison))
  const isBroken = comparison.contenders.some(({ runs }) => runs.some(({ violations }) => violations > 0))
  return isBroken ? exitCodes.broken : exitCodes.kept
}

/** One line that is written over on a terminal; elsewhere there is nobody to watch it. */
const tellProgress = (text: string): void => {
  if (stderr.isTTY) stderr.write(`\r\u001b[K${text}`)
}

const endProgress = (): void => {
  if (stderr.isTTY) stderr.write('\r\u001b[K')
}

await runCommand(command, compare)
