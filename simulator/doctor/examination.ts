import type { Clients } from '../../lib/aws/clients.ts'
import type { Clock } from '../../lib/clock.ts'
import { findMistakes } from '../../lib/decide/findings/find-mistakes.ts'
import type { Finding } from '../../lib/decide/findings/finding.ts'
import type { DrainPolicy } from '../../lib/decide/policy.ts'
import { inspect, type GroupPolicy } from '../../lib/observe/inspection/inspect.ts'
import { MIN_HEARTBEAT_TIMEOUT_SECONDS, policyForTags } from '../../lib/settings.ts'
import { namesOf } from '../../deploy/names.ts'

/** What is examined: one cluster, its groups, and the drain timeout that the stack has or shall have. */
export interface Patient {
  readonly cluster: string
  readonly groups: readonly string[]
  readonly drainTimeoutSeconds: number
}

/** An account that can be asked, be it AWS or a simulated one. */
export interface Account {
  readonly clients: Clients
  readonly clock: Clock
}

/** Looks at a cluster and says what is wrong, most severe first. Nothing is changed. */
export const examine = async (
  { clients, clock }: Account,
  { cluster, groups, drainTimeoutSeconds }: Patient,
): Promise<readonly Finding[]> => {
  const { hook, launchHook, signalsQueue } = namesOf(cluster)
  const inspection = await inspect({
    clients,
    clock,
    cluster,
    groups,
    signalsQueueName: signalsQueue,
    expected: {
      hookName: hook,
      launchHookName: launchHook,
      leastHeartbeatTimeoutSeconds: MIN_HEARTBEAT_TIMEOUT_SECONDS,
    },
    policyOf: (tags) => groupPolicy(tags, drainTimeoutSeconds),
  })
  return findMistakes(inspection)
}

const groupPolicy = (tags: Readonly<Record<string, string>>, drainTimeoutSeconds: number): GroupPolicy => {
  const { policy, nonsense } = policyForTags({ ...widest, drainTimeoutSeconds }, tags)
  return { drainTimeoutSeconds: policy.drainTimeoutSeconds, tagProblems: nonsense }
}

/** The most that a stack allows, as its parameters are not known. No finding rests on it; tags are read against a whole policy. */
const widest: Omit<DrainPolicy, 'drainTimeoutSeconds'> = {
  onDeadline: 'stop-tasks',
  standaloneTasks: 'wait',
  protectedTasks: 'honour',
  drainReserveSeconds: 900,
  spot: 'drain',
  rebalance: 'replace',
  health: 'replace',
}
