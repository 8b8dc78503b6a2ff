import { describe, expect, it } from '@jest/globals'

import {
  taskTargetOf,
  type LoadMinute,
} from '../../../../simulator/aws/application-auto-scaling/task-target.ts'

const target = { minCapacity: 2, maxCapacity: 20, requestsPerTarget: 60, scaleInCooldownSeconds: 300 }

/** So many minutes with so many requests, while ten tasks are wanted. */
const minutesOf = (count: number, requests: number): readonly LoadMinute[] =>
  Array.from({ length: count }, () => ({ requests, desired: 10 }))

const taskCountAfter = (minutes: readonly LoadMinute[], secondsSinceScaleIn?: number): number =>
  taskTargetOf(target, {
    minutes,
    desired: 10,
    ...(secondsSinceScaleIn !== undefined && { secondsSinceScaleIn }),
  })

describe('target tracking on requests for each task', () => {
  it('scales out after three minutes above the target, to what the last one needs', () => {
    expect(taskCountAfter(minutesOf(2, 900))).toBe(10)
    expect(taskCountAfter([...minutesOf(2, 700), ...minutesOf(1, 901)])).toBe(16)
  })

  it('scales in after fifteen minutes below nine tenths of the target', () => {
    expect(taskCountAfter(minutesOf(14, 300))).toBe(10)
    expect(taskCountAfter(minutesOf(15, 300))).toBe(5)
    expect(taskCountAfter(minutesOf(15, 540))).toBe(10)
    expect(taskCountAfter([...minutesOf(1, 560), ...minutesOf(14, 300)])).toBe(10)
  })

  it('waits for the cooldown before it scales in again, and not before it scales out', () => {
    expect(taskCountAfter(minutesOf(15, 300), 299)).toBe(10)
    expect(taskCountAfter(minutesOf(15, 300), 300)).toBe(5)
    expect(taskCountAfter(minutesOf(15, 900), 10)).toBe(15)
  })

  it('keeps within its bounds', () => {
    expect(taskCountAfter(minutesOf(3, 6_000))).toBe(20)
    expect(taskCountAfter(minutesOf(15, 1))).toBe(2)
  })

  it('does nothing without data: a minute without a request has no datapoint', () => {
    expect(taskCountAfter([])).toBe(10)
    expect(taskCountAfter([...minutesOf(14, 300), ...minutesOf(1, 0)])).toBe(10)
  })
})
