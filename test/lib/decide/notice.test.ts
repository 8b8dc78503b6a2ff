import { describe, expect, it } from '@jest/globals'

import { decideDrain } from '../../../lib/decide/drain.ts'
import { noticedAt } from '../../../lib/decide/drain-context.ts'
import type { DrainFacts, LastNotice } from '../../../lib/decide/facts.ts'
import { formatMemory, recall, writtenAt } from '../../../lib/decide/memory.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import { taskReadingFor } from '../../../lib/decide/reading.ts'
import { active, at, draining, factsAt, hookWith, policyWith, START, taskIn, without } from './facts-of.ts'

const spot = { kind: 'spot', at: START } as const

/** In service, before its group has heard of anything. */
const inService = (seconds: number, changes: Partial<DrainFacts> = {}): DrainFacts =>
  without(factsAt(seconds, { lifecycleState: 'InService', ...changes }), 'action')

const decide = (facts: DrainFacts, policy: Partial<DrainPolicy> = {}) => {
  const { verdict, because, actions } = decideDrain(facts, policyWith(policy))
  return { says: `${verdict}: ${because}`, does: actions.map((action) => action.do), actions }
}

const noticed = (since: number, changes = {}) =>
  draining(since, { cause: 'spot', actionStartedAt: START, noticedAt: START, ...changes })

describe('a Spot interruption warning', () => {
  it('sets DRAINING at once, before the group terminates the machine', () => {
    expect(decide(inService(1, { notice: spot }))).toMatchObject({
      says: 'start: notice',
      does: ['remember', 'set-draining', 'remember', 'look-again'],
    })
  })

  it('remembers what began the drain', () => {
    const { actions } = decide(inService(1, { notice: spot }))
    expect(actions[2]).toMatchObject({
      memory: { noticedAt: START, actionStartedAt: START, drainedBy: 'us' },
    })
  })

  it('looks again when half of the two minutes are over, and stops then what is left', () => {
    expect(decide(inService(7, { containerInstance: noticed(1) })).actions).toEqual([
      { do: 'look-again', delaySeconds: 53, hop: 1 },
    ])
    const tasks = [taskIn('RUNNING', { arn: 'a' }), taskIn('RUNNING', { arn: 'b' }), taskIn('DEACTIVATING')]
    const facts = inService(60, { containerInstance: noticed(1), tasks })
    expect(taskReadingFor(facts, policyWith())).toBe('statuses')
    expect(decide(facts)).toMatchObject({
      says: 'overdue: time-to-stop-tasks',
      does: ['stop-task', 'stop-task'],
    })
  })

  it('goes on as the same drain when the hook of the announced termination waits', () => {
    const facts = factsAt(70, {
      action: { startedAt: at(4), cause: 'spot' },
      containerInstance: noticed(1),
      tasks: [taskIn('RUNNING', { arn: 'a' })],
      services: [],
    })
    expect(decide(facts)).toMatchObject({ says: 'overdue: time-to-stop-tasks' })
    expect(decide({ ...facts, now: at(120) }).says).toBe('overdue: deadline')
  })

  it('is remembered when it comes while a drain is on its way', () => {
    const facts = factsAt(300, { notice: { kind: 'spot', at: at(300) }, containerInstance: draining(1) })
    const { says, actions } = decide(facts)
    expect(says).toBe('wait: tasks-running')
    expect(actions).toContainEqual(
      expect.objectContaining({ do: 'remember', memory: expect.objectContaining({ noticedAt: at(300) }) }),
    )
    const containerInstance = draining(1, { noticedAt: at(300) })
    const tasks = [taskIn('RUNNING', { arn: 'a' })]
    expect(decide(factsAt(360, { containerInstance, tasks, services: [] })).actions).toContainEqual({
      do: 'stop-task',
      taskArn: 'a',
    })
    expect(decide(factsAt(420, { containerInstance, tasks })).says).toBe('overdue: deadline')
  })

  it('that comes before the group shows the termination leaves what was remembered as it was', () => {
    const notice = { kind: 'spot', at: at(10) } as const
    const facts = inService(11, { lifecycleState: 'Terminating', notice, containerInstance: draining(1) })
    expect(decide(facts).actions).toContainEqual(
      expect.objectContaining({
        do: 'remember',
        memory: expect.objectContaining({ noticedAt: at(10), drainedBy: 'us', cause: 'scale-in' }),
      }),
    )
  })

  it('is never taken from the prose of a termination, which names alarms and policies', () => {
    const tasks = [taskIn('RUNNING', { arn: 'a' })]
    const facts = factsAt(121, {
      action: { startedAt: START, cause: 'spot' },
      containerInstance: draining(1, { cause: 'spot' }),
      tasks,
      services: [],
    })
    expect(decide(facts)).toMatchObject({ says: 'wait: tasks-running' })
    expect(decide(facts).does).not.toContain('stop-task')
  })

  it('is left alone under the policy off', () => {
    expect(decide(inService(1, { notice: spot }), { spot: 'off' })).toMatchObject({
      says: 'ignore: not-waiting',
      does: [],
    })
  })

  it('adopts an instance that the agent has set DRAINING itself', () => {
    const containerInstance = active({ status: 'DRAINING' })
    expect(decide(inService(1, { notice: spot, containerInstance })).says).toBe('wait: adopted')
  })

  it('that came to nothing gives the instance back in the end', () => {
    const late = inService(700, { containerInstance: noticed(1), orphanSince: at(650) })
    expect(decide(late).says).toBe('release: orphan')
    expect(decide(inService(100, { containerInstance: noticed(1), orphanSince: at(50) })).says).not.toBe(
      'release: orphan',
    )
  })
})

describe('a notice before the group terminates the machine', () => {
  const tasks = [taskIn('RUNNING', { arn: 'a' })]

  it('of a capacity reservation is one of two minutes too', () => {
    expect(decide(inService(1, { notice: { kind: 'capacity', at: START } })).says).toBe('start: notice')
  })

  it.each([
    [0, 'wait: not-yet-shown'],
    [2, 'wait: not-yet-shown'],
    [3, 'ignore: not-waiting'],
  ])('about a machine that is not in the cluster may come too early: after %d hops %s', (hop, says) => {
    const facts = without(inService(1, { notice: spot, hop }), 'containerInstance')
    expect(decide(facts).says).toBe(says)
  })

  it.each<[LastNotice]>([[spot], [{ kind: 'capacity', at: START }]])(
    'is told on to the next look, as memory of it may be written over: %j',
    (notice) => {
      const told = { do: 'look-again', hop: 1, notice }
      expect(decide(inService(1, { notice })).actions).toContainEqual({ ...told, delaySeconds: 5 })
      expect(decide(factsAt(1, { notice })).actions).toContainEqual({ ...told, delaySeconds: 5 })
      const unseen = without(inService(1, { notice }), 'containerInstance')
      expect(decide(unseen).actions).toEqual([{ ...told, delaySeconds: 5 }])
    },
  )

  it('is told on though the drain settles, as it may be newer than what wrote its memory', () => {
    const facts = factsAt(4, { notice: { kind: 'spot', at: at(3) }, containerInstance: draining(1) })
    expect(decide(facts).actions).toMatchObject([
      { do: 'remember', memory: { noticedAt: at(3) } },
      { do: 'look-again', notice: { kind: 'spot', at: at(3) } },
    ])
    expect(decide(without(facts, 'notice')).actions).toEqual([])
  })

  it('is looked at again as long as its machine cannot be set DRAINING', () => {
    const facts = inService(1, { notice: spot, containerInstance: active({ status: 'REGISTERING' }) })
    expect(decide(facts).says).toBe('wait: not-yet-shown')
    expect(decide({ ...facts, hop: 3 }).says).toBe('ignore: not-waiting')
  })

  it('begins a drain of its own where an earlier one has ended, and the termination that follows is not over', () => {
    const containerInstance = draining(-100, { isEnded: true, actionStartedAt: at(-130) })
    const { says, actions } = decide(inService(1, { notice: spot, containerInstance }))
    const [remembered] = actions.flatMap((action) => (action.do === 'remember' ? [action.memory] : []))
    expect(says).toBe('wait: adopted')
    expect(remembered).toMatchObject({ noticedAt: START, drainedBy: 'us', isEnded: false })
    const memory = formatMemory(writtenAt(at(1), remembered!))
    const later = factsAt(10, { containerInstance: { ...containerInstance, memory } })
    expect(decide(later).says).not.toBe('ignore: already-ended')
  })

  it('counts although an old one is remembered that nothing came of', () => {
    const containerInstance = noticed(-3_600, { noticedAt: at(-3_600), actionStartedAt: at(-3_600) })
    const told = (status: 'ACTIVE' | 'DRAINING', notice = spot) =>
      decide(inService(1, { notice, containerInstance: { ...containerInstance, status } }))
    expect(told('ACTIVE').says).toBe('start: notice')
    expect(told('DRAINING').actions).toContainEqual(
      expect.objectContaining({ do: 'remember', memory: expect.objectContaining({ noticedAt: START }) }),
    )
  })

  it.each([
    [299, 0],
    [300, 300],
  ])('counts from the first warning, told again %d s later as of second %d', (seconds, expected) => {
    const notice = { kind: 'spot', at: at(seconds) } as const
    const facts = factsAt(seconds + 1, { notice, containerInstance: noticed(1) })
    expect(noticedAt(facts, policyWith(), recall(facts.containerInstance!.memory, undefined))).toBe(
      at(expected),
    )
  })

  it('is not told on when it leaves the group time', () => {
    const { actions } = decide(factsAt(1, { notice: { kind: 'health', at: START } }))
    expect(actions.at(-1)).toStrictEqual({ do: 'look-again', delaySeconds: 5, hop: 1 })
  })

  it.each([
    [299, 'start: notice'],
    [300, 'ignore: not-waiting'],
  ])('is forgotten after five minutes: at %d s %s', (seconds, says) => {
    expect(decide(inService(seconds, { notice: spot })).says).toBe(says)
  })

  it('remembers of an instance that the agent has set DRAINING that others did', () => {
    const containerInstance = active({ status: 'DRAINING' })
    const { actions } = decide(inService(1, { notice: spot, containerInstance }))
    expect(actions[0]).toMatchObject({ do: 'remember', memory: { drainedBy: 'others', cause: 'spot' } })
  })

  it.each([
    ['waits half of the time', 10, { tasks }, 'wait: tasks-running', [50]],
    ['waits half of the time, which has just begun', 0, { tasks }, 'wait: tasks-running', [60]],
    ['waits for resync where it was given in the future', -1, { tasks }, 'wait: tasks-running', []],
    [
      'has nothing to stop when its tasks leave already',
      60,
      { tasks: [taskIn('STOPPING')] },
      'wait: tasks-running',
      [],
    ],
    ['has nothing to stop where tasks were not listed', 60, {}, 'wait: tasks-running', []],
  ] as const)('%s', (_, seconds, changes, says, delays) => {
    const containerInstance = noticed(-60)
    const { says: said, actions } = decide(inService(seconds, { containerInstance, ...changes }))
    expect(said).toBe(says)
    expect(actions.map((action) => action.do === 'look-again' && action.delaySeconds)).toEqual(delays)
  })

  it('waits for what is stopping when ECS counts no task any more', () => {
    const containerInstance = { ...noticed(1), runningTasksCount: 0 }
    expect(decide(inService(60, { containerInstance, tasks: [] })).says).toBe('wait: tasks-stopping')
  })
})

describe('a rebalance recommendation', () => {
  const notice = { kind: 'rebalance', at: START } as const

  it('asks the group for a replacement where the policy says so', () => {
    expect(decide(inService(1, { notice }), { rebalance: 'replace' })).toMatchObject({
      says: 'start: replacement-asked',
      does: ['replace'],
    })
  })

  it('is left alone otherwise, and where the instance is leaving already', () => {
    expect(decide(inService(1, { notice })).does).toEqual([])
    const leaving = inService(1, { notice, lifecycleState: 'Terminating' })
    expect(decide(leaving, { rebalance: 'replace' }).does).toEqual([])
  })
})

describe('a scheduled change of AWS Health', () => {
  const startsIn = (seconds: number) => ({ kind: 'health', at: START, startsAt: at(seconds) }) as const

  it.each([
    ['weeks ahead', 14 * 86_400, 'wait: not-yet-due', []],
    ['as far ahead as a drain may take', 3_600, 'start: replacement-asked', ['replace']],
    ['in the past', -60, 'start: replacement-asked', ['replace']],
  ])('that starts %s', (_, seconds, says, does) => {
    expect(decide(inService(0, { notice: startsIn(seconds) }))).toMatchObject({ says, does })
  })

  it('is left alone under the policy off', () => {
    expect(decide(inService(0, { notice: startsIn(0) }), { health: 'off' }).does).toEqual([])
  })

  it('is no rebalance recommendation', () => {
    const policy = { health: 'off', rebalance: 'replace' } as const
    expect(decide(inService(0, { notice: startsIn(0) }), policy).does).toEqual([])
  })

  it('of which AWS gives no time is due at once', () => {
    expect(decide(inService(0, { notice: { kind: 'health', at: START } })).does).toEqual(['replace'])
  })
})

describe('an instance that comes back', () => {
  it.each(['Warmed:Pending:Wait', 'ReplacingRootVolume:Wait'])(
    'is drained in %s, and marked as ended',
    (lifecycleState) => {
      const tasks = [taskIn('STOPPED')]
      const containerInstance = draining(1, {}, { runningTasksCount: 0 })
      expect(decide(factsAt(60, { lifecycleState, containerInstance, tasks }))).toMatchObject({
        says: 'finish: all-tasks-stopped',
        does: ['complete', 'remember'],
      })
    },
  )

  it('is set ACTIVE in the first look that finds it in service', () => {
    const containerInstance = draining(1, { isEnded: true })
    const back = factsAt(600, { lifecycleState: 'InService', containerInstance, orphanSince: at(600) })
    expect(decide(back)).toMatchObject({ says: 'release: orphan', does: ['set-active', 'forget'] })
  })

  it('is set ACTIVE while the launch hook holds it, as only then can it become ready', () => {
    const held = (isEnded: boolean) =>
      factsAt(600, {
        lifecycleState: 'Pending:Wait',
        containerInstance: draining(1, { isEnded }),
        orphanSince: at(600),
      })
    expect(decide(held(true))).toMatchObject({ says: 'release: orphan', does: ['set-active', 'forget'] })
    expect(decide(held(false)).does).toEqual([])
  })

  it('is set ACTIVE although a change of the machine is announced for later', () => {
    const notice = { kind: 'health', at: START, startsAt: at(20 * 86_400) } as const
    const containerInstance = draining(1, { isEnded: true })
    const facts = { lifecycleState: 'InService', containerInstance, orphanSince: at(600), notice }
    expect(decide(factsAt(600, facts)).says).toBe('release: orphan')
  })

  it.each(['Warmed:Pending:Wait', 'ReplacingRootVolume:Wait'])(
    'is marked as ended in %s when its deadline ends the drain, whoever set it DRAINING',
    (lifecycleState) => {
      const containerInstance = draining(1, { drainedBy: 'others' })
      expect(decide(factsAt(3_600, { lifecycleState, containerInstance })).actions).toMatchObject([
        { do: 'complete', outcome: 'deadline' },
        { do: 'remember', memory: { isEnded: true, drainedBy: 'us' } },
      ])
    },
  )

  it('is completed once when its deadline has passed and the hooks of others still hold it', () => {
    const hook = hookWith({ hasCompanions: true })
    const late = (isEnded: boolean) => factsAt(3_600, { hook, containerInstance: draining(1, { isEnded }) })
    expect(decide(late(false)).does).toEqual(['complete', 'remember'])
    expect(decide(late(true)).says).toBe('ignore: already-ended')
  })

  it('gets no heartbeat where nothing says that its hook waits', () => {
    const unknown = factsAt(1_700, { lifecycleState: 'Warmed:Pending:Wait', unlistedSince: START })
    expect(decide(without(unknown, 'containerInstance', 'action')).does).toEqual([])
  })

  it('is let out of the pool at once when it was stopped there', () => {
    const machine = { state: 'stopped' }
    const containerInstance = draining(1, {}, { agentConnected: false })
    const facts = factsAt(1, { lifecycleState: 'Warmed:Terminating:Wait', containerInstance, machine })
    expect(decide(facts).says).toBe('release: nothing-to-move')
  })
})

describe('the policy retain', () => {
  const late = factsAt(3_600, { containerInstance: draining(1, { stopLeadSeconds: 60 }) })

  it('keeps the instance on a group that retains, and lets it go elsewhere', () => {
    const hook = { ...late.hook, retainsAbandoned: true } as NonNullable<DrainFacts['hook']>
    const outcome = (facts: DrainFacts) => decide(facts, { onDeadline: 'retain' }).actions[0]
    expect(outcome({ ...late, hook })).toMatchObject({ outcome: 'retained' })
    expect(outcome(late)).toMatchObject({ outcome: 'deadline' })
  })
})
