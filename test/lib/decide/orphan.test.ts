import { describe, expect, it } from '@jest/globals'

import type { DrainFacts } from '../../../lib/decide/facts.ts'
import { decideOrphan, isOrphan } from '../../../lib/decide/orphan.ts'
import { active, arn, at, draining, factsAt, START, without } from './facts-of.ts'

/** Back in service at 600 s, and found so by resync for `since` seconds. */
const back = (changes: Partial<DrainFacts> = {}, since = 30): DrainFacts =>
  factsAt(600, {
    lifecycleState: 'InService',
    containerInstance: draining(1),
    orphanSince: at(600 - since),
    ...changes,
  })

describe('an orphan', () => {
  it('is what we set DRAINING and is in service', () => {
    expect(isOrphan(back())).toBe(true)
  })

  it.each([
    ['what ECS does not know', without(back(), 'containerInstance')],
    ['what is ACTIVE', back({ containerInstance: { ...draining(1), status: 'ACTIVE' } })],
    ['what carries no memory', back({ containerInstance: active({ status: 'DRAINING' }) })],
    ['what others set DRAINING', back({ containerInstance: draining(1, { drainedBy: 'others' }) })],
    ['what is on its way out', back({ lifecycleState: 'Terminating:Wait' })],
    ['what a launch hook holds in the middle of a drain', back({ lifecycleState: 'Pending:Wait' })],
    [
      'what is on its way out though its drain has ended',
      back({ lifecycleState: 'Terminating', containerInstance: draining(1, { isEnded: true }) }),
    ],
  ])('is not %s', (_, facts) => {
    expect(isOrphan(facts)).toBe(false)
    expect(decideOrphan(facts)).toBeUndefined()
  })

  it.each([
    [600, false],
    [601, true],
  ])('is what a notice began only when nothing came of it: after %d s it is %p', (seconds, expected) => {
    const containerInstance = draining(1, { noticedAt: START })
    expect(isOrphan(back({ now: at(seconds), containerInstance }))).toBe(expected)
  })

  it('is set ACTIVE, and its memory deleted, once two looks half a minute apart have found it', () => {
    expect(decideOrphan(back({}, 29.999))).toBeUndefined()
    expect(decideOrphan(back({}, 30))).toEqual({
      verdict: 'release',
      because: 'orphan',
      actions: [
        { do: 'set-active', containerInstanceArn: arn },
        { do: 'forget', containerInstanceArn: arn },
      ],
    })
  })

  it.each([
    [10_800, true],
    [10_800.001, false],
  ])('is what we only meant to drain %d s ago: %p', (seconds, expected) => {
    const containerInstance = draining(0, { isIntent: true, actionStartedAt: at(-40_000) })
    expect(isOrphan(back({ now: at(seconds), containerInstance }))).toBe(expected)
  })

  it('is left alone as long as resync has not found it', () => {
    expect(decideOrphan(without(back(), 'orphanSince'))).toBeUndefined()
  })
})
