import type { Action, Decision } from './decision.ts'
import {
  askAgain,
  comesBack,
  decision,
  isWaiting,
  remember,
  RESYNC_SECONDS,
  lookAgain,
  SETTLE_SECONDS,
  noticedAt,
  type DrainContext,
} from './drain-context.ts'
import type { ContainerInstanceFacts, DrainFacts, TaskFacts } from './facts.ts'
import { isOurDraining, parseMemory, type DrainMemory } from './memory.ts'

/** Sets DRAINING, unless tasks on the instance have asked to be left alone and there is time for it. */
export const start = (drain: DrainContext, containerInstance: ContainerInstanceFacts): Decision => {
  if (drain.facts.unread === 'protections' && drain.facts.now < putOffUntil(drain))
    return decision('wait', 'unread')
  const honoured = honouredTasks(drain)
  if (honoured.length === 0) return decision('start', 'hook-waits', startActions(drain, containerInstance))
  const about = honoured.map(({ arn }) => arn)
  return { ...decision('blocked', 'protected-task', lookWhenPutOffEnds(drain, honoured)), about }
}

/**
 * Found DRAINING with nothing remembered: by somebody else, or by us just before we died. It settles from now. Nobody but us
 * would set back an instance that our hook holds on its way back to life, so that one is ours whoever drained it.
 */
export const adopt = (drain: Beginning, containerInstance: ContainerInstanceFacts): Decision => {
  const isOurs = comesBack(drain.facts) || isLeftByUs(containerInstance, drain.facts.now)
  return decision('wait', 'adopted', settleActions(drain, containerInstance, isOurs ? 'us' : 'others'))
}

/** We were about to set DRAINING, and died before we could say that we had; or we did for a drain that has ended. */
const isLeftByUs = ({ memory }: ContainerInstanceFacts, now: number): boolean => {
  const written = parseMemory(memory ?? '')
  if (written === undefined || !(written.isIntent || written.isEnded)) return false
  return isOurDraining(written, now)
}

type Beginning = Pick<DrainContext, 'facts' | 'policy' | 'startedAt'>

/**
 * DRAINING first, memory second, and a look when it has settled. Where the instance may live on, memory says beforehand what
 * is meant: DRAINING without memory would be nobody's, if its hook ran out before the next look.
 */
export const startActions = (
  beginning: Beginning,
  containerInstance: ContainerInstanceFacts,
): readonly Action[] => [
  ...(mayLiveOn(beginning.facts)
    ? [remember(containerInstance.arn, { ...firstMemory(beginning, 'us'), isIntent: true })]
    : []),
  { do: 'set-draining', containerInstanceArn: containerInstance.arn },
  ...settleActions(beginning, containerInstance, 'us'),
]

/** A notice may come to nothing. */
const mayLiveOn = (facts: DrainFacts): boolean => comesBack(facts) || !isWaiting(facts.lifecycleState)

/** What is DRAINING is remembered, and looked at when it has settled. */
const settleActions = (
  beginning: Beginning,
  { arn }: ContainerInstanceFacts,
  drainedBy: DrainMemory['drainedBy'],
): readonly Action[] => [
  remember(arn, firstMemory(beginning, drainedBy)),
  askAgain(beginning.facts, SETTLE_SECONDS, 1),
]

/** What is remembered of a drain that has begun in this moment. A notice begins it where no termination has begun. */
export const firstMemory = (
  { facts, policy, startedAt }: Beginning,
  drainedBy: DrainMemory['drainedBy'],
): DrainMemory => {
  const noticeAt = noticedAt(facts, policy, undefined)
  return {
    actionStartedAt: facts.action === undefined ? (noticeAt ?? startedAt) : startedAt,
    cause: (noticeAt === undefined ? facts.action?.cause : facts.notice?.kind) ?? 'unknown',
    lastBeatAt: startedAt,
    drainingSince: 'when-written',
    drainedBy,
    isEnded: false,
    ...(noticeAt !== undefined && { noticedAt: noticeAt }),
  }
}

type ProtectedTask = Required<Pick<TaskFacts, 'arn' | 'protectedUntil'>>

/**
 * ECS ignores task protection when it drains, so honouring it means to put DRAINING off: until the protection ends, but
 * no longer than the reserve before the deadline, and never when the machine goes within minutes anyway.
 */
const honouredTasks = (drain: DrainContext): readonly ProtectedTask[] => {
  const { facts, policy } = drain
  if (policy.protectedTasks === 'ignore' || noticedAt(facts, policy, drain.memory) !== undefined) return []
  if (facts.now >= putOffUntil(drain)) return []
  return (facts.tasks ?? []).flatMap(({ arn, protectedUntil = 0 }) =>
    protectedUntil > facts.now ? [{ arn, protectedUntil }] : [],
  )
}

/** The latest moment at which DRAINING may still be put off. */
export const putOffUntil = ({ deadline, policy }: DrainContext): number =>
  deadline - 1_000 * policy.drainReserveSeconds

const lookWhenPutOffEnds = (drain: DrainContext, honoured: readonly ProtectedTask[]): readonly Action[] => {
  const ends = honoured.map(({ protectedUntil }) => protectedUntil)
  const due = Math.min(putOffUntil(drain), Math.max(...ends))
  const delaySeconds = Math.ceil((due - drain.facts.now) / 1_000)
  return delaySeconds <= RESYNC_SECONDS ? lookAgain(drain.facts, delaySeconds) : []
}
