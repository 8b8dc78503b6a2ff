import type { DrainMemory } from './memory.ts'

/** What to do about one instance, as data. Logged with its facts in one line. */
export interface Decision {
  readonly verdict: Verdict
  readonly because: Because
  readonly actions: readonly Action[]
}

export type Verdict = 'start' | 'wait' | 'blocked' | 'finish' | 'overdue' | 'release' | 'ignore'

export type Because =
  // start
  | 'hook-waits'
  // wait
  | 'adopted'
  | 'settling'
  | 'tasks-running'
  | 'tasks-stopping'
  | 'not-yet-shown'
  | 'not-yet-drainable'
  // blocked
  | 'unknown-instance'
  // finish
  | 'all-tasks-stopped'
  // overdue
  | 'time-to-stop-tasks'
  | 'deadline'
  // release
  | 'machine-terminated'
  | 'not-in-cluster'
  | 'orphan'
  // ignore
  | 'not-in-group'
  | 'not-waiting'
  | 'hook-missing'
  | 'already-ended'

/** How a drain ended; a dimension of DrainsCompleted. */
export type Outcome = 'drained' | 'deadline' | 'machine-terminated' | 'not-in-cluster'

/** One repeatable change of the world. The order in a decision is the order in which they are done. */
export type Action =
  | { readonly do: 'set-draining'; readonly containerInstanceArn: string }
  | { readonly do: 'set-active'; readonly containerInstanceArn: string }
  | { readonly do: 'remember'; readonly containerInstanceArn: string; readonly memory: DrainMemory }
  | { readonly do: 'forget'; readonly containerInstanceArn: string }
  | { readonly do: 'heartbeat' }
  | { readonly do: 'stop-task'; readonly taskArn: string }
  | { readonly do: 'deregister'; readonly containerInstanceArn: string }
  | {
      readonly do: 'complete'
      readonly outcome: Outcome
      readonly startedAt: number
      readonly lastTaskStoppedAt?: number
    }
  | { readonly do: 'look-again'; readonly delaySeconds: number; readonly hop: number }
