import type { DrainFacts } from '../../lib/decide/facts.ts'
import type { Signal } from '../../lib/signals/signal.ts'
import { counted, tally } from '../view/counted.ts'
import { textTable } from '../view/text-table.ts'
import { actionInWords, verdictInWords } from './action-words.ts'
import { dateAndTime, timeOfDay } from './moment.ts'
import type { EventReplay, ReplayedCall, ReplayedDecision } from './replay-event.ts'
import type { Stage, Subject } from './subject.ts'

/** The report of `npm run replay -- <event file>` for people. */
export const eventText = (replay: EventReplay): readonly string[] => [
  ...section('message', signalRows(replay.signal)),
  ...section('world', worldInWords(replay.subject)),
  ...section('handled', [handledInWords(replay)]),
  '',
  ...conclusion(replay),
  ...section('metrics', metricRows(replay)),
  ...section('calls', callRows(replay.calls)),
  ...section('later', laterRows(replay)),
]

const LABEL_WIDTH = 12

/** The label stands before the first line. Nothing at all for a section without lines. */
const section = (label: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`)

/** The fields that were read, and so never a token. */
const signalRows = (signal: Signal): readonly string[] => {
  if (signal.kind === 'unreadable') return ['unreadable']
  const { kind, ...fields } = signal
  const rows = Object.entries(fields).map(([name, value]: readonly [string, unknown]) => [
    name,
    name === 'occurredAt' ? `${dateAndTime(Number(value))} UTC` : String(value),
  ])
  return [kind, ...textTable(rows).map((row) => `  ${row}`)]
}

const worldInWords = ({
  cluster,
  autoScalingGroupName,
  instanceId,
  stage,
  note,
}: Subject): readonly string[] => [
  `cluster ${cluster}, group ${autoScalingGroupName}: ${instanceId} ${stages[stage]}`,
  ...(note === undefined ? [] : [note]),
]

const stages: Readonly<Record<Stage, string>> = {
  'in-service': 'is in service',
  terminating: 'is to be terminated, and our hook has just begun to wait',
  draining: 'is DRAINING and its task still runs',
  'task-leaving': 'is DRAINING and its last task is being deregistered from its target group',
  'last-task-stopped': 'is DRAINING and its last task has just stopped',
}

const handledInWords = ({ queue, deliveredAt, handledAt, result }: EventReplay): string =>
  `from ${queue} by the drain function, ${(handledAt - deliveredAt) / 1_000} s after it came: ${result}`

const conclusion = (replay: EventReplay): readonly string[] => {
  const { signal, ignoredBecause, decisions, problems } = replay
  if (signal.kind === 'unreadable')
    return section('unreadable', [
      `${signal.reason}.`,
      'It stays in the queue and, after five receives, goes to the dead-letter queue, where somebody has to read it.',
      '',
    ])
  if (ignoredBecause !== undefined) return section('nothing', [`to do: ${ignoredBecause}`, ''])
  return [
    ...section('problems', problems),
    ...decisions.flatMap((decision) => [...section('decision', decisionRows(decision)), '']),
  ]
}

const decisionRows = (decision: ReplayedDecision): readonly string[] => [
  `${timeOfDay(decision.at)}  ${decision.instanceId}  ${verdictInWords(decision)}`,
  `seeing ${seen(decision.facts).join(', ')}`,
  ...textTable(decision.actions.map((action) => [`  ${actionInWords(action)}`, action.result ?? 'not done'])),
]

const seen = ({ lifecycleState, containerInstance, tasks }: DrainFacts): readonly string[] => {
  const statuses = tally((tasks ?? []).map(({ lastStatus }) => lastStatus))
  return [
    lifecycleState ?? 'no such instance in Auto Scaling',
    ...(containerInstance === undefined
      ? ['no container instance']
      : [
          `${containerInstance.status} in ECS`,
          `${containerInstance.runningTasksCount} running and ${containerInstance.pendingTasksCount} pending by its counters`,
        ]),
    ...[...statuses].map(([status, count]) => `${counted(count, 'task')} ${status}`),
  ]
}

const metricRows = ({ metrics }: EventReplay): readonly string[] =>
  textTable(
    metrics.map(({ name, unit, value, dimensions }) => [
      name,
      String(value),
      unit,
      Object.entries(dimensions)
        .map(([dimension, of]) => `${dimension}=${of}`)
        .join(' '),
    ]),
  )

const callRows = (calls: readonly ReplayedCall[]): readonly string[] => {
  const inWords = calls.map(
    ({ service, operation, error }) => `${service} ${operation}${error === undefined ? '' : ` (${error})`}`,
  )
  return [...tally(inWords)].map(([words, count]) => (count === 1 ? words : `${words}, ${count} times`))
}

const laterRows = ({ later, deadLetters }: EventReplay): readonly string[] => [
  ...later.map((decision) =>
    [
      timeOfDay(decision.at),
      decision.instanceId,
      verdictInWords(decision),
      ...decision.actions.map(actionInWords),
    ].join('  '),
  ),
  ...(deadLetters === 0 ? [] : [`${counted(deadLetters, 'message')} in the dead-letter queue`]),
]
