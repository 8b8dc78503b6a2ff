import { deadlineOf, isBeatDue } from './deadline.ts'
import type { Action, Because, Decision, Verdict } from './decision.ts'
import type { ContainerInstanceFacts, DrainFacts, HookFacts } from './facts.ts'
import { recall, type DrainMemory, type WrittenMemory } from './memory.ts'
import { decideOrphan } from './orphan.ts'
import type { DrainPolicy } from './policy.ts'
import { isStopped, longestStopLeadSeconds, tasksToStop } from './stop-tasks.ts'
import { decideUnknownInstance } from './unknown-instance.ts'

/**
 * How long after DRAINING an empty listing is believed. Reads of ECS are eventually consistent and our clock differs
 * from AWS's; both together are assumed to stay below this.
 */
export const SETTLE_SECONDS = 5

/** One after another, look-again messages never go past this: Lambda drops a chain of about 16. */
export const HOP_LIMIT = 3

/** Between two tasks of one service: time for a quick replacement, and twice within the margin. */
const STAGGER_SECONDS = 15

/** Resync comes this often. What is due before it comes again is looked at when it is due. */
const RESYNC_SECONDS = 60

/** Only this state means that our hook can be waiting for a termination. */
export const WAITING_STATE = 'Terminating:Wait'

/** A drain whose hook waits: what all its rules need. */
export interface DrainContext {
  readonly facts: DrainFacts
  readonly hook: HookFacts
  readonly startedAt: number
  readonly deadline: number
  /** Absent: nothing is remembered of this action. */
  readonly memory?: WrittenMemory
}

/** Decides about one instance that a signal or resync named. Pure: the same facts and policy, the same decision. */
export const decideDrain = (facts: DrainFacts, policy: DrainPolicy): Decision => {
  if (facts.lifecycleState !== WAITING_STATE) return decideNotWaiting(facts)
  if (facts.hook === undefined) return decision('ignore', 'hook-missing')
  const drain = contextOf(facts, facts.hook, policy)
  if (drain.memory?.isEnded) return decision('ignore', 'already-ended')
  const decided = decideWaiting(drain, policy)
  return withHeartbeat(decided, drain)
}

/** The drain behind the facts: its memory, if that belongs to this action, and its deadline. */
export const contextOf = (facts: DrainFacts, hook: HookFacts, policy: DrainPolicy): DrainContext => {
  const memory = recall(facts.containerInstance?.memory, facts.action)
  const startedAt = facts.action?.startedAt ?? memory?.actionStartedAt ?? facts.announcedAt ?? facts.now
  const deadline = deadlineOf(startedAt, hook, policy)
  return { facts, hook, startedAt, deadline, ...(memory && { memory }) }
}

const decideNotWaiting = (facts: DrainFacts): Decision => {
  if (facts.lifecycleState === undefined) return decideUnknownToGroup(facts)
  const orphan = decideOrphan(facts)
  if (orphan !== undefined) return orphan
  return isNewerThanShown(facts) && facts.hop < HOP_LIMIT
    ? decision('wait', 'not-yet-shown', [lookAgain(facts, SETTLE_SECONDS)])
    : decision('ignore', 'not-waiting')
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

const decideWaiting = (drain: DrainContext, policy: DrainPolicy): Decision => {
  const { containerInstance, machine } = drain.facts
  if (containerInstance === undefined || containerInstance.status === 'INACTIVE')
    return decideUnknownInstance(drain)
  if (machine?.state === 'terminated') return releaseGhost(drain, containerInstance)
  if (isDone(drain, containerInstance)) return finish(drain, containerInstance)
  if (drain.facts.now >= drain.deadline) return decision('overdue', 'deadline', completion(drain, 'deadline'))
  if (containerInstance.status === 'ACTIVE') return start(drain, containerInstance)
  if (containerInstance.status !== 'DRAINING') return decision('wait', 'not-yet-drainable')
  if (drain.memory === undefined) return adopt(drain, containerInstance)
  return decideLeaving(drain, { containerInstance, memory: drain.memory, policy })
}

/** The machine is gone while ECS still lists it: deregistered by force, so that ECS replaces its ghost tasks. */
const releaseGhost = (drain: DrainContext, { arn }: ContainerInstanceFacts): Decision =>
  decision('release', 'machine-terminated', [
    { do: 'deregister', containerInstanceArn: arn },
    ...completion(drain, 'machine-terminated'),
  ])

/** DRAINING for the settle time, both counters 0, and every task that was listed is STOPPED. All in this look. */
const isDone = (drain: DrainContext, containerInstance: ContainerInstanceFacts): boolean =>
  containerInstance.status === 'DRAINING' &&
  isSettled(drain) &&
  hasNoCountedTasks(containerInstance) &&
  drain.facts.tasks !== undefined &&
  drain.facts.tasks.every(isStopped)

export const isSettled = ({ facts, memory }: DrainContext): boolean =>
  memory !== undefined && facts.now - memory.drainingSince >= SETTLE_SECONDS * 1_000

/** Counters above 0 are proof enough that the drain goes on; 0 proves nothing, see `ContainerInstanceFacts`. */
export const hasNoCountedTasks = (containerInstance: ContainerInstanceFacts): boolean =>
  containerInstance.runningTasksCount === 0 && containerInstance.pendingTasksCount === 0

const finish = (drain: DrainContext, { arn }: ContainerInstanceFacts): Decision => {
  const { memory, hook } = drain
  const isStillKept = memory !== undefined && hook.hasCompanions
  return decision('finish', 'all-tasks-stopped', [
    ...completion(drain, 'drained'),
    ...(isStillKept ? [remember(arn, { ...memory, isEnded: true })] : []),
  ])
}

const completion = (
  drain: DrainContext,
  outcome: 'drained' | 'deadline' | 'machine-terminated',
): readonly Action[] => {
  const since = drain.memory?.drainingSince ?? drain.startedAt
  const stops = (drain.facts.tasks ?? []).flatMap(({ stoppedAt = 0 }) =>
    stoppedAt >= since ? [stoppedAt] : [],
  )
  const lastTaskStoppedAt =
    outcome === 'drained' && stops.length > 0 ? { lastTaskStoppedAt: Math.max(...stops) } : {}
  return [{ do: 'complete', outcome, startedAt: drain.startedAt, ...lastTaskStoppedAt }]
}

const start = (drain: DrainContext, { arn }: ContainerInstanceFacts): Decision =>
  decision('start', 'hook-waits', [
    { do: 'set-draining', containerInstanceArn: arn },
    remember(arn, firstMemory(drain, 'us')),
    { do: 'look-again', delaySeconds: SETTLE_SECONDS, hop: 1 },
  ])

/** Found DRAINING with nothing remembered: by somebody else, or by us just before we died. It settles from now. */
const adopt = (drain: DrainContext, { arn }: ContainerInstanceFacts): Decision =>
  decision('wait', 'adopted', [
    remember(arn, firstMemory(drain, 'others')),
    { do: 'look-again', delaySeconds: SETTLE_SECONDS, hop: 1 },
  ])

const firstMemory = ({ facts, startedAt }: DrainContext, drainedBy: 'us' | 'others'): DrainMemory => ({
  actionStartedAt: startedAt,
  cause: facts.action?.cause ?? 'unknown',
  lastBeatAt: startedAt,
  drainingSince: 'when-written',
  drainedBy,
  isEnded: false,
})

interface LeavingOptions {
  readonly containerInstance: ContainerInstanceFacts
  readonly memory: WrittenMemory
  readonly policy: DrainPolicy
}

const decideLeaving = (drain: DrainContext, options: LeavingOptions): Decision => {
  const { facts } = drain
  if (!isSettled(drain)) return settle(drain)
  const kept = keepStopLead(facts, options)
  const stops = options.policy.onDeadline === 'stop-tasks' ? stopsOf(drain) : []
  if (stops.length > 0) return decision('overdue', 'time-to-stop-tasks', [...stops, ...kept])
  const because = hasNoCountedTasks(options.containerInstance) ? 'tasks-stopping' : 'tasks-running'
  return decision('wait', because, [...kept, ...lookWhenDue(drain, options)])
}

/** The time to stop tasks, or the deadline, comes before the next resync does. */
const lookWhenDue = (
  { facts, deadline }: DrainContext,
  { memory, policy }: LeavingOptions,
): readonly Action[] => {
  const lead = memory.stopLeadSeconds ?? (facts.services && longestStopLeadSeconds(facts.tasks ?? []))
  const stopTime = policy.onDeadline === 'stop-tasks' && lead !== undefined ? [deadline - 1_000 * lead] : []
  const due = Math.min(...[...stopTime, deadline].filter((time) => time > facts.now))
  const delaySeconds = Math.ceil((due - facts.now) / 1_000)
  return delaySeconds <= RESYNC_SECONDS && facts.hop < HOP_LIMIT ? [lookAgain(facts, delaySeconds)] : []
}

/** Only a look-again that came early asks for another: whoever set DRAINING has already asked for the first. */
const settle = ({ facts }: DrainContext): Decision =>
  decision(
    'wait',
    'settling',
    facts.hop > 0 && facts.hop < HOP_LIMIT ? [lookAgain(facts, SETTLE_SECONDS)] : [],
  )

/** After the first close look, remembers how early tasks must be stopped, so that later looks can stay cheap. */
const keepStopLead = (
  facts: DrainFacts,
  { containerInstance, memory }: LeavingOptions,
): readonly Action[] => {
  if (facts.services === undefined || facts.tasks === undefined) return []
  if (memory.stopLeadSeconds !== undefined) return []
  return [
    remember(containerInstance.arn, { ...memory, stopLeadSeconds: longestStopLeadSeconds(facts.tasks) }),
  ]
}

const stopsOf = ({ facts, deadline }: DrainContext): readonly Action[] => {
  if (facts.services === undefined || facts.tasks === undefined) return []
  const stopped = tasksToStop({ now: facts.now, deadline, tasks: facts.tasks, services: facts.services })
  const stops = stopped.map(({ arn }): Action => ({ do: 'stop-task', taskArn: arn }))
  const isMoreToStop = facts.tasks.filter((task) => !isStopped(task)).length > stopped.length
  const again =
    stops.length > 0 && isMoreToStop && facts.hop < HOP_LIMIT ? [lookAgain(facts, STAGGER_SECONDS)] : []
  return [...stops, ...again]
}

const lookAgain = (facts: DrainFacts, delaySeconds: number): Action => ({
  do: 'look-again',
  delaySeconds,
  hop: facts.hop + 1,
})

/** Adds a heartbeat, and the memory of it, to a decision that leaves the hook waiting. */
const withHeartbeat = (decided: Decision, drain: DrainContext): Decision => {
  const { facts, hook, memory, startedAt, deadline } = drain
  const ends = decided.actions.some((action) => action.do === 'complete')
  const isDue = isBeatDue({ now: facts.now, lastBeatAt: memory?.lastBeatAt ?? startedAt, hook })
  if (ends || !isDue || facts.now >= deadline) return decided
  return { ...decided, actions: [{ do: 'heartbeat' }, ...rememberBeat(decided.actions, drain)] }
}

/** The moment of the beat goes into the memory that the decision writes anyway, or into a write of its own. */
const rememberBeat = (actions: readonly Action[], { facts, memory }: DrainContext): readonly Action[] => {
  const isWritten = actions.some((action) => action.do === 'remember')
  if (isWritten)
    return actions.map((action) =>
      action.do === 'remember' ? { ...action, memory: { ...action.memory, lastBeatAt: facts.now } } : action,
    )
  const arn = facts.containerInstance?.arn
  return memory === undefined || arn === undefined
    ? actions
    : [remember(arn, { ...memory, lastBeatAt: facts.now }), ...actions]
}

const remember = (containerInstanceArn: string, memory: DrainMemory): Action => ({
  do: 'remember',
  containerInstanceArn,
  memory,
})

const decision = (verdict: Verdict, because: Because, actions: readonly Action[] = []): Decision => ({
  verdict,
  because,
  actions,
})
