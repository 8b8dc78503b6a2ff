import type { Violation } from '../invariants/violation.ts'
import type { World } from '../world/world.ts'
import type { EndedDrain, Recording } from './recording.ts'

/** What a rehearsal came to. Printed by `npm start -- --json`; the same seed gives the same score, byte for byte. */
export interface Score {
  readonly seed: number
  readonly scenario: string
  readonly virtualSeconds: number
  readonly drains: readonly DrainScore[]
  /** HTTP requests to the services that have traffic. */
  readonly requests: { readonly sent: number; readonly dropped: number }
  /** What EC2 bills for machines of the groups. */
  readonly instanceHours: number
  /** One for each second and task that a service wants and that no instance had room for. */
  readonly unplacedTaskSeconds: number
  readonly lambda: { readonly invocations: number; readonly billedMs: number }
  readonly awsCalls: CallScore
  readonly deadLetters: number
  /** Promises that were not kept, as the simulated world shows it. */
  readonly violations: readonly Violation[]
}

interface CallScore {
  readonly total: number
  readonly throttled: number
  readonly byOperation: Readonly<Record<string, number>>
}

/** One lifecycle action of our hook, from the moment it began to wait. */
export interface DrainScore {
  readonly instanceId: string
  readonly cause: string
  /** An outcome of ours, or what ended the hook in our place, such as `heartbeat-timeout`. */
  readonly outcome: string
  readonly drainSeconds: number
  /** From the last task STOPPED to the end of the hook; null where no task stopped during the drain. */
  readonly completionLagSeconds: number | null
  /** Tasks whose machine died under them. */
  readonly tasksKilled: number
}

interface ScoreOf {
  readonly seed: number
  readonly scenario: string
  readonly virtualSeconds: number
}

export const scoreOf = (world: World, recording: Recording, about: ScoreOf): Score => ({
  ...about,
  drains: recording.drains.map((drain) => scoreOfDrain(drain, recording)),
  requests: requestsOf(world),
  instanceHours: rounded(recording.instanceHours.hours),
  unplacedTaskSeconds: rounded(recording.unplacedTasks.taskSeconds),
  lambda: {
    invocations: recording.invocations.length,
    billedMs: recording.invocations.reduce((sum, { billedMs }) => sum + billedMs, 0),
  },
  awsCalls: scoreOfCalls(world),
  deadLetters: recording.deadLetters,
  violations: recording.violations,
})

const requestsOf = ({ traffic }: World): Score['requests'] => {
  const { sent, dropped } = traffic.score()
  return { sent, dropped }
}

const scoreOfDrain = (
  { action, decision, lastTaskStoppedAt }: EndedDrain,
  recording: Recording,
): DrainScore => ({
  instanceId: action.instanceId,
  cause: causeOf(action.instanceId, recording),
  outcome: action.by === 'completed' ? (outcomeOf(decision) ?? 'completed') : action.by,
  drainSeconds: secondsBetween(action.startedAt, action.endedAt),
  completionLagSeconds:
    lastTaskStoppedAt === undefined ? null : secondsBetween(lastTaskStoppedAt, action.endedAt),
  tasksKilled: recording.killedTasks.filter(({ instanceId }) => instanceId === action.instanceId).length,
})

const causeOf = (id: string, { decisions }: Recording): string =>
  decisions.find(({ facts }) => facts.instanceId === id && facts.action !== undefined)?.facts.action?.cause ??
  'unknown'

const outcomeOf = (decision: EndedDrain['decision']): string | undefined =>
  decision?.decision.actions.flatMap((action) => (action.do === 'complete' ? [action.outcome] : []))[0]

/** To thousandths: sums of fractions should not look more exact than they are. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000

const secondsBetween = (from: number, to: number): number => Math.round(to - from) / 1_000

const scoreOfCalls = ({ calls }: World): CallScore => {
  const byOperation: Record<string, number> = {}
  for (const { operation } of calls) byOperation[operation] = (byOperation[operation] ?? 0) + 1
  return {
    total: calls.length,
    throttled: calls.filter(({ error }) => error?.startsWith('Throttling') ?? false).length,
    byOperation: Object.fromEntries(Object.entries(byOperation).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}
