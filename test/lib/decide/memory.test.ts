import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import {
  formatMemory,
  MEMORY_ATTRIBUTE,
  parseMemory,
  recall,
  type WrittenMemory,
} from '../../../lib/decide/memory.ts'
import { START } from './facts-of.ts'

const time = fc.integer({ min: 1_000_000_000_000, max: 2_800_000_000_000 })
const memories: fc.Arbitrary<WrittenMemory> = fc
  .record({
    actionStartedAt: time,
    cause: fc.constantFrom('scale-in', 'health', 'unknown', 'capacity-rebalancing'),
    lastBeatAt: time,
    drainingSince: time,
    drainedBy: fc.constantFrom('us' as const, 'others' as const),
    phase: fc.constantFrom({ isEnded: false }, { isEnded: true }, { isEnded: false, isIntent: true }),
    stopLeadSeconds: fc.option(fc.integer({ min: 0, max: 9_999_999_999 }), { nil: undefined }),
    noticedAt: fc.option(time, { nil: undefined }),
    blockedBy: fc.option(fc.constantFrom('placement-constraint', 'replacement-unhealthy'), {
      nil: undefined,
    }),
    counted: fc.option(fc.record({ at: time, tasks: fc.integer({ min: 0, max: 9_999 }) }), {
      nil: undefined,
    }),
  })
  .map(
    ({ phase, ...memory }) =>
      Object.fromEntries(
        Object.entries({ ...memory, ...phase }).filter(([, value]) => value !== undefined),
      ) as unknown as WrittenMemory,
  )

describe('the memory of a drain', () => {
  it('comes back as it was written, and fits the attribute', () => {
    fc.assert(
      fc.property(memories, (memory) => {
        const value = formatMemory(memory)
        expect(parseMemory(value)).toEqual(memory)
        expect(value).toMatch(/^[A-Za-z0-9\-_/\\.:@]{1,128}$/)
      }),
    )
  })

  it.each(['', 'v2', 'v1:1795165200000:scale-in:1795165200000:1795165200000:us:-:live:-:-:-', 'nonsense'])(
    'is absent when it reads %p',
    (value) => {
      expect(parseMemory(value)).toBeUndefined()
    },
  )

  it('is never read wrongly from an arbitrary value', () => {
    fc.assert(fc.property(fc.string({ maxLength: 128 }), (value) => parseMemory(value) === undefined))
  })

  it('counts only for the action that it names', () => {
    const memory = formatMemory({
      actionStartedAt: START,
      cause: 'scale-in',
      lastBeatAt: START,
      drainingSince: START,
      drainedBy: 'us',
      isEnded: false,
    })
    expect(recall(memory, { startedAt: START })?.cause).toBe('scale-in')
    expect(recall(memory, { startedAt: START + 1 })).toBeUndefined()
    expect(recall(memory, undefined)?.cause).toBe('scale-in')
    expect(recall(undefined, { startedAt: START })).toBeUndefined()
  })

  const written = (changes: Partial<WrittenMemory> = {}) =>
    formatMemory({
      actionStartedAt: START,
      cause: 'spot',
      lastBeatAt: START,
      drainingSince: START,
      drainedBy: 'us',
      isEnded: false,
      ...changes,
    })

  it('is absent when there is more than memory', () => {
    expect(parseMemory(`x${written()}`)).toBeUndefined()
    expect(parseMemory(`${written()}x`)).toBeUndefined()
  })

  it('of a notice counts for the termination that follows it within two minutes and a half', () => {
    const noticed = written({ noticedAt: START })
    const after = (ms: number) => recall(noticed, { startedAt: START + ms })?.cause
    expect([-150_000, 1, 150_000].map(after)).toEqual(['spot', 'spot', 'spot'])
    expect([-150_001, 150_001].map(after)).toEqual([undefined, undefined])
  })

  it('keeps its place, where an earlier version of Ebbtide may have left it', () => {
    expect(MEMORY_ATTRIBUTE).toBe('ebbtide.drain')
  })
})
