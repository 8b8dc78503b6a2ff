import { deadlineOf } from './deadline.ts'
import type { Action, Because, Decision, Outcome, Verdict } from './decision.ts'
import type { ContainerInstanceFacts, DrainFacts, HookFacts, LastNotice, Notice } from './facts.ts'
import { recall, type DrainMemory, type WrittenMemory } from './memory.ts'
import type { DrainPolicy } from './policy.ts'

/** How old an answer of AWS may be: reads are eventually consistent, and AWS gives no bound. */
export const STALENESS_SECONDS = 3

/** How far our clock may differ from AWS's, or from that of another of our environments. */
export const CLOCK_SKEW_SECONDS = 2

/** How long after DRAINING an empty listing is believed. Staleness and clock skew together are assumed to stay below this. */
export const SETTLE_SECONDS = STALENESS_SECONDS + CLOCK_SKEW_SECONDS

/** One after another, look-again messages never go past this: Lambda drops a chain of about 16. */
export const HOP_LIMIT = 3

/** Resync comes this often. What is due before it comes again is looked at when it is due. */
export const RESYNC_SECONDS = 60

/** From a Spot interruption warning, or that of a capacity reservation, until EC2 takes the machine ("Spot Instance interruption notices"). */
export const NOTICE_SECONDS = 120

/**
 * Only in these states can our termination hook be waiting: on the way out, back into a warm pool, out of the pool for
 * good, or onto a new root volume.
 */
export const waitingStates = [
  'Terminating:Wait',
  'Warmed:Pending:Wait',
  'Warmed:Terminating:Wait',
  'ReplacingRootVolume:Wait',
] as const

export const isWaiting = (lifecycleState: string | undefined): boolean =>
  waitingStates.some((state) => state === lifecycleState)

/** The machine lives on after our hook: it comes back from the pool, or with a new root volume. */
export const comesBack = ({ lifecycleState }: DrainFacts): boolean =>
  lifecycleState === 'Warmed:Pending:Wait' || lifecycleState === 'ReplacingRootVolume:Wait'

/** A drain whose hook waits: what all its rules need. */
export interface DrainContext {
  readonly facts: DrainFacts
  readonly policy: DrainPolicy
  readonly hook: HookFacts
  readonly startedAt: number
  readonly deadline: number
  /** Absent: nothing is remembered of this action. */
  readonly memory?: WrittenMemory
}

/** The drain behind the facts: its memory, if that belongs to this action, and its deadline. */
export const contextOf = (facts: DrainFacts, hook: HookFacts, policy: DrainPolicy): DrainContext => {
  const memory = memoryOf(facts)
  const startedAt = startOf(facts, memory)
  const ordinary = deadlineOf(startedAt, hook, policy)
  const noticeAt = noticedAt(facts, policy, memory)
  const deadline = noticeAt === undefined ? ordinary : Math.min(ordinary, noticeAt + 1_000 * NOTICE_SECONDS)
  return { facts, policy, hook, startedAt, deadline, ...(memory && { memory }) }
}

/**
 * What is remembered of this action. On an ACTIVE instance memory is void: its drain is over, or has not begun. While no
 * activity is listed, memory may be of an earlier action: it proves neither a start nor an end.
 */
const memoryOf = ({ containerInstance, action, unlistedSince }: DrainFacts): WrittenMemory | undefined => {
  if (containerInstance?.status !== 'DRAINING') return undefined
  const memory = recall(containerInstance.memory, action)
  return memory === undefined || unlistedSince === undefined ? memory : { ...memory, isEnded: false }
}

const startOf = (facts: DrainFacts, memory: WrittenMemory | undefined): number => {
  const { action, announcedAt, unlistedSince, now } = facts
  if (action !== undefined) return action.startedAt
  return (
    (unlistedSince === undefined ? memory?.actionStartedAt : undefined) ?? announcedAt ?? unlistedSince ?? now
  )
}

/** The machine goes within two minutes, whatever its group does. */
export const isLastNotice = (notice: Notice | undefined): notice is Notice & LastNotice =>
  notice?.kind === 'spot' || notice?.kind === 'capacity'

/** Undefined: there is no notice, or one that leaves the group time. */
const lastNoticeOf = ({ notice }: DrainFacts): LastNotice | undefined =>
  isLastNotice(notice) ? { kind: notice.kind, at: notice.at } : undefined

/** When AWS said that the machine goes within two minutes. Undefined: it did not, or the policy is to ignore it. */
export const noticedAt = (
  facts: DrainFacts,
  { spot }: DrainPolicy,
  memory: DrainMemory | undefined,
): number | undefined => {
  if (spot === 'off') return undefined
  const [known, told] = [memory?.noticedAt, lastNoticeOf(facts)?.at]
  const isAnother =
    known !== undefined && told !== undefined && told - known >= 1_000 * NOTICE_LIFETIME_SECONDS
  return isAnother ? told : (known ?? told)
}

/** A notice that was not followed by the end of the machine is forgotten after this. */
export const NOTICE_LIFETIME_SECONDS = 300

/** After a notice of two minutes what is left is stopped at half of them, so that targets deregister in time. */
export const NOTICE_STOP_SECONDS = 60

export const isTimeToStopForNotice = (
  facts: DrainFacts,
  policy: DrainPolicy,
  memory: DrainMemory | undefined,
): boolean => {
  const noticeAt = noticedAt(facts, policy, memory)
  return noticeAt !== undefined && facts.now >= noticeAt + 1_000 * NOTICE_STOP_SECONDS
}

/** Since when the hook waits may be unknown: then it may be due already. */
export const lastBeatOf = ({ facts, memory, startedAt, hook }: DrainContext): number => {
  const isStartKnown = facts.action !== undefined || facts.announcedAt !== undefined
  return memory?.lastBeatAt ?? (isStartKnown ? startedAt : facts.now - 1_000 * hook.heartbeatTimeoutSeconds)
}

/** Only one resync more comes before the hook's timeout: a beat that failed is tried again sooner than that. */
export const isLastBeatNear = (drain: DrainContext): boolean =>
  drain.facts.now - lastBeatOf(drain) >= 1_000 * (drain.hook.heartbeatTimeoutSeconds - 2 * RESYNC_SECONDS)

export const isSettled = ({ facts, memory }: Pick<DrainContext, 'facts' | 'memory'>): boolean =>
  memory !== undefined && facts.now - memory.drainingSince >= SETTLE_SECONDS * 1_000

/** Counters above 0 are proof enough that the drain goes on; 0 proves nothing, see `ContainerInstanceFacts`. */
export const hasNoCountedTasks = (containerInstance: ContainerInstanceFacts): boolean =>
  countedTasks(containerInstance) === 0

export const countedTasks = ({ runningTasksCount, pendingTasksCount }: ContainerInstanceFacts): number =>
  runningTasksCount + pendingTasksCount

export const decision = (verdict: Verdict, because: Because, actions: readonly Action[] = []): Decision => ({
  verdict,
  because,
  actions,
})

export const remember = (containerInstanceArn: string, memory: DrainMemory): Action => ({
  do: 'remember',
  containerInstanceArn,
  memory,
})

/** The actions, with something more to remember: in the memory that they write anyway, or in a write of its own. */
export const rememberToo = (
  actions: readonly Action[],
  { facts, memory }: Pick<DrainContext, 'facts' | 'memory'>,
  more: Partial<DrainMemory>,
): readonly Action[] => {
  const isWritten = actions.some((action) => action.do === 'remember')
  if (isWritten)
    return actions.map((action) =>
      action.do === 'remember' ? { ...action, memory: { ...action.memory, ...more } } : action,
    )
  const arn = facts.containerInstance?.arn
  return memory === undefined || arn === undefined
    ? actions
    : [remember(arn, { ...memory, ...more }), ...actions]
}

/** A warning that comes while a drain is on its way is in this one look only, so it is remembered. */
export const withNotice = (
  decided: Decision,
  { facts, policy, memory }: Pick<DrainContext, 'facts' | 'policy' | 'memory'>,
): Decision => {
  const at = noticedAt(facts, policy, memory)
  return at === undefined || memory === undefined || memory.noticedAt === at || completes(decided)
    ? decided
    : { ...decided, actions: rememberToo(decided.actions, { facts, memory }, { noticedAt: at }) }
}

export const completes = ({ actions }: Decision): boolean =>
  actions.some((action) => action.do === 'complete')

/**
 * Only a look-again that came early asks for another: whoever set DRAINING has already asked for the first. That one was told
 * of no notice that came since.
 */
export const settle = ({ facts }: Pick<DrainContext, 'facts'>): Decision => {
  const isAsked = facts.hop > 0 || lastNoticeOf(facts) !== undefined
  return decision('wait', 'settling', isAsked ? lookAgain(facts, SETTLE_SECONDS) : [])
}

export const lookAgain = (facts: DrainFacts, delaySeconds: number): readonly Action[] =>
  facts.hop < HOP_LIMIT ? [askAgain(facts, delaySeconds, facts.hop + 1)] : []

/** AWS is about to show what a message has told already. Undefined: it has been waited for long enough. */
export const notYetShown = (facts: DrainFacts): Decision | undefined =>
  facts.hop < HOP_LIMIT ? decision('wait', 'not-yet-shown', lookAgain(facts, SETTLE_SECONDS)) : undefined

/** Asks for another look, which is told what this one was told. */
export const askAgain = (facts: DrainFacts, delaySeconds: number, hop: number): Action => {
  const notice = lastNoticeOf(facts)
  return { do: 'look-again', delaySeconds, hop, ...(notice && { notice }) }
}

/** Completes the hook, saying how the drain ended and, where a task stopped during it, when the last one did. */
export const completion = (drain: DrainContext, outcome: Outcome): Action => {
  const since = drain.memory?.drainingSince ?? drain.startedAt
  const stops = (drain.facts.tasks ?? []).flatMap(({ stoppedAt = 0 }) =>
    stoppedAt >= since ? [stoppedAt] : [],
  )
  const lastTaskStoppedAt =
    outcome === 'drained' && stops.length > 0 ? { lastTaskStoppedAt: Math.max(...stops) } : {}
  return { do: 'complete', outcome, startedAt: drain.startedAt, ...lastTaskStoppedAt }
}
