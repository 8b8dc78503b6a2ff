import pMap from 'p-map'

import { perform, type Result } from '../act/perform.ts'
import { wakeCapacity } from '../act/wake-capacity.ts'
import { asError } from '../aws/errors.ts'
import type { Action, Decision } from '../decide/decision.ts'
import { contextOf, isLastBeatNear, lastBeatOf, lookAgain, SETTLE_SECONDS } from '../decide/drain-context.ts'
import { decideDrain } from '../decide/drain.ts'
import type { DrainFacts } from '../decide/facts.ts'
import type { DrainPolicy } from '../decide/policy.ts'
import { taskReadingFor } from '../decide/reading.ts'
import { observeDrains, type Observed, type Sight } from '../observe/drains.ts'
import { observeTasks } from '../observe/leaving-tasks.ts'
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
  /** What was done beside the decision because AWS refused an action. Absent: nothing was. */
  readonly remedies?: Acted['remedies']
  /** What could not be read, or done. Absent: all went well. */
  readonly error?: Error
}

/** What came of many looks. */
export interface Reconciliation {
  readonly results: readonly Reconciled[]
  /** By instance id, why it could not be looked at: its group could not be read. */
  readonly unseen: ReadonlyMap<string, Error>
}

/**
 * Looks at instances, decides about each from what it sees, and acts. May be called twice, late, out of order or by
 * two functions at once: the world decides, not the call.
 *
 * One instance that fails does not hold up the others, nor does one group that cannot be read.
 *
 * @throws if what the looks share cannot be read.
 */
export const reconcile = async (
  environment: Environment,
  looks: readonly Look[],
  sight: Sight,
): Promise<Reconciliation> => {
  const { observed, unseen } = await observeDrains(environment.observer, looks, sight)
  const results = await pMap(observed, (each) => reconcileOne(environment, each), {
    concurrency: CONCURRENCY,
  })
  return { results, unseen }
}

const reconcileOne = async (environment: Environment, seen: Observed): Promise<Reconciled> => {
  const { facts, error: unreadError } = await observeFurther(environment, seen)
  const { policy } = seen
  const decision = decideDrain(facts, policy)
  const { error: actError, ...acted } = await act(environment, { facts, policy, decision })
  const error = actError ?? unreadError
  environment.telemetry.decided({ facts, policy, decision, ...acted, ...(error && { error }) })
  await tellIfStuck(environment, facts, decision)
  if (decision.because === 'no-capacity') await askForRoom(environment)
  return { facts, policy, decision, ...acted, ...(error && { error }) }
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
    return { facts: await observeTasks(observer, { facts, policy }, reading) }
  } catch (error) {
    return { facts: { ...facts, unread: reading }, error: asError(error) }
  }
}

interface Acted {
  readonly results: readonly (Result | 'dry-run' | 'failed')[]
  readonly remedies?: readonly Remedy[]
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
  const remedies: Remedy[] = []
  let failure: Error | undefined
  let hasMissedBeat = false
  for (const action of decision.actions) {
    const done: Action = hasMissedBeat ? withoutBeat(action, decided) : action
    const result: Result | 'failed' = await actOnce(environment, facts, done).catch((error: unknown) => {
      failure ??= asError(error)
      return 'failed' as const
    })
    results.push(result)
    hasMissedBeat ||= action.do === 'heartbeat' && result !== 'done'
    for (const remedy of remediesFor({ action, result, now: environment.clock.now() }, decided))
      remedies.push(await remedyOnce(environment, facts, remedy))
    if (endsTheRest({ action, result }, facts)) break
  }
  return { results, ...(remedies.length > 0 && { remedies }), ...(failure && { error: failure }) }
}

/** A beat that did not come must not be remembered: it is due again in the next look. */
const withoutBeat = (action: Action, { facts, policy }: Decided): Action =>
  action.do === 'remember' && facts.hook !== undefined
    ? {
        ...action,
        memory: { ...action.memory, lastBeatAt: lastBeatOf(contextOf(facts, facts.hook, policy)) },
      }
    : action

/**
 * Memory of a DRAINING that was not set, or of an end that did not come, would be untrue; without memory nothing is set back.
 * Where our hook is over and another one may hold the instance, its tasks still have that time to leave.
 */
const endsTheRest = ({ action, result }: Pick<Tried, 'action' | 'result'>, facts: DrainFacts): boolean => {
  const mayStillBeDrained = facts.hook?.hasCompanions === true && facts.containerInstance?.status === 'ACTIVE'
  if (action.do === 'heartbeat') return result === 'already-over' && !mayStillBeDrained
  const restsOnIt = ['set-draining', 'set-active', 'complete', 'deregister'].includes(action.do)
  return restsOnIt && (result === 'failed' || result === 'contended' || result === 'gone')
}

/** Done beside what was decided. One that fails is no failure of the look: the next look sees the same. */
interface Remedy {
  readonly do: Action['do']
  readonly result: Result | 'failed'
}

interface Tried {
  readonly action: Action
  readonly result: Result | 'failed'
  readonly now: number
}

/**
 * An end that Auto Scaling refuses again and again must not become the hook's own; past the deadline it may. What it was too
 * busy for is tried again in seconds, and so is the last beat but one; what was seen is not old for long. The next resync
 * comes soon enough for all else.
 */
const remediesFor = ({ action, result, now }: Tried, decided: Decided): readonly Action[] => {
  const { facts, policy } = decided
  const again = result === 'gone' ? lookAgain(facts, SETTLE_SECONDS) : []
  if (facts.hook === undefined) return again
  const drain = contextOf(facts, facts.hook, policy)
  const isRefused = result === 'failed' || result === 'contended'
  // Nothing is lost with a machine that is gone.
  const isRefusedEnd = action.do === 'complete' && isRefused && facts.machine?.state !== 'terminated'
  const isMissedBeat = action.do === 'heartbeat' && result === 'failed' && isLastBeatNear(drain)
  return [
    ...(isRefusedEnd && now < drain.deadline ? [{ do: 'heartbeat' } as const] : []),
    ...(result === 'contended' ? lookAgain(facts, CONTENTION_SECONDS) : []),
    ...again,
    ...(isMissedBeat ? lookAgain(facts, MISSED_BEAT_SECONDS) : []),
    ...(action.do === 'heartbeat' && result === 'already-over' ? rememberEnd(decided) : []),
  ]
}

/** No call tells that our hook is over, or never was, while another one holds the instance: the beat that has found out says so. */
const rememberEnd = ({ facts, decision }: Decided): readonly Action[] =>
  facts.hook?.hasCompanions && facts.containerInstance?.status === 'DRAINING'
    ? decision.actions.flatMap((action) =>
        action.do === 'remember' ? [{ ...action, memory: { ...action.memory, isEnded: true } }] : [],
      )
    : []

const remedyOnce = async (environment: Environment, facts: DrainFacts, action: Action): Promise<Remedy> => ({
  do: action.do,
  result: await actOnce(environment, facts, action).catch(() => 'failed' as const),
})

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
