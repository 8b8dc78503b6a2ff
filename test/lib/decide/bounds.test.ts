import { describe, expect, it } from '@jest/globals'

import { isDeadlock, isOutage, roomWithin } from '../../../lib/decide/bounds.ts'

describe('the room that deployment bounds leave a drain', () => {
  it.each([
    { desired: 4, min: 50, max: 200, least: 2, most: 8, stopFirst: 2, startFirst: 4, deadlock: false },
    { desired: 2, min: 75, max: 200, least: 2, most: 4, stopFirst: 0, startFirst: 2, deadlock: false },
    { desired: 3, min: 100, max: 125, least: 3, most: 3, stopFirst: 0, startFirst: 0, deadlock: true },
    { desired: 4, min: 100, max: 200, least: 4, most: 8, stopFirst: 0, startFirst: 4, deadlock: false },
    { desired: 4, min: 100, max: 100, least: 4, most: 4, stopFirst: 0, startFirst: 0, deadlock: true },
    { desired: 1, min: 50, max: 100, least: 1, most: 1, stopFirst: 0, startFirst: 0, deadlock: true },
    { desired: 3, min: 50, max: 100, least: 2, most: 3, stopFirst: 1, startFirst: 0, deadlock: false },
    { desired: 10, min: 90, max: 110, least: 9, most: 11, stopFirst: 1, startFirst: 1, deadlock: false },
    { desired: 2, min: 100, max: 150, least: 2, most: 3, stopFirst: 0, startFirst: 1, deadlock: false },
    { desired: 1, min: 0, max: 100, least: 0, most: 1, stopFirst: 1, startFirst: 0, deadlock: false },
  ])('desired $desired, minimum $min %, maximum $max %', ({ desired, min, max, deadlock, ...room }) => {
    const bounds = { desiredCount: desired, minimumHealthyPercent: min, maximumPercent: max }
    expect(roomWithin(bounds)).toEqual(room)
    expect(isDeadlock(bounds)).toBe(deadlock)
  })

  it('is an outage by design where the only task may be stopped before its replacement starts', () => {
    expect(isOutage({ desiredCount: 1, minimumHealthyPercent: 0, maximumPercent: 100 })).toBe(true)
    expect(isOutage({ desiredCount: 1, minimumHealthyPercent: 0, maximumPercent: 200 })).toBe(false)
    expect(isOutage({ desiredCount: 4, minimumHealthyPercent: 50, maximumPercent: 100 })).toBe(false)
  })

  it('is no deadlock where the service wants no task', () => {
    expect(isDeadlock({ desiredCount: 0, minimumHealthyPercent: 100, maximumPercent: 100 })).toBe(false)
  })
})
