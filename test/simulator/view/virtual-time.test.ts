import { describe, expect, it } from '@jest/globals'

import { inWords, timeStamp } from '../../../simulator/view/virtual-time.ts'

describe('virtual time', () => {
  it.each([
    [0, '+00:00:00'],
    [408_999, '+00:06:48'],
    [100 * 3_600_000, '+100:00:00'],
  ])('stamps %i ms as %s', (elapsedMs, stamp) => {
    expect(timeStamp(elapsedMs)).toBe(stamp)
  })

  it.each([
    [0, '0 s'],
    [0.419, '0.4 s'],
    [42.4, '42 s'],
    [59.9, '1 min'],
    [60, '1 min'],
    [342.344, '5 min 42 s'],
    [3_599.9, '1 h'],
    [3_600, '1 h'],
    [7_512, '2 h 5 min'],
  ])('puts %d s into the words %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words)
  })
})
