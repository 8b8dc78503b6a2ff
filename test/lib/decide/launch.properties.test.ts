import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { decideLaunch, type LaunchDecision, type LaunchFacts } from '../../../lib/decide/launch.ts'
import { launchFacts } from './arbitrary-facts.ts'

const LAUNCH_TIMEOUT_SECONDS = 600

const always = (says: (decided: LaunchDecision, facts: LaunchFacts) => void): void =>
  fc.assert(
    fc.property(launchFacts, (facts) =>
      says(decideLaunch(facts, { launchTimeoutSeconds: LAUNCH_TIMEOUT_SECONDS }), facts),
    ),
    { numRuns: 1_000 },
  )

const resultOf = ({ actions }: LaunchDecision) =>
  actions.flatMap((action) => (action.do === 'complete-launch' ? [action.result] : []))

describe('every decision about a launch', () => {
  it('gives a machine up only late, and only where the cluster knows others of its group but not this one', () => {
    always((decided, { now, startedAt, containerInstance, isClusterOfGroup }) => {
      if (!resultOf(decided).includes('ABANDON')) return
      expect(now - startedAt).toBeGreaterThanOrEqual(1_000 * LAUNCH_TIMEOUT_SECONDS)
      expect([containerInstance, isClusterOfGroup]).toEqual([undefined, true])
    })
  })

  it('lets a machine into service before its time only when ECS can use it', () => {
    always((decided, { now, startedAt, lifecycleState, containerInstance, missingDaemons = [] }) => {
      const isEarly = now - startedAt < 1_000 * LAUNCH_TIMEOUT_SECONDS && lifecycleState === 'Pending:Wait'
      if (!isEarly || !resultOf(decided).includes('CONTINUE')) return
      expect(containerInstance).toMatchObject({ status: 'ACTIVE', agentConnected: true })
      expect(missingDaemons).toEqual([])
    })
  })

  it('never holds a machine for longer than its time, nor beats when it lets it go', () => {
    always((decided, { now, startedAt, lifecycleState, hook }) => {
      const isLate = now - startedAt >= 1_000 * LAUNCH_TIMEOUT_SECONDS
      if (isLate && lifecycleState === 'Pending:Wait' && hook !== undefined)
        expect(resultOf(decided)).toHaveLength(1)
      expect(decided.actions.length).toBeLessThanOrEqual(1)
    })
  })

  it('does nothing about an instance that it ignores, and something about one that it lets go', () => {
    always(({ verdict, actions }) => {
      if (verdict === 'ignore') expect(actions).toEqual([])
      if (verdict === 'finish' || verdict === 'overdue')
        expect(actions.map((action) => action.do)).toEqual(['complete-launch'])
    })
  })

  it('is the same after it was logged and read back', () => {
    always((decided, facts) => {
      const logged = JSON.parse(JSON.stringify(facts)) as LaunchFacts
      expect(decideLaunch(logged, { launchTimeoutSeconds: LAUNCH_TIMEOUT_SECONDS })).toEqual(decided)
    })
  })
})
