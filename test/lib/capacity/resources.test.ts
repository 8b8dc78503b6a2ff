import { describe, expect, it } from '@jest/globals'

import {
  dominantShare,
  leastOf,
  minus,
  mostOf,
  plus,
  slotsIn,
  sumOf,
  times,
} from '../../../lib/capacity/resources.ts'
import { capacityReservation, withinStep } from '../../../lib/capacity/reservation.ts'
import type { Resources } from '../../../lib/capacity/snapshot.ts'

const of = (cpu: number, memory: number, gpu: number, enis: number): Resources => ({ cpu, memory, gpu, enis })
const one = of(10, 200, 3, 40)
const other = of(20, 100, 6, 30)

describe('resources', () => {
  it('are added, multiplied and compared each for itself', () => {
    expect(plus(one, other)).toEqual(of(30, 300, 9, 70))
    expect(sumOf([one, other, one])).toEqual(of(40, 500, 12, 110))
    expect(times(3, one)).toEqual(of(30, 600, 9, 120))
    expect(leastOf([one, other])).toEqual(of(10, 100, 3, 30))
    expect(leastOf([other, one, of(5, 500, 5, 50)])).toEqual(of(5, 100, 3, 30))
    expect(mostOf([one, other])).toEqual(of(20, 200, 6, 40))
  })

  it('are none where there is nothing to add or compare', () => {
    for (const none of [sumOf([]), leastOf([]), mostOf([])]) expect(none).toEqual(of(0, 0, 0, 0))
  })

  it('are taken away down to nothing, and not below', () => {
    expect(minus(one, other)).toEqual(of(0, 100, 0, 10))
    expect(minus(other, one)).toEqual(of(10, 0, 3, 0))
  })
})

describe('a task goes in', () => {
  const left = of(1_000, 200, 4, 3)

  it.each([
    ['as often as CPU allows', of(128, 1, 0, 0), 7],
    ['as often as memory allows', of(128, 128, 0, 0), 1],
    ['as often as GPUs allow', of(1, 1, 3, 0), 1],
    ['as often as interfaces allow', of(1, 1, 0, 1), 3],
    ['not at all where one is short', of(1, 1, 5, 1), 0],
    ['as often as twice as many interfaces allow', of(1, 1, 0, 2), 1],
    ['just so', of(1_000, 200, 4, 3), 1],
    ['without end where it needs nothing', of(0, 0, 0, 0), Infinity],
  ])('%s', (_, need, count) => {
    expect(slotsIn(left, need)).toBe(count)
  })

  it.each([
    [of(0, 1, 0, 0), 200],
    [of(1, 0, 0, 0), 1_000],
  ])('as often as what it needs allows, though there is nothing of the rest: %j', (need, count) => {
    const some = { cpu: need.cpu * 1_000, memory: need.memory * 200 }
    expect(slotsIn({ ...of(0, 0, 0, 0), ...some }, need)).toBe(count)
  })

  it('not where there is less than nothing left', () => {
    expect(slotsIn(of(-5, 200, 0, 0), of(1, 1, 0, 0))).toBe(0)
  })
})

describe('the largest share that a task takes of any resource', () => {
  it.each([
    ['CPU', of(500, 1, 1, 0), 0.5],
    ['memory', of(500, 150, 1, 0), 0.75],
    ['GPU', of(500, 150, 4, 0), 1],
    ['interface', of(1, 1, 0, 9), 3],
    ['nothing at all', of(0, 0, 0, 0), 0],
  ])('%s', (_, need, share) => {
    expect(dominantShare(need, of(1_000, 200, 4, 3))).toBe(share)
  })

  it('is more than any other where the whole has none of it', () => {
    expect(dominantShare(of(1, 0, 1, 0), of(1, 1, 0, 0))).toBe(Number.MAX_SAFE_INTEGER)
    expect(dominantShare(of(0, 0, 0, 0), of(0, 0, 0, 0))).toBe(0)
  })
})

describe('what a look adds', () => {
  it.each([
    [0, 0],
    [-1, 0],
    [1, 2],
    [2, 2],
    [3, 3],
    [5, 5],
    [6, 5],
  ])('where %d are needed, in steps of 2 to 5: %d', (needed, added) => {
    expect(withinStep(needed, { min: 2, max: 5 })).toBe(added)
  })

  it('shows as a reservation that says how much of what is there is needed', () => {
    expect(capacityReservation(1, 0)).toBe(200)
    expect(capacityReservation(0, 0)).toBe(100)
    expect(capacityReservation(0, 2)).toBe(0)
    expect(capacityReservation(3, 2)).toBe(150)
  })
})
