import {
  DescribeScalingActivitiesCommand,
  type Activity,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling'
import { during } from '../aws/errors.ts'
import type { ActionFacts } from '../decide/facts.ts'
import type { Memo } from './memo.ts'

/** A minute: the time between two resyncs. An instance cannot leave a termination and enter another in less. */
export const TERMINATION_MEMO_MS = 59_000

/** Activities come newest first, 100 a page; a termination that still waits is at most 48 hours old. */
const MAX_PAGES = 20

interface TerminationQuestion {
  readonly autoScaling: AutoScalingClient
  readonly memo: Memo<ActionFacts>
  readonly autoScalingGroupName: string
  readonly instanceIds: readonly string[]
}

/**
 * The terminations in progress of these instances of one group, by instance id. An instance without one is absent:
 * AWS may list the activity a moment after the hook began to wait.
 */
export const readTerminations = async (
  question: TerminationQuestion,
): Promise<ReadonlyMap<string, ActionFacts>> => {
  const known = new Map<string, ActionFacts>()
  for (const id of question.instanceIds) {
    const remembered = question.memo.get(id)
    if (remembered !== undefined) known.set(id, remembered)
  }
  const wanted = new Set(question.instanceIds.filter((id) => !known.has(id)))
  const found = wanted.size === 0 ? [] : await findTerminations(question, wanted)
  for (const [id, action] of found) question.memo.set(id, action)
  return new Map([...known, ...found])
}

const findTerminations = async (
  { autoScaling, autoScalingGroupName }: TerminationQuestion,
  wanted: ReadonlySet<string>,
): Promise<readonly (readonly [string, ActionFacts])[]> => {
  const found = new Map<string, ActionFacts>()
  let NextToken: string | undefined
  for (let page = 0; page < MAX_PAGES && found.size < wanted.size; page += 1) {
    const command = new DescribeScalingActivitiesCommand({
      AutoScalingGroupName: autoScalingGroupName,
      MaxRecords: 100,
      NextToken,
    })
    const answer = await during(`describing scaling activities of ${autoScalingGroupName}`, () =>
      autoScaling.send(command),
    )
    for (const activity of answer.Activities ?? []) collect(activity, { wanted, found })
    NextToken = answer.NextToken
    if (NextToken === undefined || NextToken === '') break
  }
  return [...found]
}

const collect = (
  activity: Activity,
  { wanted, found }: { readonly wanted: ReadonlySet<string>; readonly found: Map<string, ActionFacts> },
): void => {
  const id = TERMINATING.exec(activity.Description ?? '')?.[1]
  if (id === undefined || !wanted.has(id) || found.has(id) || isEnded(activity)) return
  if (activity.StartTime === undefined) return
  found.set(id, { startedAt: activity.StartTime.getTime(), cause: causeOf(activity.Cause ?? '') })
}

/** `Terminating EC2 instance: i-0123456789abcdef0`, with more words behind it for some causes. */
const TERMINATING = /^Terminating EC2 instance: (i-[0-9a-f]+)/

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
  [/spot/i, 'spot'],
  [/rebalance recommendation|capacity rebalanc/i, 'capacity-rebalancing'],
  [/to balance|rebalanc/i, 'zone-rebalancing'],
  [/health.?check/i, 'health'],
  [/taken out of service in response to a user request/i, 'user'],
  [/difference between desired and actual capacity/i, 'scale-in'],
]
