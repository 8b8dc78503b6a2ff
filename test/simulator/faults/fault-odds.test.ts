import { describe, expect, it } from '@jest/globals'

import { Random } from '../../../simulator/engine/random.ts'
import { drawFaultOdds, type FaultLevel, type FaultOdds } from '../../../simulator/faults/fault-odds.ts'

const chancesOf = ({ bucketShare, ...odds }: FaultOdds): readonly number[] => [
  ...Object.values(odds).flatMap((of) => (typeof of === 'number' ? [of] : Object.values<number>(of))),
  1 - bucketShare,
]

const chancesFor = (seed: number) => ({
  random: new Random(seed),
  badMessages: new Random(seed, 'bad'),
  untimelyWakes: new Random(seed, 'untimely'),
})

const drawn = (level: FaultLevel): readonly FaultOdds[] =>
  Array.from({ length: 300 }, (_, seed) => drawFaultOdds(chancesFor(seed), level))

describe('the odds of a run', () => {
  it('are all zero without faults', () => {
    expect(
      drawn('none')
        .flatMap(chancesOf)
        .every((chance) => chance === 0),
    ).toBe(true)
  })

  it('are chances, some of them switched off and some wild in the same run', () => {
    const runs = drawn('heavy').map(chancesOf)
    expect(runs.flat().every((chance) => chance >= 0 && chance <= 1)).toBe(true)
    expect(runs.every((chances) => chances.includes(0))).toBe(true)
    expect(runs.filter((chances) => chances.some((chance) => chance > 0.5)).length).toBeGreaterThan(30)
  })

  it('are those of the seed, and another seed has others', () => {
    const [one, same, other] = [7, 7, 8].map((seed) => drawFaultOdds(chancesFor(seed), 'heavy'))
    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
  })

  it('are smaller when little is to go wrong', () => {
    const sum = (level: FaultLevel) =>
      drawn(level)
        .flatMap(chancesOf)
        .reduce((total, chance) => total + chance)
    expect(sum('light')).toBeLessThan(sum('heavy') / 3)
  })
})
