import { isDeepStrictEqual } from 'node:util'

import { decideDrain } from '../../lib/decide/drain.ts'
import type { DrainPolicy } from '../../lib/decide/policy.ts'
import type { PastDecision } from './logged-decision.ts'
import type { Log, NumberedDecision } from './read-log.ts'

/** How a log fares under today's code. */
export interface DecidedAgain {
  readonly linesRead: number
  readonly decidedAgain: number
  readonly equal: number
  readonly different: readonly Difference[]
  readonly unreadable: Log['unreadable']
}

/** One decision that would be another today. */
export interface Difference {
  readonly line: number
  readonly instanceId: string
  /** When the look began, milliseconds since 1970. */
  readonly at: number
  readonly before: PastDecision
  readonly after: PastDecision
}

/**
 * Decides every logged look again, from the facts of that moment and with today's code. The policy is the one that was
 * logged, but for what `changes` replaces.
 */
export const decideAgain = (log: Log, changes: Partial<DrainPolicy>): DecidedAgain => {
  const different = log.decisions.flatMap((decision) => differenceOf(decision, changes) ?? [])
  return {
    linesRead: log.lineCount,
    decidedAgain: log.decisions.length,
    equal: log.decisions.length - different.length,
    different,
    unreadable: log.unreadable,
  }
}

const differenceOf = (logged: NumberedDecision, changes: Partial<DrainPolicy>): Difference | undefined => {
  const { facts, policy, decision: before, line } = logged
  const after = asLogged(decideDrain(facts, { ...policy, ...changes }))
  if (isDeepStrictEqual(before, after)) return undefined
  return { line, instanceId: facts.instanceId, at: facts.now, before, after }
}

/** As it would stand in a log. */
const asLogged = (decision: object): PastDecision => JSON.parse(JSON.stringify(decision)) as PastDecision
