import { stderr } from 'node:process'
import { Command, Option } from 'commander'

import type { DrainPolicy } from '../../lib/decide/policy.ts'
import { clusterName, drainTimeoutSeconds, onDeadlineChoices } from '../../lib/settings.ts'
import { decideAgain } from '../replay/decide-again.ts'
import { decidedAgainText } from '../replay/decided-again-text.ts'
import { eventText } from '../replay/event-text.ts'
import { readLog, type Log } from '../replay/read-log.ts'
import { replayEvent } from '../replay/replay-event.ts'
import { storedKindOf, type StoredKind } from '../replay/stored-kind.ts'
import { readStoredText } from '../replay/stored-text.ts'
import { checkedBy } from './command-line.ts'
import { locate, printJson, printLines, refuse, runCommand } from './run-command.ts'

/** What scripts and CI read. */
const exitCodes = { asBefore: 0, differentOrUnreadable: 1 } as const

interface ReplayOptions {
  readonly json?: true
  readonly cluster?: string
  readonly untilQuiet?: true
  readonly drainTimeout?: DrainPolicy['drainTimeoutSeconds']
  readonly onDeadline?: DrainPolicy['onDeadline']
}

const command = new Command('npm run replay --')
  .description(
    'Gives one stored queue message to the drain function in a simulated account, or decides the looks of a stored log again.',
  )
  .argument('<file>', 'the body of a message, as in events/, or a log of the functions, gzipped or not')
  .option('--json', 'print one JSON object and nothing else (with npm run --silent)')
  .option(
    '--cluster <name>',
    'message: the cluster it came to, where it does not say',
    checkedBy(clusterName),
  )
  .option('--until-quiet', 'message: go on until nothing is left to happen')
  .option(
    '--drain-timeout <seconds>',
    'log: decide with this drain timeout instead of the logged one',
    checkedBy(drainTimeoutSeconds),
  )
  .addOption(
    new Option('--on-deadline <policy>', 'log: decide with this policy instead of the logged one').choices(
      onDeadlineChoices,
    ),
  )
  .helpOption('--help', 'print this')

const replay = async (): Promise<number> => {
  const [file = ''] = command.args
  const options = command.opts<ReplayOptions>()
  const text = readStoredText(locate(file))
  const log = readLog(text)
  const kind = storedKindOf(text, log)
  const [misplaced] = flagsOf[kind === 'event' ? 'log' : 'event'].filter(
    (flag) => options[flag] !== undefined,
  )
  if (misplaced !== undefined)
    return refuse(`error: ${file} is ${article[kind]}, which knows no ${flagNames[misplaced]}`)
  return kind === 'log' ? replayLog(log, options) : replayMessage(text, options)
}

const article: Readonly<Record<StoredKind, string>> = { event: 'a message', log: 'a log' }

const flagsOf = {
  event: ['cluster', 'untilQuiet'],
  log: ['drainTimeout', 'onDeadline'],
} as const satisfies Readonly<Record<StoredKind, readonly (keyof ReplayOptions)[]>>

const flagNames = {
  cluster: '--cluster',
  untilQuiet: '--until-quiet',
  drainTimeout: '--drain-timeout',
  onDeadline: '--on-deadline',
} as const

const replayLog = (log: Log, { json, drainTimeout, onDeadline }: ReplayOptions): number => {
  const result = decideAgain(log, {
    ...(drainTimeout !== undefined && { drainTimeoutSeconds: drainTimeout }),
    ...(onDeadline !== undefined && { onDeadline }),
  })
  if (json) printJson(result)
  else printLines(decidedAgainText(result))
  return result.different.length === 0 ? exitCodes.asBefore : exitCodes.differentOrUnreadable
}

const replayMessage = async (body: string, { json, cluster, untilQuiet }: ReplayOptions): Promise<number> => {
  const result = await replayEvent(body, {
    until: untilQuiet ? 'quiet' : 'handled',
    onPackaging: () => stderr.write('Packaging the stack as `sls package` does. The next replay need not.\n'),
    ...(cluster !== undefined && { cluster }),
  })
  if (json) printJson(result)
  else printLines(eventText(result))
  return result.result === 'succeeded' ? exitCodes.asBefore : exitCodes.differentOrUnreadable
}

await runCommand(command, replay)
