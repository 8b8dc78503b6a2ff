import { env, stderr } from 'node:process'
import { Command } from 'commander'

import { createClients } from '../../lib/aws/clients.ts'
import type { Finding } from '../../lib/decide/findings/finding.ts'
import { clusterName, drainTimeoutSeconds, groupNames } from '../../lib/settings.ts'
import { examine, type Patient } from '../doctor/examination.ts'
import { countOf, findingsText } from '../doctor/findings-text.ts'
import { refusalOf } from '../doctor/refusal.ts'
import { askWorld, deployScenario } from '../doctor/simulated-account.ts'
import { loadScenario } from '../scenario/load-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { chooseColours } from './choose-view.ts'
import { checkedBy } from './command-line.ts'
import { locate, printJson, printLines, refuse, runCommand } from './run-command.ts'

/** What scripts and CI read. */
const exitCodes = { healthy: 0, errorFound: 1 } as const

/** The stack's own default. */
const DEFAULT_DRAIN_TIMEOUT_SECONDS = 3_600

interface DoctorOptions {
  readonly cluster?: string
  readonly groups?: readonly string[]
  readonly drainTimeout?: number
  readonly region?: string
  readonly simulate?: string
  readonly json?: true
}

const command = new Command('npm run doctor --')
  .description(
    'Says what in a cluster and its Auto Scaling groups is in the way of drains, before or after deploying. It only reads.',
  )
  .option('--cluster <name>', 'the ECS cluster', checkedBy(clusterName))
  .option('--groups <names>', 'its Auto Scaling groups, separated by commas', checkedBy(groupNames))
  .option(
    '--drain-timeout <seconds>',
    'the stack parameter drainTimeout (default: 3600, or what the scenario sets)',
    checkedBy(drainTimeoutSeconds),
  )
  .option('--region <name>', 'the AWS region (default: as the AWS SDK finds it)')
  .option('--simulate <scenario>', 'a scenario by its name, or a .json file, instead of AWS')
  .option('--json', 'print one JSON object and nothing else (with npm run --silent)')
  .helpOption('--help', 'print this')

const doctor = async (): Promise<number> => {
  const options = command.opts<DoctorOptions>()
  const { cluster, groups, region, simulate } = options
  if (simulate !== undefined) {
    if ([cluster, groups, region].some((given) => given !== undefined))
      return refuse('error: --simulate brings its own cluster, groups and region')
    return examineScenario(simulate, options)
  }
  if (cluster === undefined || groups === undefined)
    return refuse('error: give --cluster <name> and --groups <names>, or --simulate <scenario>')
  const drainTimeout = options.drainTimeout ?? DEFAULT_DRAIN_TIMEOUT_SECONDS
  return examineAws({ cluster, groups, drainTimeoutSeconds: drainTimeout }, options)
}

const examineAws = async (patient: Patient, options: DoctorOptions): Promise<number> => {
  // The one place where every client of the SDK looks.
  if (options.region !== undefined) env['AWS_REGION'] = options.region
  try {
    const account = { clients: createClients(), clock: { now: () => Date.now() } }
    return report(await examine(account, patient), patient, options)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return refuse(refusalOf(error))
  }
}

const examineScenario = async (nameOrFile: string, options: DoctorOptions): Promise<number> => {
  const scenario = loadScenario(nameOrFile.endsWith('.json') ? locate(nameOrFile) : nameOrFile)
  const world = await deployScenario(scenario, () =>
    stderr.write('Packaging the stack as `sls package` does. The next examination need not.\n'),
  )
  const patient = patientOf(scenario, options)
  return report(await askWorld(world, (account) => examine(account, patient)), patient, options)
}

/** A scenario's settings may name another cluster than the one that there is: that is what it rehearses. */
const patientOf = ({ cluster, groups, settings }: Scenario, { drainTimeout }: DoctorOptions): Patient => ({
  cluster: settings['cluster'] ?? cluster,
  groups: groups.map(({ name }) => name),
  drainTimeoutSeconds: drainTimeout ?? Number(settings['drainTimeout'] ?? DEFAULT_DRAIN_TIMEOUT_SECONDS),
})

const report = (findings: readonly Finding[], patient: Patient, { json }: DoctorOptions): number => {
  if (json) printJson({ ...patient, findings })
  else printLines(findingsText(findings, patient, chooseColours()))
  return countOf(findings, 'error') === 0 ? exitCodes.healthy : exitCodes.errorFound
}

await runCommand(command, doctor)
