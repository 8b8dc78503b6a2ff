import { describe, expect, it } from '@jest/globals'

import { ReadBudget } from '../../../lib/scaling/read-budget.ts'
import { askedBy } from '../../../lib/scaling/measure-and-scale.ts'

const tick = { sentAt: 1_000, body: '{"source":"aws.events","detail-type":"Scheduled Event"}' }
const failure = { sentAt: 900, body: '{"source":"aws.ecs","detail-type":"ECS Service Action"}' }

describe('the reads of a large cluster', () => {
  it('are paid for before the next minute is measured, but not before a task without a place is heard', () => {
    const budget = new ReadBudget()
    expect(budget.intervalMs).toBe(60_000)
    budget.spend(0, 600)
    expect(budget.intervalMs).toBe(120_000)
    expect(budget.isFree(60_000, 'usual')).toBe(false)
    expect(budget.isFree(60_000, 'wanted')).toBe(true)
    budget.spend(60_000, 600)
    expect(budget.isFree(61_000, 'wanted')).toBe(false)
    expect(budget.isFree(120_000, 'wanted')).toBe(true)
    expect(budget.isFree(239_999, 'usual')).toBe(false)
    expect(budget.isFree(240_000, 'usual')).toBe(true)
  })

  it('are urgent when one message of a batch tells of a task without a place', () => {
    expect(askedBy([tick])).toEqual({ askedAt: 1_000, urgency: 'usual' })
    expect(askedBy([failure, tick])).toEqual({ askedAt: 1_000, urgency: 'wanted' })
  })
})
