import pMap from 'p-map'

import { beat, completeAction, type LifecycleAnswer } from '../act/lifecycle-action.ts'
import { asError } from '../aws/errors.ts'
import { secondsBetween } from '../clock.ts'
import { decideLaunch, type LaunchAction, type LaunchDecision, type LaunchFacts } from '../decide/launch.ts'
import { observeLaunches } from '../observe/launches.ts'
import type { LifecycleState } from '../observe/lifecycle-states.ts'
import type { Environment } from './environment.ts'

/** Launches acted on at once. */
const CONCURRENCY = 8

/** The states in which a launch hook can hold an instance. */
export const isLaunching = (state: string): boolean =>
  state === 'Pending:Wait' || state === 'Warmed:Pending:Wait'

/**
 * Looks at instances that our launch hook holds, and lets each into service when ECS can use it.
 *
 * @returns errors by instance id; the others went well.
 * @throws if what they share cannot be read.
 */
export const reconcileLaunches = async (
  environment: Environment,
  launching: readonly LifecycleState[],
): Promise<ReadonlyMap<string, Error>> => {
  const { observer, clock, settings } = environment
  if (settings.launchHookName === undefined || launching.length === 0) return new Map()
  const facts = await observeLaunches(observer, launching, { now: clock.now(), policy: settings })
  const errors = new Map<string, Error>()
  await pMap(
    facts,
    async (one) => {
      const error = await act(environment, one, decideLaunch(one, settings))
      if (error !== undefined) errors.set(one.instanceId, error)
    },
    { concurrency: CONCURRENCY },
  )
  return errors
}

const act = async (
  environment: Environment,
  facts: LaunchFacts,
  decision: LaunchDecision,
): Promise<Error | undefined> => {
  const { logger } = environment.telemetry
  const { instanceId, autoScalingGroupName } = facts
  const fields = { instanceId, autoScalingGroupName, ...decision, facts }
  try {
    const results = []
    for (const action of decision.actions) results.push(await perform(environment, facts, action))
    logger.info('Decided on a launch', { ...fields, results })
    return undefined
  } catch (thrown) {
    const error = asError(thrown)
    logger.error('Decided on a launch', { ...fields, error })
    return error
  }
}

const perform = async (
  environment: Environment,
  facts: LaunchFacts,
  action: LaunchAction,
): Promise<LifecycleAnswer | 'dry-run'> => {
  const { actor, settings, telemetry, clock } = environment
  const { instanceId, autoScalingGroupName } = facts
  if (settings.dryRun || settings.launchHookName === undefined) return 'dry-run'
  const { autoScaling } = actor.clients
  const hook = { autoScaling, instanceId, autoScalingGroupName, hookName: settings.launchHookName }
  if (action.do === 'heartbeat') return beat(hook)
  const answer = await completeAction(hook, action.result)
  const group = { AutoScalingGroupName: autoScalingGroupName }
  const isReady = facts.missingDaemons?.length === 0
  if (answer === 'done' && isReady)
    telemetry.measure('LaunchReadySeconds', secondsBetween(action.startedAt, clock.now()), group)
  if (answer === 'done' && facts.lifecycleState === 'Pending:Wait')
    telemetry.measure('LaunchNotReady', isReady ? 0 : 1, group)
  return answer
}
