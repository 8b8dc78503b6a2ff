import type { LastNotice } from './facts.ts'
import type { DrainMemory } from './memory.ts'

/** What to do about one instance, as data. Logged with its facts in one line. */
export interface Decision {
  readonly verdict: Verdict
  readonly because: Because
  readonly actions: readonly Action[]
  /** Which services or tasks it is about. Absent: the instance as a whole. */
  readonly about?: readonly string[]
  /** When it will end by itself. Absent: it will not, or nobody knows. */
  readonly until?: number
}

export type Verdict = 'start' | 'wait' | 'blocked' | 'finish' | 'overdue' | 'release' | 'ignore'

/** Why a drain will not end by itself; a dimension of DrainBlocked. */
export type Obstacle =
  | 'deployment-bounds'
  | 'no-capacity'
  | 'placement-constraint'
  | 'replacement-unhealthy'
  | 'standalone-task'
  | 'protected-task'
  | 'slow-stop'
  | 'agent-disconnected'
  | 'launch-suspended'
  | 'unknown-instance'

export type Because =
  | Obstacle
  // start
  | 'hook-waits'
  | 'notice'
  | 'replacement-asked'
  // wait
  | 'adopted'
  | 'settling'
  | 'tasks-running'
  | 'tasks-stopping'
  | 'not-yet-shown'
  | 'not-yet-drainable'
  | 'not-yet-due'
  | 'unread'
  // finish
  | 'all-tasks-stopped'
  | 'only-ignored-tasks-left'
  // overdue
  | 'time-to-stop-tasks'
  | 'deadline'
  // release
  | 'machine-terminated'
  | 'not-in-cluster'
  | 'orphan'
  | 'nothing-to-move'
  // ignore
  | 'not-in-group'
  | 'not-waiting'
  | 'hook-missing'
  | 'already-ended'

/** How a drain ended; a dimension of DrainsCompleted. */
export type Outcome =
  | 'drained'
  | 'deadline'
  | 'retained'
  | 'standalone-ignored'
  | 'nothing-to-move'
  | 'machine-terminated'
  | 'not-in-cluster'

/** One repeatable change of the world. The order in a decision is the order in which they are done. */
export type Action =
  | { readonly do: 'set-draining'; readonly containerInstanceArn: string }
  | { readonly do: 'set-active'; readonly containerInstanceArn: string }
  | { readonly do: 'remember'; readonly containerInstanceArn: string; readonly memory: DrainMemory }
  | { readonly do: 'forget'; readonly containerInstanceArn: string }
  | { readonly do: 'heartbeat' }
  /** Ask the group to replace the instance, which its hook then drains. */
  | { readonly do: 'replace' }
  | { readonly do: 'stop-task'; readonly taskArn: string }
  | { readonly do: 'deregister'; readonly containerInstanceArn: string }
  | {
      readonly do: 'complete'
      readonly outcome: Outcome
      readonly startedAt: number
      readonly lastTaskStoppedAt?: number
    }
  | {
      readonly do: 'look-again'
      readonly delaySeconds: number
      readonly hop: number
      /** Told on: memory of it may be lost, written over by a look that did not know. Absent: there is none. */
      readonly notice?: LastNotice
    }
