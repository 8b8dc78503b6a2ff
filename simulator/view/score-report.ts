import type { DrainScore, Score } from '../rehearsal/score.ts'
import type { Colours } from './colours.ts'
import { counted } from './counted.ts'
import { conclusionOf } from './score-conclusion.ts'
import { textTable } from './text-table.ts'
import { inWords } from './virtual-time.ts'

/** What a person is told at the end of a rehearsal. */
export interface ScoreReport {
  readonly score: Score
  readonly ebbtide: 'deployed' | 'absent'
  /** Tasks whose machine died under them, whether it was drained or not. */
  readonly tasksKilled: number
  /** Instances that a hook still holds at the end. */
  readonly stillWaiting: number
}

/** The score as lines: each drain, the sums, and a sentence on what they come to. */
export const reportScore = (report: ScoreReport, colours: Colours): readonly string[] => {
  const { score } = report
  const conclusion = conclusionOf(report)
  const paint = conclusion.tone === 'good' ? colours.green : colours.red
  return [
    `${colours.bold(score.scenario)}, seed ${score.seed}${report.ebbtide === 'absent' ? ', without Ebbtide' : ''}: ${inWords(score.virtualSeconds)} of virtual time`,
    '',
    ...(score.drains.length === 0 ? [] : [...drainTable(score.drains), '']),
    ...textTable(sumsOf(report)),
    '',
    paint(conclusion.text),
  ]
}

const drainTable = (drains: readonly DrainScore[]): readonly string[] =>
  textTable([
    ['instance', 'cause', 'outcome', 'took', 'after last task', 'tasks killed'],
    ...drains.map((drain) => [
      drain.instanceId,
      drain.cause,
      drain.outcome,
      inWords(drain.drainSeconds),
      drain.completionLagSeconds === null ? '-' : inWords(drain.completionLagSeconds),
      String(drain.tasksKilled),
    ]),
  ])

type Row = readonly [label: string, value: string]

const sumsOf = (report: ScoreReport): readonly Row[] => {
  const { score, tasksKilled, stillWaiting } = report
  return [
    ...(stillWaiting === 0 ? [] : [['still waiting', counted(stillWaiting, 'instance')] as const]),
    ...(score.requests.sent === 0 ? [] : [['requests', requestsInWords(score.requests)] as const]),
    ['tasks killed', String(tasksKilled)],
    ['instances', `${score.instanceHours.toFixed(1)} hours billed`],
    ...wantRows(score),
    ...(report.ebbtide === 'absent' ? [] : ebbtideRows(score)),
  ]
}

const wantRows = ({ unplacedTaskSeconds }: Score): readonly Row[] =>
  unplacedTaskSeconds === 0
    ? []
    : [['want of room', `${Math.round(unplacedTaskSeconds)} task-seconds in which a task had no instance`]]

const ebbtideRows = (score: Score): readonly Row[] => [
  ['Lambda', lambdaInWords(score)],
  ['AWS calls', callsInWords(score.awsCalls)],
  ['dead letters', String(score.deadLetters)],
  ['violations', score.violations.length === 0 ? 'none' : String(score.violations.length)],
  ...score.violations.map(({ promise, what, instanceId }): Row => [
    `  promise ${promise}`,
    instanceId === undefined ? what : `${instanceId}: ${what}`,
  ]),
]

const requestsInWords = ({ sent, dropped }: Score['requests']): string => `${sent} sent, ${dropped} dropped`

/** Beside it stands a function that is started by the hook and sleeps until its drain is over, as many do. */
const lambdaInWords = ({ lambda, drains }: Score): string => {
  const billedSeconds = lambda.billedMs / 1_000
  const own = `${counted(lambda.invocations, 'invocation')}, ${inWords(billedSeconds)} billed`
  const sleptSeconds = drains.reduce((sum, { drainSeconds }) => sum + drainSeconds, 0)
  if (sleptSeconds === 0) return own
  const share = `${((100 * billedSeconds) / sleptSeconds).toFixed(1)} %`
  return `${own}: ${share} of the ${inWords(sleptSeconds)} that sleeping through the drains would have billed`
}

/** More operations than this make a line too long. */
const MOST_OPERATIONS = 4

const callsInWords = ({ total, throttled, byOperation }: Score['awsCalls']): string => {
  const most = Object.entries(byOperation).toSorted(([, a], [, b]) => b - a)
  const named = most.slice(0, MOST_OPERATIONS).map(([operation, count]) => `${count} ${operation}`)
  const others = most.slice(MOST_OPERATIONS).reduce((sum, [, count]) => sum + count, 0)
  const kinds = others === 0 ? named : [...named, `${others} others`]
  return `${total}, ${throttled} throttled${total === 0 ? '' : `: ${kinds.join(', ')}`}`
}
