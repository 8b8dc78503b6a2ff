import type { LifecycleTransition } from './journey.ts'

export type ActionResult = 'CONTINUE' | 'ABANDON'

/** A lifecycle hook as it stands on a group. */
export interface LifecycleHook {
  readonly name: string
  readonly transition: LifecycleTransition
  readonly heartbeatTimeoutSeconds: number
  readonly defaultResult: ActionResult
  /** Its own target beside EventBridge; undefined: EventBridge alone. */
  readonly target: HookTarget | undefined
  readonly metadata: string | undefined
}

export interface HookTarget {
  readonly arn: string
  readonly roleArn: string | undefined
}

/** Bounds and defaults of `PutLifecycleHook` (API reference). */
export const LEAST_HEARTBEAT_TIMEOUT_SECONDS = 30
export const MOST_HEARTBEAT_TIMEOUT_SECONDS = 7_200
export const DEFAULT_HEARTBEAT_TIMEOUT_SECONDS = 3_600
export const DEFAULT_RESULT: ActionResult = 'ABANDON'

/** Heartbeats hold an instance for at most 48 hours or 100 times the heartbeat timeout, whichever is less. */
const MOST_WAIT_SECONDS = 172_800
const MOST_WAIT_HEARTBEATS = 100

/** "Quotas for Amazon EC2 Auto Scaling". */
export const MOST_HOOKS_PER_GROUP = 50

export const globalTimeoutSeconds = (heartbeatTimeoutSeconds: number): number =>
  Math.min(MOST_WAIT_SECONDS, MOST_WAIT_HEARTBEATS * heartbeatTimeoutSeconds)
