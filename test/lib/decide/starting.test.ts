import { describe, expect, it } from '@jest/globals'

import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts } from '../../../lib/decide/facts.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import { formatMemory, writtenAt, type WrittenMemory } from '../../../lib/decide/memory.ts'
import { active, arn, at, draining, factsAt, policyWith, START, taskIn, without } from './facts-of.ts'

const decide = (facts: DrainFacts, policy: Partial<DrainPolicy> = {}) => {
  const { verdict, because, ...rest } = decideDrain(facts, policyWith(policy))
  return { says: `${verdict}: ${because}`, ...rest }
}

describe('the first memory of a drain', () => {
  const firstMemory = (facts: DrainFacts) =>
    decide(facts).actions.flatMap((action) => (action.do === 'remember' ? [action.memory] : []))

  it('names no notice where there was none', () => {
    expect(firstMemory(factsAt(1))).toStrictEqual([
      {
        actionStartedAt: START,
        cause: 'scale-in',
        lastBeatAt: START,
        drainingSince: 'when-written',
        drainedBy: 'us',
        isEnded: false,
      },
    ])
  })

  it('names the notice as its cause, and as its beginning where no termination has begun', () => {
    const notice = { kind: 'capacity', at: at(9) } as const
    const unlisted = without(factsAt(10, { notice, announcedAt: START }), 'action')
    const told = { cause: 'capacity', noticedAt: at(9), lastBeatAt: START }
    expect(firstMemory(factsAt(10, { notice }))).toMatchObject([{ ...told, actionStartedAt: START }])
    expect(firstMemory(unlisted)).toMatchObject([{ ...told, actionStartedAt: at(9) }])
  })

  it('counts in the next look, though the notice came long after the termination had begun', () => {
    const notice = { kind: 'spot', at: at(1_000) } as const
    const facts = factsAt(1_001, { notice })
    const [memory] = firstMemory(facts)
    const containerInstance = active({
      status: 'DRAINING',
      memory: formatMemory(writtenAt(facts.now, memory!)),
    })
    const tasks = [taskIn('RUNNING', { arn: 'a' })]
    expect(decide(factsAt(1_061, { containerInstance, tasks }))).toMatchObject({
      says: 'overdue: time-to-stop-tasks',
    })
  })

  it('knows no cause as long as Auto Scaling lists no termination', () => {
    expect(firstMemory(without(factsAt(1, { announcedAt: START }), 'action'))).toMatchObject([
      { cause: 'unknown' },
    ])
  })

  it.each(['Warmed:Pending:Wait', 'ReplacingRootVolume:Wait'])(
    'says before DRAINING what is meant where the instance comes back: %s',
    (lifecycleState) => {
      const { actions } = decide(factsAt(1, { lifecycleState }))
      expect(actions.map((action) => action.do)).toEqual([
        'remember',
        'set-draining',
        'remember',
        'look-again',
      ])
      const [intent, memory] = firstMemory(factsAt(1, { lifecycleState }))
      expect(intent).toStrictEqual({ ...memory, isIntent: true })
      expect(memory).not.toHaveProperty('isIntent')
    },
  )

  it('comes after DRAINING, with the beat that was due, and changes nothing else', () => {
    expect(decide(factsAt(900)).actions).toEqual([
      { do: 'heartbeat' },
      { do: 'set-draining', containerInstanceArn: arn },
      { do: 'remember', containerInstanceArn: arn, memory: expect.objectContaining({ lastBeatAt: at(900) }) },
      { do: 'look-again', delaySeconds: 5, hop: 1 },
    ])
  })
})

describe('what was meant, and may not have been done', () => {
  const meant = (status: 'ACTIVE' | 'DRAINING', changes: Partial<WrittenMemory> = {}) => ({
    ...draining(1, { isIntent: true, ...changes }),
    status,
  })

  it('is no memory of the drain: it starts, or settles anew', () => {
    const says = (status: 'ACTIVE' | 'DRAINING') =>
      decide(factsAt(60, { containerInstance: meant(status), tasks: [] })).says
    expect([says('ACTIVE'), says('DRAINING')]).toEqual(['start: hook-waits', 'wait: adopted'])
  })

  it.each([
    ['us', 'InService', meant('DRAINING')],
    ['others', 'InService', active({ status: 'DRAINING' })],
    ['us', 'Terminating:Wait', meant('DRAINING', { drainingSince: at(60 - 10_800) })],
    ['others', 'Terminating:Wait', meant('DRAINING', { drainingSince: at(59 - 10_800) })],
    ['others', 'Terminating:Wait', meant('DRAINING', { drainedBy: 'others' })],
  ])('proves for three hours that it was us: %s, %s', (drainedBy, lifecycleState, containerInstance) => {
    const notice = { kind: 'spot', at: at(59) } as const
    const facts = factsAt(60, { lifecycleState, containerInstance, tasks: [], notice })
    const [memory] = decide(facts).actions.flatMap((action) =>
      action.do === 'remember' ? [action.memory] : [],
    )
    expect(memory).toMatchObject({ drainedBy })
    expect(memory).not.toHaveProperty('isIntent')
  })
})

describe('where task protection could not be read', () => {
  it.each([
    [2_699, 'wait: unread'],
    [2_700, 'start: hook-waits'],
  ])('DRAINING is put off as long as it could be: at %d s %s', (seconds, says) => {
    expect(decide(factsAt(seconds, { unread: 'protections' })).says).toBe(says)
  })

  it('another reading that failed puts nothing off', () => {
    expect(decide(factsAt(60, { unread: 'services' })).says).toBe('start: hook-waits')
  })
})

describe('while protected tasks put DRAINING off', () => {
  const protectedUntil = (...seconds: readonly number[]) =>
    seconds.map((second) => taskIn('RUNNING', { arn: `until-${second}`, protectedUntil: at(second) }))
  const delays = (facts: DrainFacts) =>
    decide(facts).actions.flatMap((action) => (action.do === 'look-again' ? [action.delaySeconds] : []))

  it.each([
    ['the last protection ends within the minute', 100, [130, 140.2], [41]],
    ['the last protection ends in a minute', 100, [160], [60]],
    ['the last protection ends later', 100, [130, 160.001], []],
    ['it cannot be put off any longer', 2_680, [130, 9_000], [20]],
  ])('it is looked at again when %s', (_, seconds, ends, expected) => {
    expect(delays(factsAt(seconds, { tasks: protectedUntil(...ends) }))).toEqual(expected)
  })

  it('what names them are those tasks whose protection lasts', () => {
    const tasks = [...protectedUntil(60, 90), taskIn('RUNNING', { arn: 'free' })]
    expect(decide(factsAt(60, { tasks }))).toMatchObject({
      says: 'blocked: protected-task',
      about: ['until-90'],
    })
  })

  it('the hook is beaten, and nothing is remembered, as nothing is DRAINING', () => {
    expect(decide(factsAt(700, { tasks: protectedUntil(1_800) })).actions).toEqual([{ do: 'heartbeat' }])
  })

  it('a notice ends it at once, however short the reserve', () => {
    const notice = { kind: 'spot', at: at(59) } as const
    const facts = factsAt(60, { tasks: protectedUntil(1_800), notice })
    expect(decide(facts, { drainReserveSeconds: 0 }).says).toBe('start: hook-waits')
    expect(decide(facts, { drainReserveSeconds: 0, spot: 'off' }).says).toBe('blocked: protected-task')
  })
})
