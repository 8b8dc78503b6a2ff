import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts } from '../../../lib/decide/facts.ts'
import { policyWith } from '../../lib/decide/facts-of.ts'

export const policy = policyWith()

/** The line that today's code would log about these facts, with whatever a test changes in it. */
export const loggedLine = (facts: DrainFacts, changes: Record<string, unknown> = {}): string => {
  const decision = decideDrain(facts, policy)
  const results = decision.actions.map(() => 'done')
  return JSON.stringify({
    level: 'INFO',
    message: 'Decided on an instance',
    timestamp: '2026-11-20T09:00:00.000Z',
    service: 'ebbtide',
    cluster: 'web',
    instanceId: facts.instanceId,
    decision,
    results,
    facts,
    policy,
    ...changes,
  })
}
