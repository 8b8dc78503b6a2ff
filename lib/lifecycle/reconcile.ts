import pMap from 'p-map'

import { perform, type Result } from '../act/perform.ts'
import { wakeCapacity } from '../act/wake-capacity.ts'
import { asError } from '../aws/errors.ts'
import type { Action, Decision } from '../decide/decision.ts'
import { contextOf, isLastBeatNear, lookAgain } from '../decide/drain-context.ts'
import { decideDrain } from '../decide/drain.ts'
import type { DrainFacts } from '../decide/facts.ts'
import type { DrainPolicy } from '../decide/policy.ts'
import { taskReadingFor } from '../decide/reading.ts'
import { observeDrains, type Observed, type Sight } from '../observe/drains.ts'
import { observeTasks } from '../observe/leaving-tasks.ts'
import type { Observer } from '../observe/observer.ts'
import { withTaskCounts } from '../observe/task-counts.ts'
import type { Environment } from './environment.ts'
import type { Look } from './look.ts'
import { measureAction } from './metrics.ts'
import { tellIfStuck } from './tell.ts'

/** Instances decided and acted on at once: enough to hide the calls' latency, few enough to spare ECS's buckets. */
const CONCURRENCY = 8

/** What came of one look. */
export interface Reconciled {
  readonly facts: DrainFacts
  readonly policy: DrainPolicy
  readonly decision: Decision
  /** What came of each action in turn; shorter than the actions when one of them ended or failed the rest. */
  readonly results: Acted['results']
  /** What could not be read, or done. Absent: all went well. */
  readonly error?: Error
}

/**
 * Looks at instances, decides about each from what it sees, and acts. May be called twice, late, out of order or by
 * two functions at once: the world decides, not the call.
 *
 * One instance that fails does not hold up the others: its error is in its result.
 *
 * @throws if what the looks share cannot be read.
 */
export const reconcile = async (
  environment: Environment,
  looks: readonly Look[],
  sight: Sight,
): Promise<readonly Reconciled[]> => {
  const all = await observeDrains(environment.observer, looks, sight)
  return pMap(all, (observed) => reconcileOne(environment, observed), { concurrency: CONCURRENCY })
}

const reconcileOne = async (environment: Environment, seen: Observed): Promise<Reconciled> => {
  const { facts, error: unreadError } = await observeFurther(environment, seen)
  const { policy } = seen
  const decision = decideDrain(facts, policy)
  const { results, error: actError } = await act(environment, { facts, policy, decision })
  const error = actError ?? unreadError
  environment.telemetry.decided({ facts, policy, decision, results, ...(error && { error }) })
  await tellIfStuck(environment, facts, decision)
  if (decision.because === 'no-capacity') await askForRoom(environment)
  return { facts, policy, decision, results, ...(error && { error }) }
}

/** Where the stack scales, it does so in the same look. */
const askForRoom = async ({ settings, actor, clock, telemetry }: Environment): Promise<void> => {
  const { capacityQueueUrl } = settings
  if (capacityQueueUrl === undefined) return
  const refusal = await wakeCapacity({ sqs: actor.clients.sqs, capacityQueueUrl, now: clock.now() })
  if (refusal !== undefined) telemetry.logger.warn('Could not ask for room', { error: refusal })
}

interface Further {
  readonly facts: DrainFacts
  readonly error?: Error
}

/** A reading that fails leaves its facts absent, and the decision is made without them: a hook must be beaten all the same. */
const observeFurther = async ({ observer }: Environment, seen: Observed): Promise<Further> => {
  const { policy } = seen
  const facts = withTaskCounts(observer, seen.facts, policy)
  const reading = taskReadingFor(facts, policy)
  try {
    const further = await observeTasks(observer, { facts, policy }, reading)
    return { facts: withAssumedSince(observer, further) }
  } catch (error) {
    return { facts: { ...facts, unread: reading }, error: asError(error) }
  }
}

/** One look that had to assume times of tasks may have met a single failing call; see `stop-tasks.ts`. */
const withAssumedSince = ({ assumedTimes }: Observer, facts: DrainFacts): DrainFacts => {
  if (facts.services === undefined) return facts
  const isSeen = facts.tasks?.some(({ areTimesAssumed }) => areTimesAssumed) ?? false
  const assumedSince = assumedTimes.track(facts.instanceId, { isSeen })
  return assumedSince === undefined ? facts : { ...facts, assumedSince }
}

interface Acted {
  readonly results: readonly (Result | 'dry-run' | 'failed')[]
  /** The first that failed. Absent: none did. */
  readonly error?: Error
}

interface Decided {
  readonly facts: DrainFacts
  readonly policy: DrainPolicy
  readonly decision: Decision
}

/**
 * Does the actions in turn. One that fails does not hold up the others, but for those that rest on it; and when the hook
 * turns out to be over, what was meant to keep it waiting is left undone.
 */
const act = async (environment: Environment, decided: Decided): Promise<Acted> => {
  const { facts, decision } = decided
  if (environment.settings.dryRun) return { results: decision.actions.map(() => 'dry-run') }
  const results: (Result | 'failed')[] = []
  let failure: Error | undefined
  let hasMissedBeat = false
  for (const action of decision.actions) {
    const done: Action = hasMissedBeat ? withoutBeat(action) : action
    const result: Result | 'failed' = await actOnce(environment, facts, done).catch((error: unknown) => {
      failure ??= asError(error)
      return 'failed' as const
    })
    results.push(result)
    hasMissedBeat ||= action.do === 'heartbeat' && result !== 'done'
    if (isRefusedEnd(action, result)) await keepWaiting(environment, decided)
    const delaySeconds = secondsUntilNextTry(action, result, decided)
    if (delaySeconds !== undefined) await lookSoon(environment, facts, delaySeconds)
    if (endsTheRest(action, result)) break
  }
  return { results, ...(failure && { error: failure }) }
}

/** A beat that did not come must not be remembered: it is due again in the next look. */
const withoutBeat = (action: Action): Action =>
  action.do === 'remember'
    ? { ...action, memory: { ...action.memory, lastBeatAt: action.memory.actionStartedAt } }
    : action

/** Memory of a DRAINING that was not set, or of an end that did not come, would be untrue. */
const endsTheRest = (action: Action, result: Result | 'failed'): boolean => {
  if (action.do === 'heartbeat') return result === 'already-over'
  const restsOnIt = action.do === 'set-draining' || action.do === 'complete' || action.do === 'deregister'
  return restsOnIt && (result === 'failed' || result === 'contended')
}

const isRefusedEnd = (action: Action, result: Result | 'failed'): boolean =>
  action.do === 'complete' && (result === 'failed' || result === 'contended')

/** An end that Auto Scaling refuses again and again must not become the hook's own; past the deadline it may. */
const keepWaiting = async (environment: Environment, { facts, policy }: Decided): Promise<void> => {
  if (facts.hook === undefined) return
  if (environment.clock.now() >= contextOf(facts, facts.hook, policy).deadline) return
  await actOnce(environment, facts, { do: 'heartbeat' }).catch(() => undefined)
}

/** Undefined: the next resync comes soon enough. */
const secondsUntilNextTry = (
  action: Action,
  result: Result | 'failed',
  { facts, policy }: Decided,
): number | undefined => {
  if (result === 'contended') return CONTENTION_SECONDS
  const isMissedBeat = action.do === 'heartbeat' && result === 'failed' && facts.hook !== undefined
  return isMissedBeat && isLastBeatNear(contextOf(facts, facts.hook, policy))
    ? MISSED_BEAT_SECONDS
    : undefined
}

/** A look that is not asked for in time is resync's. */
const lookSoon = async (environment: Environment, facts: DrainFacts, delaySeconds: number): Promise<void> => {
  const [again] = lookAgain(facts, delaySeconds)
  if (again !== undefined) await actOnce(environment, facts, again).catch(() => undefined)
}

/** Long enough for Auto Scaling to end what it was doing with the group, as its own messages ask for. */
const CONTENTION_SECONDS = 5

/** Thrice in the minute until the next resync. */
const MISSED_BEAT_SECONDS = 15

const actOnce = async ({ actor, clock, telemetry }: Environment, facts: DrainFacts, action: Action) => {
  const { instanceId, autoScalingGroupName = '' } = facts
  const subject = { instanceId, autoScalingGroupName }
  const result = await perform(actor, subject, action)
  measureAction(telemetry, { subject, action, result, at: clock.now() })
  return result
}
