import pMap from 'p-map'

import { perform, type Result } from './act/perform.ts'
import { asError } from './aws/errors.ts'
import type { Action, Decision } from './decide/decision.ts'
import { decideDrain } from './decide/drain.ts'
import type { DrainFacts } from './decide/facts.ts'
import { taskReadingFor } from './decide/reading.ts'
import { measureAction } from './drain-metrics.ts'
import type { Environment } from './environment.ts'
import type { Look } from './look.ts'
import { observeDrains, type Sight } from './observe/drains.ts'
import { observeTasks } from './observe/leaving-tasks.ts'

/** Instances decided and acted on at once: enough to hide the calls' latency, few enough to spare ECS's buckets. */
const CONCURRENCY = 8

/** What came of one look. */
export interface Reconciled {
  readonly facts: DrainFacts
  /** Absent: it could not be decided, see `error`. */
  readonly decision?: Decision
  /** Absent: all went well. */
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
  return pMap(all, (facts) => reconcileOne(environment, facts), { concurrency: CONCURRENCY })
}

const reconcileOne = async (environment: Environment, firstFacts: DrainFacts): Promise<Reconciled> => {
  let facts = firstFacts
  try {
    facts = await observeTasks(environment.observer, facts, taskReadingFor(facts, environment.policy))
  } catch (error) {
    environment.telemetry.logger.error('Could not observe an instance', { facts, error: asError(error) })
    return { facts, error: asError(error) }
  }
  return act(environment, facts, decideDrain(facts, environment.policy))
}

/** Does the actions in turn. When the hook turns out to be over, what was meant to keep it waiting is left undone. */
const act = async (environment: Environment, facts: DrainFacts, decision: Decision): Promise<Reconciled> => {
  const results: Result[] = []
  const report = (error?: Error): Reconciled => {
    const { policy } = environment
    environment.telemetry.decided({ facts, policy, decision, results, ...(error && { error }) })
    return { facts, decision, ...(error && { error }) }
  }
  try {
    for (const action of decision.actions) {
      const result = await actOnce(environment, facts, action)
      results.push(result)
      if (action.do === 'heartbeat' && result === 'already-over') break
    }
    return report()
  } catch (error) {
    return report(asError(error))
  }
}

const actOnce = async ({ actor, clock, telemetry }: Environment, facts: DrainFacts, action: Action) => {
  const { instanceId, autoScalingGroupName = '' } = facts
  const subject = { instanceId, autoScalingGroupName }
  const result = await perform(actor, subject, action)
  measureAction(telemetry, { subject, action, result, at: clock.now() })
  return result
}
