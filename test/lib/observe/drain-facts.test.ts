import { describe, expect, it } from '@jest/globals'

import { formatMemory, type WrittenMemory } from '../../../lib/decide/memory.ts'
import { factsOf } from '../../../lib/observe/drain-facts.ts'
import type { Observer } from '../../../lib/observe/observer.ts'
import { active, arn, at, START } from '../decide/facts-of.ts'

const memory = (changes: Partial<WrittenMemory> = {}): string =>
  formatMemory({
    actionStartedAt: START,
    cause: 'scale-in',
    lastBeatAt: at(60),
    drainingSince: at(1),
    drainedBy: 'us',
    isEnded: false,
    ...changes,
  })

/** The memory that a look believes, where ECS refused to take one and keeps another. */
const believed = (refused: string | undefined, kept: string | undefined): string | undefined => {
  const observer = {
    scope: { groups: [] as readonly string[] },
    refusedMemory: new Map(refused === undefined ? [] : [[arn, refused]]),
  } as Partial<Observer> as Observer
  const instanceId = 'i-0123456789abcdef0'
  const containerInstance = {
    instanceId,
    registeredAt: 0,
    ...active(),
    ...(kept !== undefined && { memory: kept }),
  }
  const reading = { now: at(90), observer, state: undefined, group: undefined, machines: new Map() }
  return factsOf({ instanceId, hop: 0 }, { ...reading, containerInstance }).containerInstance?.memory
}

describe('memory that ECS refused', () => {
  it('counts where ECS keeps none, and what ECS keeps counts where none was refused', () => {
    expect(believed(memory(), undefined)).toBe(memory())
    expect(believed(undefined, memory())).toBe(memory())
    expect(believed(undefined, undefined)).toBeUndefined()
  })

  it.each([
    ['what is of the same beat', memory({ cause: 'health' })],
    ['what has been beaten less', memory({ lastBeatAt: at(59) })],
    ['the end of another action', memory({ actionStartedAt: at(-1), isEnded: true })],
    ['another memory that nobody can read', 'v1:anything'],
  ])('counts before %s', (_, kept) => {
    expect(believed(memory(), kept)).toBe(memory())
  })

  it.each([
    ['beaten it since', memory({ lastBeatAt: at(61) })],
    ['ended it since', memory({ lastBeatAt: at(1), isEnded: true })],
  ])('does not count where another environment has %s', (_, kept) => {
    expect(believed(memory(), kept)).toBe(kept)
  })

  it('does not count where it only says what was meant, and another environment has done it', () => {
    expect(believed(memory({ isIntent: true }), memory())).toBe(memory())
    const earlier = memory({ actionStartedAt: at(-1) })
    expect(believed(memory({ isIntent: true }), earlier)).toBe(memory({ isIntent: true }))
  })

  it('counts where nobody can read it, as whatever was written last', () => {
    expect(believed('v1:anything', memory())).toBe('v1:anything')
  })
})
