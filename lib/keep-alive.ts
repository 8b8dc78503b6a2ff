import { beat } from './act/lifecycle-action.ts'
import { asError } from './aws/errors.ts'
import { contextOf, isWaiting } from './decide/drain-context.ts'
import type { Environment } from './environment.ts'
import type { LifecycleState } from './observe/lifecycle-states.ts'
import type { Reconciled } from './reconcile.ts'

/** An instance whose hook waited when it was last seen. */
export interface Waiting {
  readonly autoScalingGroupName: string
  /** Its deadline or, as long as that could not be read, the stack's timeout after it was first seen. */
  readonly until: number
}

/** Keeps in mind which instances wait, for a minute in which nothing can be read. */
export const noteWaiting = (
  { waiting, clock, settings }: Environment,
  instances: readonly LifecycleState[],
): void => {
  const before = new Map(waiting)
  const until = clock.now() + 1_000 * settings.policy.drainTimeoutSeconds
  waiting.clear()
  for (const { instanceId, autoScalingGroupName, state } of instances)
    if (isWaiting(state)) waiting.set(instanceId, before.get(instanceId) ?? { autoScalingGroupName, until })
}

/** Once a drain has been looked at, its deadline is known; one that has ended needs no heartbeat. */
export const noteDrains = ({ waiting }: Environment, results: readonly Reconciled[]): void => {
  for (const { facts, policy, decision } of results) {
    const known = waiting.get(facts.instanceId)
    if (known === undefined || facts.hook === undefined) continue
    const hasEnded =
      decision.verdict === 'ignore' || decision.actions.some((action) => action.do === 'complete')
    if (hasEnded) waiting.delete(facts.instanceId)
    else waiting.set(facts.instanceId, { ...known, until: contextOf(facts, facts.hook, policy).deadline })
  }
}

/**
 * Beats the hook of every instance that waited when it was last seen. For a minute in which ECS, or Auto Scaling's other
 * calls, cannot be read: without it an outage of one of them would end every drain by the hook's timeout.
 */
export const keepAlive = async (environment: Environment): Promise<void> => {
  const { waiting, clock, actor, settings, telemetry } = environment
  if (settings.dryRun) return
  for (const [instanceId, { autoScalingGroupName, until }] of waiting) {
    if (clock.now() >= until) continue
    const hook = {
      autoScaling: actor.clients.autoScaling,
      instanceId,
      autoScalingGroupName,
      hookName: settings.hookName,
    }
    const answer = await beat(hook).catch((error: unknown) => asError(error))
    if (answer === 'already-over') waiting.delete(instanceId)
    if (answer === 'done')
      telemetry.measure('HeartbeatsSent', 1, { AutoScalingGroupName: autoScalingGroupName })
    telemetry.logger.warn('Beat a hook without having looked', {
      instanceId,
      autoScalingGroupName,
      ...(answer instanceof Error ? { error: answer } : { result: answer }),
    })
  }
}
