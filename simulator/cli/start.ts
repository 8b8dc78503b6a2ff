import { stderr } from 'node:process'

import { rehearse, type Rehearsal } from '../rehearsal/rehearse.ts'
import { scaledBy } from '../rehearsal/scaler.ts'
import { scoreOf, type Score } from '../rehearsal/score.ts'
import { loadScenario, scenarioNames } from '../scenario/load-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { reportScore, type ScoreReport } from '../view/score-report.ts'
import { textTable } from '../view/text-table.ts'
import { chooseColours, chooseView } from './choose-view.ts'
import { exitCodes } from './exit-codes.ts'
import { logTo } from './log-file.ts'
import { locate, printJson, printLines, refuse, runCommand } from './run-command.ts'
import { startCommand, type StartOptions } from './start-command.ts'

/** `npm start`: rehearses a scenario, shows it and says what came of it. */
const start = async (): Promise<number> => {
  const options = startCommand.opts<StartOptions>()
  if (options.list) return listScenarios()
  const { scenario, ebbtide } = castOf(options)
  if (ebbtide === 'absent' && options.log !== undefined)
    return refuse('error: --log writes what the functions say, and none is deployed here')
  const rehearsal = await show(scenario, { ...options, ebbtide })
  const about = { seed: options.seed, scenario: scenario.name, virtualSeconds: scenario.lastsSeconds }
  const score = scoreOf(rehearsal.world, rehearsal.recording, about)
  if (options.json) printJson(score)
  else printLines(['', ...reportScore(reportOf(rehearsal, score, ebbtide), chooseColours())])
  return score.violations.length === 0 ? exitCodes.kept : exitCodes.broken
}

const listScenarios = (): number => {
  printLines(textTable(scenarioNames().map((name) => [name, loadScenario(name).description])))
  return exitCodes.kept
}

const scenarioOf = ({ scenario }: StartOptions): string =>
  scenario.endsWith('.json') ? locate(scenario) : scenario

type Presence = 'deployed' | 'absent'

interface Cast {
  readonly scenario: Scenario
  readonly ebbtide: Presence
}

const castOf = (options: StartOptions): Cast => {
  const scenario = loadScenario(scenarioOf(options))
  if (options.scaling !== undefined) return scaledBy(options.scaling, scenario)
  return { scenario, ebbtide: options.withoutEbbtide ? 'absent' : 'deployed' }
}

type ShowOptions = StartOptions & Pick<Cast, 'ebbtide'>

const show = async (scenario: Scenario, options: ShowOptions): Promise<Rehearsal> => {
  const writeLog = options.log === undefined ? () => undefined : logTo(locate(options.log))
  const view = chooseView(options, scenario)
  try {
    return await rehearse({
      scenario,
      seed: options.seed,
      ebbtide: options.ebbtide,
      onPackaging: () =>
        stderr.write('Packaging the stack as `sls package` does. The next rehearsal need not.\n'),
      prepare: (world, recording) => {
        recording.onLine(writeLog)
        view.begin({ world, recording, scenario })
      },
      ...(view.passTime && { passTime: view.passTime }),
    })
  } finally {
    view.end()
  }
}

const reportOf = ({ world, recording }: Rehearsal, score: Score, ebbtide: Presence): ScoreReport => ({
  score,
  ebbtide,
  tasksKilled: recording.killedTasks.length,
  stillWaiting: new Set(world.autoScaling.waitingActions().map(({ instanceId }) => instanceId)).size,
})

await runCommand(startCommand, start)
