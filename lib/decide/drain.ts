import { isEveryTaskListed } from './accounting.ts'
import { isBeatDue } from './deadline.ts'
import type { Decision } from './decision.ts'
import {
  comesBack,
  completes,
  completion,
  contextOf,
  decision,
  isSettled,
  isWaiting,
  lastBeatOf,
  notYetShown,
  remember,
  rememberToo,
  withNotice,
  type DrainContext,
} from './drain-context.ts'
import type { ContainerInstanceFacts, DrainFacts } from './facts.ts'
import { decideLeaving } from './leaving.ts'
import type { DrainMemory } from './memory.ts'
import { decideGoing, decideReplacing } from './notice.ts'
import { decideOrphan } from './orphan.ts'
import type { DrainPolicy } from './policy.ts'
import { isAllStopped } from './stop-tasks.ts'
import { adopt, firstMemory, start } from './starting.ts'
import { decideUnknownInstance } from './unknown-instance.ts'

/** Decides about one instance that a signal or resync named. Pure: the same facts and policy, the same decision. */
export const decideDrain = (facts: DrainFacts, policy: DrainPolicy): Decision => {
  if (!isWaiting(facts.lifecycleState)) return decideNotWaiting(facts, policy)
  if (facts.hook === undefined) return decision('ignore', 'hook-missing')
  const drain = contextOf(facts, facts.hook, policy)
  if (drain.memory?.isEnded) return decision('ignore', 'already-ended')
  return withHeartbeat(withNotice(withEnd(decideWaiting(drain), drain), drain), drain)
}

const decideNotWaiting = (facts: DrainFacts, policy: DrainPolicy): Decision => {
  if (facts.lifecycleState === undefined) return decideUnknownToGroup(facts)
  const special = decideGoing(facts, policy) ?? decideOrphan(facts) ?? decideReplacing(facts, policy)
  if (special !== undefined) return special
  const notYet = isNewerThanShown(facts) ? notYetShown(facts) : undefined
  return notYet ?? decision('ignore', 'not-waiting')
}

/**
 * A machine that left while its agent was silent stays listed in ECS, DRAINING and with ghost tasks, until somebody
 * deregisters it. What carries our memory is ours to clear away.
 */
const decideUnknownToGroup = ({ autoScalingGroupName, containerInstance, machine }: DrainFacts): Decision =>
  autoScalingGroupName !== undefined &&
  containerInstance?.memory !== undefined &&
  machine?.state === 'terminated'
    ? decision('release', 'machine-terminated', [
        { do: 'deregister', containerInstanceArn: containerInstance.arn },
      ])
    : decision('ignore', 'not-in-group')

/** A message says that the hook waits, and Auto Scaling's answer is of a time before that. */
const isNewerThanShown = ({ announcedAt, lifecycleState, now }: DrainFacts): boolean =>
  announcedAt !== undefined &&
  now - announcedAt < STALE_ANSWER_SECONDS * 1_000 &&
  (lifecycleState === 'InService' || lifecycleState === 'Terminating')

/** A message older than this that still contradicts Auto Scaling is simply old. */
const STALE_ANSWER_SECONDS = 60

const decideWaiting = (drain: DrainContext): Decision => {
  const { containerInstance, machine } = drain.facts
  if (containerInstance === undefined || containerInstance.status === 'INACTIVE')
    return decideUnknownInstance(drain)
  if (machine?.state === 'terminated') return releaseGhost(drain, containerInstance)
  if (isAsleep(drain.facts))
    return decision('release', 'nothing-to-move', [completion(drain, 'nothing-to-move')])
  if (isDone(drain, containerInstance)) return finish(drain)
  if (drain.facts.now >= drain.deadline) return giveUp(drain)
  if (containerInstance.status === 'ACTIVE') return start(drain, containerInstance)
  if (containerInstance.status !== 'DRAINING') return decision('wait', 'not-yet-drainable')
  if (drain.memory === undefined) return adopt(drain, containerInstance)
  return decideLeaving(drain, { containerInstance, memory: drain.memory })
}

/** The machine is gone while ECS still lists it: deregistered by force, so that ECS replaces its ghost tasks. */
const releaseGhost = (drain: DrainContext, { arn }: ContainerInstanceFacts): Decision =>
  decision('release', 'machine-terminated', [
    { do: 'deregister', containerInstanceArn: arn },
    completion(drain, 'machine-terminated'),
  ])

/** It leaves a warm pool in which it was stopped: no task can run on it. */
const isAsleep = ({ lifecycleState, machine }: DrainFacts): boolean =>
  lifecycleState === 'Warmed:Terminating:Wait' && machine?.state === 'stopped'

/** DRAINING for the settle time, and everything STOPPED with nothing missing. All in this look, but for one count before it. */
const isDone = (drain: DrainContext, containerInstance: ContainerInstanceFacts): boolean =>
  containerInstance.status === 'DRAINING' &&
  isSettled(drain) &&
  isAllStopped(drain.facts, containerInstance) &&
  isEveryTaskListed(drain)

/** Whoever set DRAINING, nobody else will set back an instance that our hook held on its way. */
const OURS = { drainedBy: 'us' } as const

const finish = (drain: DrainContext): Decision =>
  decision('finish', 'all-tasks-stopped', [completion(drain, 'drained')])

/** ABANDON keeps the instance only where its group says so; elsewhere it would even skip the hooks of others. */
const giveUp = (drain: DrainContext): Decision => {
  const isRetained = drain.policy.onDeadline === 'retain' && drain.hook.retainsAbandoned
  return decision('overdue', 'deadline', [completion(drain, isRetained ? 'retained' : 'deadline')])
}

/** An instance that outlives our hook, in a pool or under the hooks of others, must be known to have been drained. */
const withEnd = (decided: Decision, drain: DrainContext): Decision => {
  const { facts, hook } = drain
  const { containerInstance } = facts
  const memory = drain.memory ?? memoryToLive(drain)
  const isCleared = decided.actions.some((action) => action.do === 'deregister')
  const outlivesHook = hook.hasCompanions || comesBack(facts)
  if (
    !completes(decided) ||
    isCleared ||
    !outlivesHook ||
    memory === undefined ||
    containerInstance === undefined
  )
    return decided
  const ended = { ...memory, ...(comesBack(facts) && OURS), isEnded: true }
  return { ...decided, actions: [...decided.actions, remember(containerInstance.arn, ended)] }
}

/** Nobody could write down who drained it; it comes back all the same, and has to be set back then. */
const memoryToLive = (drain: DrainContext): DrainMemory | undefined =>
  comesBack(drain.facts) && drain.facts.containerInstance?.status === 'DRAINING'
    ? firstMemory(drain, 'us')
    : undefined

/** Adds a heartbeat, and the memory of it, to a decision that leaves the hook waiting: none does past the deadline. */
const withHeartbeat = (decided: Decision, drain: DrainContext): Decision => {
  const { facts, hook } = drain
  const ends = decided.verdict === 'ignore' || completes(decided)
  const isDue = isBeatDue({ now: facts.now, lastBeatAt: lastBeatOf(drain), hook })
  if (ends || !isDue) return decided
  return {
    ...decided,
    actions: [{ do: 'heartbeat' }, ...rememberToo(decided.actions, drain, { lastBeatAt: facts.now })],
  }
}
