import { describe, expect, it } from '@jest/globals'

import { causeOf } from '../../../lib/observe/scaling-activities.ts'

describe('the cause of a termination', () => {
  it('of a scale-in is never taken for another because of the name of an alarm or of a policy', () => {
    const prose =
      'At 2026-11-20T09:00:00Z a monitor alarm TargetTracking-ecs-spot-web-AlarmLow in state ALARM triggered policy ' +
      'spot-web changing the desired capacity from 4 to 3. At 2026-11-20T09:00:10Z an instance was taken out of ' +
      'service in response to a difference between desired and actual capacity, shrinking the capacity from 4 to 3.'
    expect(causeOf(prose)).toBe('scale-in')
  })

  it('that nobody knows is unknown', () => {
    expect(causeOf('')).toBe('unknown')
  })
})
