import type { Decision } from './decision.ts'
import type { DrainContext } from './drain.ts'

/** How long an instance may take to register with ECS before its absence is believed: two looks so far apart. */
export const REGISTRATION_GRACE_SECONDS = 60

/**
 * The hook waits for a machine that the cluster does not know. It may never have registered, may register late, may
 * have been deregistered, or the stack may name the wrong cluster: then every instance is unknown, and releasing them
 * would lose requests without a trace.
 */
export const decideUnknownInstance = (drain: DrainContext): Decision => {
  const { facts } = drain
  if (facts.machine?.state === 'terminated') return release(drain, 'machine-terminated')
  if (isProvenAbsent(drain)) return release(drain, 'not-in-cluster')
  return facts.now >= drain.deadline
    ? { verdict: 'overdue', because: 'deadline', actions: [complete(drain, 'deadline')] }
    : { verdict: 'blocked', because: 'unknown-instance', actions: [] }
}

const isProvenAbsent = ({ facts, startedAt }: DrainContext): boolean => {
  const { registration, machine, now } = facts
  if (registration === undefined || !registration.clusterExists) return false
  if (now - registration.unknownSince < REGISTRATION_GRACE_SECONDS * 1_000) return false
  return registration.hasSibling || wasTooYoung(machine?.launchedAt, startedAt)
}

/** Terminated so soon after its launch that it never had the time to register. */
const wasTooYoung = (launchedAt: number | undefined, terminatedAt: number): boolean =>
  launchedAt !== undefined && terminatedAt - launchedAt < REGISTRATION_GRACE_SECONDS * 1_000

const release = (drain: DrainContext, because: 'machine-terminated' | 'not-in-cluster'): Decision => ({
  verdict: 'release',
  because,
  actions: [complete(drain, because)],
})

const complete = (drain: DrainContext, outcome: 'machine-terminated' | 'not-in-cluster' | 'deadline') =>
  ({ do: 'complete', outcome, startedAt: drain.startedAt }) as const
