import { isBeatDue } from './deadline.ts'
import type { ContainerInstanceFacts, HookFacts } from './facts.ts'

/** Everything that a decision about an instance on its way into service rests on. Times as in `DrainFacts`. */
export interface LaunchFacts {
  readonly now: number
  readonly instanceId: string
  readonly autoScalingGroupName: string
  readonly lifecycleState: string
  /** Our launch hook on the group. Absent: the group has none of our hook's name. */
  readonly hook?: HookFacts
  /** When the launch began or, as long as no scaling activity names the instance, when it was first seen. */
  readonly startedAt: number
  /** A scaling activity names the launch. On the way back with a new root volume none does. */
  readonly isListed: boolean
  /** Absent: the agent has not registered. */
  readonly containerInstance?: ContainerInstanceFacts
  /** ECS has the cluster of the stack, and it knows another instance of the group. Absent: not asked. */
  readonly isClusterOfGroup?: boolean
  /** Daemons that want a task on this instance and have none running there. Absent: not asked. */
  readonly missingDaemons?: readonly string[]
}

export interface LaunchPolicy {
  readonly launchTimeoutSeconds: number
}

/** What to do about a launch, as data. */
export interface LaunchDecision {
  readonly verdict: 'wait' | 'finish' | 'overdue' | 'ignore'
  readonly because: LaunchBecause
  readonly actions: readonly LaunchAction[]
}

type LaunchBecause =
  | 'booting'
  | 'agent-disconnected'
  | 'daemons-missing'
  | 'ready'
  | 'warming'
  | 'never-registered'
  | 'not-ready-in-time'
  | 'not-waiting'
  | 'hook-missing'

export type LaunchAction =
  | { readonly do: 'heartbeat' }
  | { readonly do: 'complete-launch'; readonly result: 'CONTINUE' | 'ABANDON'; readonly startedAt: number }

/**
 * Decides about an instance that a launch hook holds. It goes into service when ECS can use it: ACTIVE, its agent
 * connected, and the daemons meant for it running.
 *
 * After the timeout only a machine whose agent never registered, while those of its siblings did, is given up. A broken daemon image, or an agent that
 * flaps, must never keep a cluster from growing, so such a machine goes into service all the same, and an alarm says so.
 */
export const decideLaunch = (facts: LaunchFacts, policy: LaunchPolicy): LaunchDecision => {
  if (facts.lifecycleState === 'Warmed:Pending:Wait') return complete(facts, 'finish', 'warming')
  if (facts.lifecycleState !== 'Pending:Wait')
    return { verdict: 'ignore', because: 'not-waiting', actions: [] }
  if (facts.hook === undefined) return { verdict: 'ignore', because: 'hook-missing', actions: [] }
  const lack = lackOf(facts)
  if (lack === undefined) return complete(facts, 'finish', 'ready')
  if (isTimeUp(facts, policy))
    return complete(facts, 'overdue', isProvenAbsent(facts) ? 'never-registered' : 'not-ready-in-time')
  return { verdict: 'wait', because: lack, actions: beat(facts, facts.hook) }
}

/** Only then is it asked whether the cluster is that of the group. */
export const isTimeUp = (
  { now, startedAt }: Pick<LaunchFacts, 'now' | 'startedAt'>,
  { launchTimeoutSeconds }: LaunchPolicy,
): boolean => now - startedAt >= 1_000 * launchTimeoutSeconds

/** What the instance still lacks. Undefined: nothing. */
const lackOf = ({ containerInstance, missingDaemons = [] }: LaunchFacts) => {
  if (containerInstance === undefined) return 'booting'
  if (containerInstance.status !== 'ACTIVE' || !containerInstance.agentConnected) return 'agent-disconnected'
  return missingDaemons.length > 0 ? 'daemons-missing' : undefined
}

/** A cluster that knows no instance of the group may be the wrong one, and then every launch would be given up. */
const isProvenAbsent = ({ containerInstance, isClusterOfGroup }: LaunchFacts): boolean =>
  containerInstance === undefined && isClusterOfGroup === true

/**
 * Nothing can be remembered of a machine that ECS does not know, so once a beat is due each look beats. Where nobody says
 * since when the hook waits, it may be due already.
 */
const beat = (facts: LaunchFacts, hook: HookFacts): readonly LaunchAction[] =>
  !facts.isListed || isBeatDue({ now: facts.now, lastBeatAt: facts.startedAt, hook })
    ? [{ do: 'heartbeat' }]
    : []

const complete = (
  facts: LaunchFacts,
  verdict: 'finish' | 'overdue',
  because: 'ready' | 'warming' | 'never-registered' | 'not-ready-in-time',
): LaunchDecision => ({
  verdict,
  because,
  actions: [
    {
      do: 'complete-launch',
      result: because === 'never-registered' ? 'ABANDON' : 'CONTINUE',
      startedAt: facts.startedAt,
    },
  ],
})
