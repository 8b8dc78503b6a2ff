import { describe, expect, it } from '@jest/globals'
import { Random } from '../../../simulator/engine/random.ts'
import { uuid } from '../../../simulator/engine/uuid.ts'

const draw = (random: Random): number[] => Array.from({ length: 8 }, () => random.integer(0, 1_000_000))

describe('seeded chance', () => {
  it('answers the same for the same seed and stream, and differently for any other', () => {
    expect(draw(new Random(5, 'sqs'))).toEqual(draw(new Random(5, 'sqs')))
    expect(draw(new Random(5, 'sqs'))).not.toEqual(draw(new Random(6, 'sqs')))
    expect(draw(new Random(5, 'sqs'))).not.toEqual(draw(new Random(5, 'lambda')))
    expect(draw(new Random(5))).not.toEqual(draw(new Random(5 + 2 ** 32)))
  })

  it('spreads whole numbers evenly over both bounds', () => {
    const random = new Random(1)
    const counts = new Map<number, number>()
    for (let turn = 0; turn < 6_000; turn += 1) {
      const value = random.integer(1, 6)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6])
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  })

  it('never gives what has no chance and always what is certain', () => {
    const random = new Random(2)
    const outcomes = Array.from({ length: 1_000 }, () => [random.chance(0), random.chance(1)])
    expect(outcomes.every(([never, always]) => never === false && always === true)).toBe(true)
  })

  it('makes ids in the form of a version 4 UUID, each of them new', () => {
    const random = new Random(3)
    const ids = Array.from({ length: 100 }, () => uuid(random))
    expect(new Set(ids).size).toBe(100)
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
