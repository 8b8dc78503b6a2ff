import type { Action, Decision } from './decision.ts'
import {
  decision,
  hasNoCountedTasks,
  isSettled,
  lookAgain,
  NOTICE_LIFETIME_SECONDS,
  NOTICE_STOP_SECONDS,
  noticedAt,
  notYetShown,
  RESYNC_SECONDS,
  settle,
  withNotice,
  type DrainContext,
} from './drain-context.ts'
import type { ContainerInstanceFacts, DrainFacts } from './facts.ts'
import { recall, type WrittenMemory } from './memory.ts'
import type { DrainPolicy } from './policy.ts'
import { adopt, startActions } from './starting.ts'
import { isStaying } from './stop-tasks.ts'

/**
 * The machine goes within two minutes, and its group does not terminate it yet: DRAINING at once, and after half of them
 * what is left is stopped. An instance that ECS does not know may be about to register.
 *
 * Undefined: there is no such notice, or its policy is `off`, or nothing is to be done about it now.
 */
export const decideGoing = (facts: DrainFacts, policy: DrainPolicy): Decision | undefined => {
  const { containerInstance } = facts
  const isDraining = containerInstance?.status === 'DRAINING'
  const memory = isDraining ? memoryOfNotice(containerInstance) : undefined
  const noticeAt = noticedAt(facts, policy, memory)
  if (noticeAt === undefined || facts.now - noticeAt >= NOTICE_LIFETIME_SECONDS * 1_000) return undefined
  const isAtWork = isDraining || containerInstance?.status === 'ACTIVE'
  if (containerInstance === undefined || !isAtWork) return notYetShown(facts)
  const drain = { facts, policy, startedAt: noticeAt, ...(memory && { memory }) }
  if (!isDraining) return decision('start', 'notice', startActions(drain, containerInstance))
  if (memory === undefined) return adopt(drain, containerInstance)
  return withNotice(isSettled(drain) ? stopWhatIsLeft(drain, containerInstance) : settle(drain), drain)
}

/** A drain that has ended was another one, such as that before a new root volume: the notice begins one of its own. */
const memoryOfNotice = ({ memory }: ContainerInstanceFacts): WrittenMemory | undefined => {
  const recalled = recall(memory, undefined)
  return recalled?.isEnded ? undefined : recalled
}

const stopWhatIsLeft = (
  { facts, startedAt }: Pick<DrainContext, 'facts' | 'startedAt'>,
  containerInstance: ContainerInstanceFacts,
): Decision => {
  const stopAt = startedAt + 1_000 * NOTICE_STOP_SECONDS
  const waitSeconds = Math.ceil((stopAt - facts.now) / 1_000)
  if (waitSeconds > 0)
    return decision(
      'wait',
      'tasks-running',
      waitSeconds <= RESYNC_SECONDS ? lookAgain(facts, waitSeconds) : [],
    )
  const left = (facts.tasks ?? []).filter(isStaying)
  const stops = left.map(({ arn }): Action => ({ do: 'stop-task', taskArn: arn }))
  return stops.length > 0
    ? decision('overdue', 'time-to-stop-tasks', stops)
    : decision('wait', hasNoCountedTasks(containerInstance) ? 'tasks-stopping' : 'tasks-running')
}

/** AWS advises to leave the machine, or will soon change it: the group is asked for another. Undefined: not this one. */
export const decideReplacing = (
  { lifecycleState, notice, now }: DrainFacts,
  policy: DrainPolicy,
): Decision | undefined => {
  if (lifecycleState !== 'InService') return undefined
  if (notice?.kind === 'rebalance' && policy.rebalance === 'replace') return replace
  if (notice?.kind !== 'health' || policy.health === 'off') return undefined
  const isDue = notice.startsAt === undefined || now >= notice.startsAt - 1_000 * policy.drainTimeoutSeconds
  return isDue ? replace : decision('wait', 'not-yet-due')
}

const replace = decision('start', 'replacement-asked', [{ do: 'replace' }])
