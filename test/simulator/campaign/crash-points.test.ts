import { describe, expect, it } from '@jest/globals'

import { chooseAwaits, countKinds, type Await } from '../../../simulator/campaign/crash-points.ts'

const awaitsOf = (...kinds: readonly string[]): readonly Await[] =>
  kinds.map((kind, index) => ({
    number: index + 1,
    atSeconds: index,
    kind,
    isInDrain: kind.startsWith('drain'),
  }))

const awaits = awaitsOf('resync', 'resync', 'drain', 'drain', 'capacity', 'drain', 'drain', 'drain', 'resync')
const numbers = (most: number): readonly number[] => chooseAwaits(awaits, most).map(({ number }) => number)

describe('the awaits at which a process is killed', () => {
  it('are all of them where nothing else is asked for', () => {
    expect(chooseAwaits(awaits, Infinity)).toEqual(awaits)
    expect(chooseAwaits(awaits, awaits.length)).toEqual(awaits)
  })

  it('are the first of each kind before any other', () => {
    expect(countKinds(awaits)).toBe(3)
    expect(numbers(3)).toEqual([1, 3, 5])
  })

  it('are beside those some in drains, spread evenly', () => {
    expect(numbers(5)).toEqual([1, 3, 4, 5, 7])
  })

  it('are spread over the kinds where these are too many', () => {
    expect(numbers(2)).toHaveLength(2)
    expect(new Set(chooseAwaits(awaits, 2).map(({ kind }) => kind)).size).toBe(2)
  })
})
