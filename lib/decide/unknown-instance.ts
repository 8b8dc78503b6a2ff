import type { Decision, Outcome } from './decision.ts'
import { completion, decision, type DrainContext } from './drain-context.ts'
import type { DrainFacts } from './facts.ts'

/** How long an instance may take to register with ECS before its absence is believed: two looks so far apart. */
export const REGISTRATION_GRACE_SECONDS = 60

/**
 * The hook waits for a machine that the cluster does not know. It may never have registered, may register late, may
 * have been deregistered, or the stack may name the wrong cluster: then every instance is unknown, and releasing them
 * would lose requests without a trace.
 */
export const decideUnknownInstance = (drain: DrainContext): Decision => {
  const { facts } = drain
  if (facts.lifecycleState === 'Warmed:Terminating:Wait') return release(drain, 'nothing-to-move')
  if (facts.lifecycleState === 'Warmed:Pending:Wait' && !isOnItsWayBack(facts))
    return decision('ignore', 'not-waiting')
  if (facts.machine?.state === 'terminated') return release(drain, 'machine-terminated')
  if (isProvenAbsent(drain)) return release(drain, 'not-in-cluster')
  return facts.now >= drain.deadline
    ? decision('overdue', 'deadline', [completion(drain, 'deadline')])
    : decision('blocked', 'unknown-instance')
}

/**
 * Machines in a warm pool need not be in the cluster. One that enters the pool after its launch is in the same state as
 * one that goes back to it, which had work: only a message, or a termination in progress, says that our hook waits.
 */
const isOnItsWayBack = ({ announcedAt, action }: DrainFacts): boolean =>
  announcedAt !== undefined || action !== undefined

const isProvenAbsent = ({ facts, startedAt }: DrainContext): boolean => {
  const { registration, machine, now } = facts
  if (registration === undefined || !registration.clusterExists) return false
  if (now - registration.unknownSince < REGISTRATION_GRACE_SECONDS * 1_000) return false
  return registration.hasSibling || wasTooYoung(machine?.launchedAt, startedAt)
}

/** Terminated so soon after its launch that it never had the time to register. */
const wasTooYoung = (launchedAt: number | undefined, terminatedAt: number): boolean =>
  launchedAt !== undefined && terminatedAt - launchedAt < REGISTRATION_GRACE_SECONDS * 1_000

const release = (
  drain: DrainContext,
  because: Extract<Outcome, 'machine-terminated' | 'not-in-cluster' | 'nothing-to-move'>,
) => decision('release', because, [completion(drain, because)])
