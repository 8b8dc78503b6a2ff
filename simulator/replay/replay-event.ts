import type { DrainFacts } from '../../lib/decide/facts.ts'
import { readSettings } from '../../lib/settings.ts'
import { readSignal } from '../../lib/signals/read-signal.ts'
import type { Signal } from '../../lib/signals/signal.ts'
import { hearProduct } from '../rehearsal/hear-product.ts'
import { Recording } from '../rehearsal/recording.ts'
import type { OutputLine } from '../world/product-output.ts'
import type { World } from '../world/world.ts'
import { readLogLine, type PastAction } from './logged-decision.ts'
import { metricsIn, type PublishedMetric } from './published-metrics.ts'
import { stageWorld, type StagedWorld } from './staged-world.ts'
import { subjectOf, type Subject } from './subject.ts'

interface EventReplayOptions {
  /** Absent: as the message says, or `web`. */
  readonly cluster?: string
  /** How long virtual time passes: the first invocation, or until nothing is left to happen. */
  readonly until: 'handled' | 'quiet'
  /** Called when the template has to be packaged first, which takes seconds. */
  readonly onPackaging?: () => void
}

/** What the deployed drain function made of one message. Times are virtual, milliseconds since 1970. */
export interface EventReplay {
  readonly signal: Signal
  readonly subject: Subject
  readonly queue: string
  readonly deliveredAt: number
  readonly handledAt: number
  /** `failed`: the message stays in its queue. */
  readonly result: 'succeeded' | 'failed'
  /** Absent: it led to a look, or could not be read. */
  readonly ignoredBecause?: string
  readonly decisions: readonly ReplayedDecision[]
  readonly metrics: readonly PublishedMetric[]
  readonly calls: readonly ReplayedCall[]
  /** What was logged as an error, but for decisions. */
  readonly problems: readonly string[]
  /** Decisions after the first invocation; empty unless virtual time went on. */
  readonly later: readonly ReplayedDecision[]
  readonly deadLetters: number
}

export interface ReplayedDecision {
  readonly at: number
  readonly instanceId: string
  readonly verdict: string
  readonly because: string
  /** Absent result: not done any more. */
  readonly actions: readonly (PastAction & { readonly result?: string })[]
  readonly facts: DrainFacts
}

export interface ReplayedCall {
  readonly service: string
  readonly operation: string
  /** Absent: it succeeded. */
  readonly error?: string
}

/** An hour's drain and what comes after it have long ended by then. */
const LONGEST_REPLAY_MS = 2 * 3_600_000

/**
 * Gives the body of one queue message to the deployed drain function, by way of its queue and event source mapping, in
 * a simulated world that holds what the message names.
 *
 * @throws {Error} when such a world cannot be built, or product code asks for something that is not modelled.
 */
export const replayEvent = async (body: string, options: EventReplayOptions): Promise<EventReplay> => {
  const signal = readSignal(body)
  const subject = subjectOf(signal, body, options.cluster)
  const staged = await stageWorld(subject, options.onPackaging)
  const recording = new Recording(staged.world)
  const delivered = deliver(staged, signal, body)
  const endCapture = hearProduct(staged.world, recording)
  try {
    await staged.world.simulation.runWhile(() => recording.invocations.length === 0)
    const first = firstInvocation(staged.world, recording, delivered.callsBefore)
    const lineCount = recording.lines.length
    if (options.until === 'quiet') await runUntilQuiet(staged.world)
    const later = recording.lines.slice(lineCount).flatMap(decisionIn)
    refuseUnmodelled(staged.world)
    return { signal, subject, ...delivered.message, ...first, later, deadLetters: recording.deadLetters }
  } finally {
    endCapture()
  }
}

/** ECS's events and our own messages come by the wakes queue, all others by the signals queue. */
const deliver = ({ world, functions }: StagedWorld, signal: Signal, body: string) => {
  const { wakesQueueUrl, signalsQueueUrl } = readSettings(functions[0]?.variables ?? {})
  const queue = world.sqs.queueByUrl(isWake(signal) ? wakesQueueUrl : signalsQueueUrl)
  world.sqs.send(queue, { body })
  return {
    message: { queue: queue.spec.name, deliveredAt: world.simulation.now() },
    callsBefore: world.calls.length,
  }
}

const isWake = ({ kind }: Signal): boolean =>
  kind === 'task-state-change' || kind === 'container-instance-state-change' || kind === 'look-again'

const firstInvocation = (world: World, recording: Recording, callsBefore: number) => {
  const [invocation] = recording.invocations
  const metrics = recording.lines.flatMap(metricsIn)
  const ignoredBecause = metrics.find(({ name }) => name === 'SignalsIgnored')?.dimensions['Reason']
  const calls = world.calls.slice(callsBefore)
  return {
    handledAt: invocation?.endedAt ?? world.simulation.now(),
    result: isSuccess(invocation?.result) ? 'succeeded' : 'failed',
    ...(ignoredBecause !== undefined && { ignoredBecause }),
    decisions: recording.lines.flatMap(decisionIn),
    metrics,
    calls: calls.map(({ service, operation, error }) => ({
      service,
      operation,
      ...(error !== undefined && { error }),
    })),
    problems: recording.lines.flatMap(problemIn),
  } as const
}

/** A message that failed is named in the answer; an invocation that failed took it along. */
const isSuccess = (result: Recording['invocations'][number]['result'] | undefined): boolean =>
  result?.kind === 'succeeded' && !result.response.includes('itemIdentifier')

const decisionIn = (line: OutputLine): readonly ReplayedDecision[] => {
  const read = readLogLine(JSON.stringify(line))
  if (read.kind !== 'decision') return []
  const { facts, decision, results } = read.logged
  const actions = decision.actions.map((action, index) => {
    const result = results[index]
    return { ...action, ...(result !== undefined && { result }) }
  })
  return [{ ...decision, at: facts.now, instanceId: facts.instanceId, actions, facts }]
}

const problemIn = (line: OutputLine): readonly string[] => {
  const { level, message, reason, error } = line as Problem
  if (level !== 'ERROR') return []
  return [[message, reason ?? error?.message].filter((part) => part !== undefined).join(': ')]
}

/** The fields of an error in a line of the product's logger. */
interface Problem {
  readonly level?: string
  readonly message?: string
  readonly reason?: string
  readonly error?: { readonly message?: string }
}

/** Nothing waits in Auto Scaling and no message is under way; dead letters stay where they are. */
const runUntilQuiet = async ({ simulation, autoScaling, sqs }: World): Promise<void> => {
  const endsAt = simulation.now() + LONGEST_REPLAY_MS
  const isQuiet = () =>
    autoScaling.waitingActions().length === 0 &&
    sqs.queues.every(
      ({ spec, counts }) => spec.redrive === undefined || counts.available + counts.inFlight === 0,
    ) &&
    sqs.queues.every(({ counts }) => counts.delayed + counts.inFlight === 0)
  await simulation.runWhile(() => !isQuiet() && simulation.now() < endsAt)
}

const refuseUnmodelled = ({ transport }: World): void => {
  const [refusal] = transport.refusals
  if (refusal !== undefined) throw new Error(`the simulator does not model ${refusal}`)
}
