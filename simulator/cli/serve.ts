import process, { stderr } from 'node:process'

import { serveScenario, type ServedScenario } from '../endpoint/serve-scenario.ts'
import { loadScenario } from '../scenario/load-scenario.ts'
import { exitCodes } from './exit-codes.ts'
import { locate, printLines, runCommand } from './run-command.ts'
import { serveCommand, type ServeOptions } from './serve-command.ts'

/** `npm run serve`: a scenario as an AWS endpoint, until it is interrupted or cannot go on. */
const serve = async (): Promise<number> => {
  const options = serveCommand.opts<ServeOptions>()
  const { scenario: named, seed, port, manual, speed, bare } = options
  const ended = whenEnded()
  const served = await serveScenario({
    scenario: loadScenario(named.endsWith('.json') ? locate(named) : named),
    seed,
    port,
    speed: manual ? 'manual' : speed,
    ebbtide: bare ? 'absent' : 'deployed',
    onPackaging: () => stderr.write('Packaging the stack as `sls package` does. The next time need not.\n'),
    onDefect: tellDefect,
    onStandstill: ended.fail,
  })
  printLines(welcome(served, options))
  try {
    return await ended.promise
  } finally {
    await served.stop()
  }
}

const welcome = ({ url, region }: ServedScenario, options: ServeOptions): readonly string[] => [
  `${options.scenario} is served at ${url}, ${options.bare ? 'without Ebbtide' : 'with Ebbtide in it'}; ${paceOf(options)}.`,
  '',
  'Point a client at it:',
  `  export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
  '  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test',
  '  aws autoscaling describe-auto-scaling-groups',
  '',
  `GET ${url}/score, GET ${url}/deliveries?after=0${options.manual ? `, POST ${url}/advance?seconds=60` : ''}. Ctrl-C ends it.`,
]

const paceOf = ({ manual, speed }: ServeOptions): string =>
  manual ? 'time stands still until it is advanced' : `${speed} virtual seconds pass in each real one`

/** With its stack: it is the simulator's own mistake. */
const tellDefect = (error: unknown): void => {
  stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`)
}

interface Ending {
  readonly promise: Promise<number>
  readonly fail: (error: unknown) => void
}

/** Interrupted is how this command ends well. */
const whenEnded = (): Ending => {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  process.once('SIGINT', () => resolve(exitCodes.kept))
  process.once('SIGTERM', () => resolve(exitCodes.kept))
  return { promise, fail: (error) => reject(error instanceof Error ? error : new Error(String(error))) }
}

await runCommand(serveCommand, serve)
