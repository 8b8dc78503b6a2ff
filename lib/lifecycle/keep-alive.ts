import { beat } from '../act/lifecycle-action.ts'
import { asError } from '../aws/errors.ts'
import { contextOf, isWaiting } from '../decide/drain-context.ts'
import type { GroupInstances, LifecycleState } from '../observe/lifecycle-states.ts'
import type { Environment } from './environment.ts'
import type { Reconciled } from './reconcile.ts'

/** An instance whose hook waited when it was last seen. */
export interface Waiting {
  readonly autoScalingGroupName: string
  /** Another state is another wait of the hook. */
  readonly lifecycleState: string
  /** Its deadline. Infinity: it could not be read yet; a beat too many costs nothing, and Auto Scaling ends the wait at its cap. */
  readonly until: number
}

/** A time long past: our hook has ended, and whatever keeps the instance waiting is no business of ours. */
const ENDED = 0

/**
 * Keeps in mind which instances wait, for a minute in which nothing can be read. Those that the incomplete listing of
 * their group does not show may still wait.
 */
export const noteWaiting = ({ waiting }: Environment, { instances, unread }: GroupInstances): void => {
  const before = new Map(waiting)
  const incomplete = new Set(unread.map((group) => group.autoScalingGroupName))
  for (const [instanceId, { autoScalingGroupName }] of before)
    if (!incomplete.has(autoScalingGroupName)) waiting.delete(instanceId)
  for (const { instanceId, autoScalingGroupName, state: lifecycleState } of instances) {
    if (!isWaiting(lifecycleState)) continue
    const known = before.get(instanceId)
    const isSameWait = known?.lifecycleState === lifecycleState
    waiting.set(instanceId, isSameWait ? known : { autoScalingGroupName, lifecycleState, until: Infinity })
  }
}

/** Once a drain has been looked at, its deadline is known; one that has ended needs no heartbeat. */
export const noteDrains = ({ waiting }: Environment, results: readonly Reconciled[]): void => {
  for (const reconciled of results) {
    const { facts, policy } = reconciled
    const known = waiting.get(facts.instanceId)
    if (known === undefined || facts.hook === undefined) continue
    // Other hooks may keep the instance waiting for long: an entry that says so is not made anew by the next resync.
    const until = hasEnded(reconciled) ? ENDED : contextOf(facts, facts.hook, policy).deadline
    waiting.set(facts.instanceId, { ...known, until })
  }
}

/** A completion that AWS refused, or put off, leaves the hook waiting; a heartbeat that comes too late tells of an end. */
const hasEnded = ({ decision, results, remedies = [] }: Reconciled): boolean => {
  const done = decision.actions.map((action, index) => ({ do: action.do, result: results[index] }))
  const tried = [...done, ...remedies]
  return (
    decision.verdict === 'ignore' ||
    tried.some(({ do: what, result }) => what === 'complete' && result === 'done') ||
    tried.some(({ result }) => result === 'already-over')
  )
}

/**
 * Beats the hook of every instance that waited when it was last seen. For a minute in which ECS, or Auto Scaling's other
 * calls, cannot be read: without it an outage of one of them would end every drain by the hook's timeout. Those that could be
 * `listed` are looked at instead.
 */
export const keepAlive = async (
  environment: Environment,
  listed: readonly LifecycleState[] = [],
): Promise<void> => {
  const { waiting, clock, actor, settings, telemetry } = environment
  if (settings.dryRun) return
  const looked = new Set(listed.map(({ instanceId }) => instanceId))
  for (const [instanceId, known] of waiting) {
    const { autoScalingGroupName, until } = known
    if (clock.now() >= until || looked.has(instanceId)) continue
    const hook = {
      autoScaling: actor.clients.autoScaling,
      instanceId,
      autoScalingGroupName,
      hookName: settings.hookName,
    }
    const answer = await beat(hook).catch((error: unknown) => asError(error))
    if (answer === 'already-over') waiting.set(instanceId, { ...known, until: ENDED })
    if (answer === 'done')
      telemetry.measure('HeartbeatsSent', 1, { AutoScalingGroupName: autoScalingGroupName })
    telemetry.logger.warn('Beat a hook without having looked', {
      instanceId,
      autoScalingGroupName,
      ...(answer instanceof Error ? { error: answer } : { result: answer }),
    })
  }
}
