import { describe, expect, it } from '@jest/globals'

import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts } from '../../../lib/decide/facts.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import {
  active,
  arn,
  at,
  draining,
  emptied,
  factsAt,
  hookWith,
  policyWith,
  START,
  taskIn,
  tasksCounted,
  without,
} from './facts-of.ts'

const decide = (facts: DrainFacts, policy: Partial<DrainPolicy> = {}) => {
  const { verdict, because, actions } = decideDrain(facts, policyWith(policy))
  return { says: `${verdict}: ${because}`, actions }
}

const complete = (outcome: string) => ({ do: 'complete', outcome, startedAt: START })
const deregister = { do: 'deregister', containerInstanceArn: arn }
const companions = hookWith({ hasCompanions: true })

describe('the moment at which the last task stopped', () => {
  const lastStop = (...stops: readonly number[]) => {
    const tasks = stops.map((seconds) => taskIn('STOPPED', { stoppedAt: at(seconds) }))
    return decide(factsAt(300, { containerInstance: emptied(100), tasks })).actions
  }

  it.each([
    ['counts from DRAINING on', [50, 100], 100],
    ['is that of the last one', [250, 200, 50], 250],
  ])('%s', (_, stops, expected) => {
    expect(lastStop(...stops)).toEqual([{ ...complete('drained'), lastTaskStoppedAt: at(expected) }])
  })

  it('is absent where every task had stopped before DRAINING, though after the termination began', () => {
    expect(lastStop(50, 99)).toEqual([complete('drained')])
  })

  it('is absent where a task was left at the deadline', () => {
    const tasks = [taskIn('STOPPED', { stoppedAt: at(500) }), taskIn('RUNNING')]
    const facts = factsAt(3_600, { containerInstance: draining(1), tasks })
    expect(decide(facts).actions).toEqual([complete('deadline')])
  })
})

describe('a drain that other hooks outlive', () => {
  it('is not marked as ended while it goes on', () => {
    const containerInstance = draining(1, { stopLeadSeconds: 60, counted: tasksCounted(2) })
    expect(decide(factsAt(300, { containerInstance, hook: companions })).actions).toEqual([])
  })

  it('is not marked where its container instance was deregistered', () => {
    const facts = factsAt(60, {
      containerInstance: draining(1),
      hook: companions,
      machine: { state: 'terminated' },
    })
    expect(decide(facts)).toEqual({
      says: 'release: machine-terminated',
      actions: [deregister, complete('machine-terminated')],
    })
  })

  it('is not marked where nothing was remembered of it', () => {
    expect(decide(factsAt(3_600, { hook: companions })).actions).toEqual([complete('deadline')])
  })

  it('is abandoned only under the policy retain', () => {
    const hook = hookWith({ retainsAbandoned: true })
    const facts = factsAt(3_600, { containerInstance: draining(1), hook })
    expect(decide(facts, { onDeadline: 'stop-tasks' }).actions).toEqual([complete('deadline')])
    expect(decide(facts, { onDeadline: 'retain' }).actions).toEqual([complete('retained')])
  })
})

describe('an instance that leaves its warm pool', () => {
  const leaving = (machine?: DrainFacts['machine']) =>
    decide(
      factsAt(60, {
        lifecycleState: 'Warmed:Terminating:Wait',
        containerInstance: draining(1, { stopLeadSeconds: 60, counted: tasksCounted(2) }),
        ...(machine && { machine }),
      }),
    )

  it('has nothing to move when it was stopped there', () => {
    expect(leaving({ state: 'stopped' })).toEqual({
      says: 'release: nothing-to-move',
      actions: [complete('nothing-to-move')],
    })
  })

  it('is drained when it runs there, or nobody knows', () => {
    expect(leaving({ state: 'running' }).says).toBe('wait: tasks-running')
    expect(leaving().says).toBe('wait: tasks-running')
  })

  it('is not the same as one that is terminated and happens to be stopped', () => {
    const containerInstance = draining(1, { stopLeadSeconds: 60 })
    expect(decide(factsAt(60, { containerInstance, machine: { state: 'stopped' } })).says).toBe(
      'wait: tasks-running',
    )
  })
})

describe('as long as Auto Scaling lists no termination', () => {
  const unlisted = (seconds: number, memory: Parameters<typeof draining>[1]) =>
    decide(
      without(factsAt(seconds, { containerInstance: draining(1, memory), unlistedSince: at(10) }), 'action'),
    ).says

  it('memory proves no start: it may be of an earlier termination', () => {
    const earlier = { actionStartedAt: at(-9_000), lastBeatAt: at(-9_000) }
    expect(unlisted(60, earlier)).toBe('wait: tasks-running')
    expect(unlisted(3_609, earlier)).toBe('wait: tasks-running')
    expect(unlisted(3_610, earlier)).toBe('overdue: deadline')
  })

  it('what nobody could remember is marked as ours at its end, so that it is set back in service', () => {
    const containerInstance = emptied(1)
    const { memory: _, ...forgotten } = containerInstance
    const coming = { lifecycleState: 'ReplacingRootVolume:Wait', containerInstance: forgotten, tasks: [] }
    expect(decide(factsAt(3_600, coming)).actions).toMatchObject([
      complete('deadline'),
      { do: 'remember', memory: { drainedBy: 'us', isEnded: true } },
    ])
  })

  it('what carries no memory is adopted all the same', () => {
    const containerInstance = active({ status: 'DRAINING' })
    const facts = without(factsAt(60, { containerInstance, unlistedSince: at(10) }), 'action')
    expect(decide(facts).says).toBe('wait: adopted')
  })

  it('memory proves no end', () => {
    expect(unlisted(60, { isEnded: true })).toBe('wait: tasks-running')
  })

  it('what nobody asked for is still as it was remembered', () => {
    const remembered = without(factsAt(60, { containerInstance: draining(1, { isEnded: true }) }), 'action')
    expect(decide(remembered).says).toBe('ignore: already-ended')
    const late = without(factsAt(3_600, { containerInstance: draining(1) }), 'action')
    expect(decide(late).says).toBe('overdue: deadline')
  })
})

describe('an instance whose hook does not wait', () => {
  it.each([
    ['in service, of which a message has just come', 'InService', 59.999, 'wait: not-yet-shown'],
    ['terminating, of which a message has just come', 'Terminating', 1, 'wait: not-yet-shown'],
    ['in service, of which an old message has come', 'InService', 60, 'ignore: not-waiting'],
    ['past its hook, of which a message has just come', 'Terminating:Proceed', 1, 'ignore: not-waiting'],
  ])('%s', (_, lifecycleState, seconds, says) => {
    expect(decide(factsAt(seconds, { lifecycleState, announcedAt: START })).says).toBe(says)
  })

  it('is left alone in every way', () => {
    expect(decide(factsAt(1, { lifecycleState: 'InService' }))).toEqual({
      says: 'ignore: not-waiting',
      actions: [],
    })
  })

  it('leaves a ghost that carries our memory, which is deregistered when its machine is terminated', () => {
    const ghost = without(
      factsAt(900, { containerInstance: draining(1), machine: { state: 'terminated' } }),
      'lifecycleState',
    )
    expect(decide(ghost)).toEqual({ says: 'release: machine-terminated', actions: [deregister] })
    const ignored = { says: 'ignore: not-in-group', actions: [] }
    expect(decide(without(ghost, 'machine'))).toEqual(ignored)
    expect(decide(without(ghost, 'containerInstance'))).toEqual(ignored)
    expect(decide({ ...ghost, containerInstance: active() })).toEqual(ignored)
  })
})

describe('a look that comes before DRAINING has settled', () => {
  it('asks for another only if a look-again led to it', () => {
    const early = (hop: number) =>
      decide(factsAt(3, { containerInstance: emptied(1), tasks: [], hop })).actions
    expect([0, 1, 3].map(early)).toEqual([[], [{ do: 'look-again', delaySeconds: 5, hop: 2 }], []])
  })
})

describe('tasks that ECS counts', () => {
  it('are those that run and those that are pending', () => {
    const containerInstance = draining(1, { stopLeadSeconds: 60 }, { pendingTasksCount: 1 })
    const { serviceName: _, ...job } = taskIn('RUNNING')
    const facts = factsAt(60, { containerInstance, tasks: [job, { ...job, arn: 'other' }] })
    expect(decide(facts, { standaloneTasks: 'ignore' }).says).toBe('wait: tasks-running')
  })
})
