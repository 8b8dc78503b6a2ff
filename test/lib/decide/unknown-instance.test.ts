import { describe, expect, it } from '@jest/globals'

import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts } from '../../../lib/decide/facts.ts'
import { active, at, factsAt, policyWith, START, without } from './facts-of.ts'

const unknown = (seconds: number, changes: Partial<DrainFacts> = {}): DrainFacts => ({
  ...without(factsAt(seconds), 'containerInstance'),
  ...changes,
})

const decide = (facts: DrainFacts) => {
  const { verdict, because, actions } = decideDrain(facts, policyWith())
  return { says: `${verdict}: ${because}`, actions }
}

const complete = (outcome: string) => [{ do: 'complete', outcome, startedAt: START }]

const proven = { clusterExists: true, hasSibling: true, unknownSince: START }

describe('the hook of an instance that the cluster does not know', () => {
  it.each(['Terminating:Wait', 'ReplacingRootVolume:Wait', 'Warmed:Pending:Wait'])(
    'waits in %s until it is proven',
    (lifecycleState) => {
      expect(decide(unknown(60, { lifecycleState })).says).toBe('blocked: unknown-instance')
      expect(decide(unknown(60, { lifecycleState, registration: proven }))).toEqual({
        says: 'release: not-in-cluster',
        actions: complete('not-in-cluster'),
      })
    },
  )

  it('ends at the deadline all the same, and says so', () => {
    expect(decide(unknown(3_600))).toEqual({ says: 'overdue: deadline', actions: complete('deadline') })
  })

  it('ends when EC2 says that the machine is terminated', () => {
    expect(decide(unknown(5, { machine: { state: 'terminated' } }))).toEqual({
      says: 'release: machine-terminated',
      actions: complete('machine-terminated'),
    })
  })

  it('waits also where ECS still lists what was deregistered', () => {
    expect(decide(factsAt(60, { containerInstance: active({ status: 'INACTIVE' }) })).says).toBe(
      'blocked: unknown-instance',
    )
  })

  it.each([
    ['launched less than a minute before', -59.999, 'release: not-in-cluster'],
    ['launched a minute before', -60, 'blocked: unknown-instance'],
  ])('of the first machine of a group, %s its end', (_, launched, says) => {
    const registration = { ...proven, hasSibling: false }
    const machine = { state: 'running', launchedAt: at(launched) }
    expect(decide(unknown(60, { registration, machine })).says).toBe(says)
    expect(decide(unknown(60, { registration, machine: { state: 'running' } })).says).toBe(
      'blocked: unknown-instance',
    )
  })
})

describe('the hook of an instance of a warm pool that the cluster does not know', () => {
  it.each([
    ['ends when it leaves the pool for good', 'Warmed:Terminating:Wait', {}, 'release: nothing-to-move'],
    [
      'waits for proof when a message says that it waits: the machine had work',
      'Warmed:Pending:Wait',
      { announcedAt: START },
      'blocked: unknown-instance',
    ],
    ['is left alone where nothing says that it waits', 'Warmed:Pending:Wait', {}, 'ignore: not-waiting'],
  ])('%s', (_, lifecycleState, changes, says) => {
    const facts = without(unknown(60, { lifecycleState, ...changes }), 'action')
    expect(decide(facts).says).toBe(says)
  })
})
