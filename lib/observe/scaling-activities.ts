import type { Activity, AutoScalingClient } from '@aws-sdk/client-auto-scaling'

import type { ActionFacts } from '../decide/facts.ts'
import { activityPages } from './activity-pages.ts'
import type { Memo } from './memo.ts'

/**
 * A minute: the time between two resyncs. An instance that leaves a termination, or a launch, and enters another in less is in
 * another state; but where ABANDON retains, and there nothing is remembered.
 */
export const ACTIVITY_MEMO_MS = 59_000

/** Which way an instance goes. */
type Direction = 'terminating' | 'launching'

interface ActivityQuestion {
  readonly direction: Direction
  readonly autoScaling: AutoScalingClient
  /** Absent: nothing is remembered. */
  readonly memo?: Memo<ActionFacts>
  readonly autoScalingGroupName: string
  readonly instanceIds: readonly string[]
  /** What was remembered of an instance in another state is of another journey: out of a warm pool after one into it. Absent: all are in one state. */
  readonly lifecycleStates?: ReadonlyMap<string, string | undefined>
}

/**
 * The terminations, or launches, in progress of these instances of one group, by instance id. An instance without one is absent:
 * AWS may list the activity a moment after the hook began to wait.
 */
export const readActions = async (question: ActivityQuestion): Promise<ReadonlyMap<string, ActionFacts>> => {
  const known = new Map<string, ActionFacts>()
  for (const id of question.instanceIds) {
    const remembered = question.memo?.get(keyOf(question, id))
    if (remembered !== undefined) known.set(id, remembered)
  }
  const wanted = new Set(question.instanceIds.filter((id) => !known.has(id)))
  const found = wanted.size === 0 ? [] : await findActions(question, wanted)
  for (const [id, action] of found) question.memo?.set(keyOf(question, id), action)
  return new Map([...known, ...found])
}

const findActions = async (
  question: ActivityQuestion,
  wanted: ReadonlySet<string>,
): Promise<readonly (readonly [string, ActionFacts])[]> => {
  const found = new Map<string, ActionFacts>()
  // A termination that still waits is at most 48 hours old, and hardly as many pages back.
  for await (const page of activityPages(question)) {
    for (const activity of page) collect(activity, { direction: question.direction, wanted, found })
    if (found.size >= wanted.size) break
  }
  return [...found]
}

interface Search {
  readonly direction: Direction
  readonly wanted: ReadonlySet<string>
  readonly found: Map<string, ActionFacts>
}

const collect = (activity: Activity, { direction, wanted, found }: Search): void => {
  const id = DESCRIPTIONS[direction].exec(activity.Description ?? '')?.[1]
  if (id === undefined || !wanted.has(id) || found.has(id) || isEnded(activity)) return
  if (activity.StartTime === undefined) return
  found.set(id, { startedAt: activity.StartTime.getTime(), cause: causeOf(activity.Cause ?? '') })
}

/**
 * `Terminating EC2 instance: i-0123456789abcdef0`, with more words around the id for some causes. What AWS writes when
 * an instance goes back to a warm pool or gets a new root volume is not documented, so all that is no launch counts.
 */
const DESCRIPTIONS: Readonly<Record<Direction, RegExp>> = {
  terminating: /^(?!Launching\b)[^:]{0,200}: (i-[0-9a-f]+)/,
  launching: /^Launching\b[^:]{0,200}: (i-[0-9a-f]+)/,
}

const keyOf = ({ direction, lifecycleStates }: ActivityQuestion, instanceId: string): string =>
  `${direction} ${instanceId} ${lifecycleStates?.get(instanceId) ?? ''}`

const isEnded = ({ StatusCode }: Activity): boolean =>
  StatusCode === 'Successful' || StatusCode === 'Failed' || StatusCode === 'Cancelled'

/**
 * Why Auto Scaling terminates an instance, in one word, from the prose of the activity's `Cause`. The prose is not
 * documented and may change, so what is not recognised is `unknown` and nothing depends on it but reports.
 */
export const causeOf = (prose: string): string =>
  causes.find(([words]) => words.test(prose))?.[1] ?? 'unknown'

const causes: readonly (readonly [RegExp, string])[] = [
  [/instance refresh/i, 'instance-refresh'],
  [/max(imum)? instance lifetime/i, 'max-lifetime'],
  [/rebalance recommendation|capacity rebalanc/i, 'capacity-rebalancing'],
  [/to balance|rebalanc/i, 'zone-rebalancing'],
  [/health.?check/i, 'health'],
  [/taken out of service in response to a user request/i, 'user'],
  [/difference between desired and actual capacity/i, 'scale-in'],
  [/\bspot\b/i, 'spot'],
]
