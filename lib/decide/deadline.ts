import type { HookFacts } from './facts.ts'
import type { DrainPolicy } from './policy.ts'

/** The deadline stays this far inside the hook's global cap, so that our answer comes before Auto Scaling's own. */
export const GLOBAL_CAP_MARGIN_SECONDS = 60

/**
 * When patience ends: the action's start plus the drain timeout, or a minute before Auto Scaling's own limit for the
 * hook, whichever comes first. The hook waits from the action's start or somewhat later (a load balancer of the group
 * is drained before it), so counting its cap from the start is early, never late.
 */
export const deadlineOf = (startedAt: number, hook: HookFacts, policy: DrainPolicy): number =>
  startedAt +
  1_000 * Math.min(policy.drainTimeoutSeconds, hook.globalTimeoutSeconds - GLOBAL_CAP_MARGIN_SECONDS)

/**
 * A heartbeat is due after a third of the hook's timeout: two may be lost before the wait ends.
 * RecordLifecycleActionHeartbeat restarts the whole timeout from now. Resync comes a little earlier or later each minute,
 * so where a beat is due with nearly each resync a little early is due: every second beat would be left out otherwise.
 */
export const isBeatDue = (options: {
  readonly now: number
  readonly lastBeatAt: number
  readonly hook: HookFacts
}): boolean => {
  const seconds = options.hook.heartbeatTimeoutSeconds / BEATS_PER_TIMEOUT
  const dueSeconds = seconds < SHORT_SECONDS ? seconds - JITTER_SECONDS : seconds
  return options.now - options.lastBeatAt >= 1_000 * dueSeconds
}

const BEATS_PER_TIMEOUT = 3

/** Near one resync: a beat that just misses it would come with the next one, and one that is lost then ends the wait. */
const SHORT_SECONDS = 90

/** Cold starts and slow calls move a resync by seconds. */
const JITTER_SECONDS = 15
