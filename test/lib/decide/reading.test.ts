import { describe, expect, it } from '@jest/globals'

import type { DrainFacts } from '../../../lib/decide/facts.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import { isWorthALook, needsAction, needsTargetHealth, taskReadingFor } from '../../../lib/decide/reading.ts'
import { active, draining, emptied, factsAt, policyWith, START, tasksCounted, without } from './facts-of.ts'

const spot = { kind: 'spot', at: START } as const

/** A drain in which nothing is due and nothing is stuck. */
const moving = draining(1, { stopLeadSeconds: 60, counted: tasksCounted(5) })

describe('a message that a task or an agent of a container instance has changed', () => {
  it.each([
    ['is followed when ECS counts no task any more', emptied(1), true],
    ['is followed when the agent is silent', draining(1, {}, { agentConnected: false }), true],
    ['is not followed while other tasks are counted', draining(1), false],
    ['is not followed on an instance that is not DRAINING', active({ runningTasksCount: 0 }), false],
    ['is not followed on a silent instance that is not DRAINING', active({ agentConnected: false }), false],
  ])('%s', (_, containerInstance, expected) => {
    expect(isWorthALook(containerInstance)).toBe(expected)
  })
})

describe('the termination in progress is read', () => {
  const asked = (facts: DrainFacts, policy: Partial<DrainPolicy> = {}) =>
    needsAction(facts, policyWith(policy))
  const at600 = (changes: Partial<DrainFacts>) => factsAt(600, changes)

  it.each([
    ['before a drain begins', at600({ containerInstance: active() }), true],
    [
      'when an earlier drain left its memory on an ACTIVE instance',
      at600({ containerInstance: { ...moving, status: 'ACTIVE' } }),
      true,
    ],
    ['where nothing is remembered', at600({ containerInstance: active({ status: 'DRAINING' }) }), true],
    ['where ECS does not know the instance', without(at600({}), 'containerInstance'), true],
    [
      'when ECS counts no task any more',
      at600({ containerInstance: emptied(1, { stopLeadSeconds: 60 }) }),
      true,
    ],
    [
      'when memory says that the drain has ended, though tasks are left: that may be an earlier wait',
      at600({ containerInstance: draining(1, { isEnded: true, counted: tasksCounted(5) }) }),
      true,
    ],
    ['not while a remembered drain only waits', at600({ containerInstance: moving }), false],
    ['not where the hook does not wait', at600({ lifecycleState: 'InService' }), false],
    ['not where there is no hook', without(at600({}), 'hook'), false],
  ])('%s', (_, facts, expected) => {
    expect(asked(facts)).toBe(expected)
  })

  it.each([
    ['tasks must be stopped before the deadline', 3_539, {}, false],
    ['tasks must be stopped before the deadline', 3_540, {}, true],
    ['the deadline has come', 3_599, { onDeadline: 'continue' }, false],
    ['the deadline has come', 3_600, { onDeadline: 'continue' }, true],
    ['standalone tasks must be stopped', 899, { standaloneTasks: { stopAfterSeconds: 900 } }, false],
    ['standalone tasks must be stopped', 900, { standaloneTasks: { stopAfterSeconds: 900 } }, true],
  ] as const)('when %s: at %d s under %j it is %p', (_, seconds, policy, expected) => {
    expect(asked(factsAt(seconds, { containerInstance: moving }), policy)).toBe(expected)
  })

  it.each([
    [59, false],
    [60, true],
  ])('when what is left must be stopped after a notice: after %d s it is %p', (seconds, expected) => {
    const containerInstance = draining(1, { noticedAt: START, stopLeadSeconds: 60, counted: tasksCounted(5) })
    expect(asked(factsAt(seconds, { containerInstance }))).toBe(expected)
  })

  it('ten minutes before the deadline where no stop time is known yet: the first close look may find that it has come', () => {
    const containerInstance = draining(1, { counted: tasksCounted(5) })
    expect(asked(factsAt(2_999.999, { containerInstance }))).toBe(false)
    expect(asked(factsAt(3_000, { containerInstance }))).toBe(true)
  })
})

describe('the tasks of an instance are read', () => {
  const reading = (facts: DrainFacts, policy: Partial<DrainPolicy> = {}) =>
    taskReadingFor(facts, policyWith(policy))

  it.each([
    ['not where ECS does not know the instance', without(factsAt(60), 'containerInstance'), 'none'],
    [
      'not of a machine that is gone',
      factsAt(60, { containerInstance: emptied(1), machine: { state: 'terminated' } }),
      'none',
    ],
    [
      'of a machine that is going',
      factsAt(60, { containerInstance: emptied(1), machine: { state: 'shutting-down' } }),
      'statuses',
    ],
    ['not where there is no hook', without(factsAt(60, { containerInstance: emptied(1) }), 'hook'), 'none'],
    [
      'not of an instance that is not DRAINING',
      factsAt(60, { containerInstance: { ...emptied(1), status: 'DEREGISTERING' } }),
      'none',
    ],
    [
      'not where nothing is remembered',
      factsAt(60, { containerInstance: active({ status: 'DRAINING', runningTasksCount: 0 }) }),
      'none',
    ],
    ['not within the settle time', factsAt(5.999, { containerInstance: emptied(1) }), 'none'],
    ['after the settle time', factsAt(6, { containerInstance: emptied(1) }), 'statuses'],
  ] as const)('%s', (_, facts, expected) => {
    expect(reading(facts)).toBe(expected)
  })

  it.each([
    ['for their protection before DRAINING is set', 60, {}, {}, 'protections'],
    ['for their protection until it cannot put DRAINING off any more', 2_699, {}, {}, 'protections'],
    ['no more once DRAINING cannot be put off', 2_700, {}, {}, 'none'],
    ['not where protection is ignored', 60, {}, { protectedTasks: 'ignore' }, 'none'],
    ['not where none runs', 60, { containerInstance: active({ runningTasksCount: 0 }) }, {}, 'none'],
    ['not when the machine goes within two minutes', 60, { notice: spot }, {}, 'none'],
    ['not then however short the reserve', 60, { notice: spot }, { drainReserveSeconds: 0 }, 'none'],
    [
      'for their protection where that notice is ignored',
      60,
      { notice: spot },
      { spot: 'off' },
      'protections',
    ],
  ] as const)('%s', (_, seconds, changes, policy, expected) => {
    expect(reading(factsAt(seconds, changes), policy)).toBe(expected)
  })

  it.each([
    ['not while they are counted', 'wait', 'none'],
    ['while they are counted, where only ignored ones may be left', 'ignore', 'statuses'],
  ] as const)('%s', (_, standaloneTasks, expected) => {
    expect(reading(factsAt(600, { containerInstance: moving }), { standaloneTasks })).toBe(expected)
  })

  it.each([
    ['once closely in the first settled look', 7, {}, 0, 'closely'],
    ['closely while as many are counted as before', 200.999, { counted: tasksCounted(2) }, 0, 'closely'],
    ['not in a look that a look-again asked for', 121, { counted: tasksCounted(2) }, 1, 'none'],
    ['not when fewer are counted than before', 121, { counted: tasksCounted(3) }, 0, 'none'],
    ['not in the fourth minute', 201, { counted: tasksCounted(2) }, 0, 'none'],
    ['closely in the minute in which another five are over', 301, { counted: tasksCounted(2) }, 0, 'closely'],
    ['not in the minute after that', 361, { counted: tasksCounted(2) }, 0, 'none'],
  ] as const)('%s', (_, seconds, memory, hop, expected) => {
    const containerInstance = draining(1, { stopLeadSeconds: 60, ...memory })
    expect(reading(factsAt(seconds, { containerInstance, hop }))).toBe(expected)
  })

  it('not once more closely for the first settled look when all have left by then', () => {
    expect(reading(factsAt(7, { containerInstance: emptied(1) }))).toBe('statuses')
  })

  it.each([
    ['an instance in service is DRAINING because of it', 60, draining(1, { noticedAt: START }), 'statuses'],
    ['its time to stop has not come', 59, draining(1, { noticedAt: START }), 'none'],
    ['the instance is not DRAINING yet', 60, active(), 'none'],
  ] as const)('after a notice when %s', (_, seconds, containerInstance, expected) => {
    const facts = factsAt(seconds, { lifecycleState: 'InService', containerInstance, notice: spot })
    expect(reading(facts)).toBe(expected)
  })

  it('not of an instance in service of which nobody has given notice', () => {
    const facts = factsAt(60, { lifecycleState: 'InService', containerInstance: draining(1) })
    expect(reading(facts)).toBe('none')
  })
})

describe('targets that answer are counted', () => {
  const counted = (facts: DrainFacts, policy: Partial<DrainPolicy> = {}) =>
    needsTargetHealth(facts, policyWith(policy))
  const remembered = draining(1, { stopLeadSeconds: 360 })

  it.each([
    ['not in the first minutes of a drain', 180.999, remembered, false],
    ['once replacements have had their time', 181, remembered, true],
    ['not where nothing is remembered', 600, active({ status: 'DRAINING' }), false],
    ['when tasks may have to be stopped, although DRAINING has just begun', 3_000, draining(2_999), true],
    ['not a second before that', 2_999, draining(2_998), false],
    [
      'earlier where the slowest task takes longer than ten minutes',
      2_600,
      draining(2_500, { stopLeadSeconds: 1_000 }),
      true,
    ],
  ] as const)('%s', (_, seconds, containerInstance, expected) => {
    expect(counted(factsAt(seconds, { containerInstance }))).toBe(expected)
  })

  it('not where there is no hook', () => {
    expect(counted(without(factsAt(3_599, { containerInstance: remembered }), 'hook'))).toBe(false)
  })
})
