import { describe, expect, it } from '@jest/globals'

import type { Action } from '../../../lib/decide/decision.ts'
import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts, ServiceFacts, TaskFacts } from '../../../lib/decide/facts.ts'
import { taskReadingFor } from '../../../lib/decide/reading.ts'
import { longestStopLeadSeconds, STOP_REASON, stopTimeOf } from '../../../lib/decide/stop-tasks.ts'
import {
  at,
  draining,
  emptied,
  factsAt,
  policyWith,
  serviceWith,
  START,
  taskIn,
  tasksCounted,
  without,
} from './facts-of.ts'

const policy = policyWith()

describe('when a task must be stopped', () => {
  it.each([
    [3_600, 300, 30, 3_240],
    [3_600, 0, 300, 3_270],
    [120, 0, 600, -510],
  ])(
    'deadline %d s, deregistration delay %d s, stop timeout %d s: at %d s',
    (deadline, delay, timeout, expected) => {
      const task = taskIn('RUNNING', { deregistrationDelaySeconds: delay, stopTimeoutSeconds: timeout })
      expect(stopTimeOf(task, at(deadline))).toBe(at(expected))
    },
  )
})

const running = (id: string, changes: Partial<TaskFacts> = {}) =>
  taskIn('RUNNING', { arn: id, deregistrationDelaySeconds: 300, stopTimeoutSeconds: 30, ...changes })

const stoppedByUs = (id: string, changes: Partial<TaskFacts> = {}) =>
  taskIn('DEACTIVATING', {
    arn: id,
    stoppedByUs: true,
    stoppingAt: at(3_240),
    deregistrationDelaySeconds: 300,
    stopTimeoutSeconds: 30,
    ...changes,
  })

const shop = serviceWith()

const stopsAt = (
  seconds: number,
  tasks: readonly TaskFacts[],
  services: readonly ServiceFacts[] = [shop],
  changes: Partial<DrainFacts> = {},
) => {
  const containerInstance = draining(1, { stopLeadSeconds: 360, lastBeatAt: at(seconds) })
  const facts = factsAt(seconds, { containerInstance, tasks, services, ...changes })
  const { verdict, actions } = decideDrain(facts, policy)
  const stops = actions.flatMap((action: Action) => (action.do === 'stop-task' ? [action.taskArn] : []))
  return { verdict, stops, looksAgain: actions.some((action) => action.do === 'look-again') }
}

describe('stopping tasks before the deadline', () => {
  it('stops no task before its time', () => {
    expect(stopsAt(3_239, [running('a'), running('b')])).toMatchObject({ verdict: 'wait', stops: [] })
  })

  it('stops one task of a service when its time has come, and looks again for the next', () => {
    expect(stopsAt(3_240, [running('a'), running('b')])).toEqual({
      verdict: 'overdue',
      stops: ['a'],
      looksAgain: true,
    })
  })

  it('stops the next only when the replacement is healthy', () => {
    const tasks = [stoppedByUs('a'), running('b'), running('c')]
    expect(stopsAt(3_250, tasks, [{ ...shop, runningCount: 3 }]).stops).toEqual([])
    expect(stopsAt(3_250, tasks, [{ ...shop, healthyTargetCount: 3 }]).stops).toEqual([])
    expect(stopsAt(3_250, tasks, [{ ...shop, isHealthUnread: true }]).stops).toEqual([])
    expect(stopsAt(3_250, tasks).stops).toEqual(['b'])
  })

  it('names the same task first in whatever order they are listed', () => {
    expect(stopsAt(3_240, [running('b'), running('a')]).stops).toEqual(['a'])
  })

  it('stops no other task of a service that may not have heard yet of the one before', () => {
    const stopped = (stoppingAt: number) => [stoppedByUs('a', { stoppingAt: at(stoppingAt) }), running('b')]
    expect(stopsAt(3_250, stopped(3_245.001)).stops).toEqual([])
    expect(stopsAt(3_250, stopped(3_245)).stops).toEqual(['b'])
  })

  it('stops no other task beside one that is listed as leaving and described as of before', () => {
    const leaving = running('a', { desiredStatus: 'STOPPED' })
    expect(stopsAt(3_250, [leaving, running('b')]).stops).toEqual([])
    expect(stopsAt(3_250, [{ ...leaving, stoppingAt: at(3_000) }, running('b')]).stops).toEqual(['b'])
  })

  it('looks again where a task that was just stopped may be in neither list, until time runs out', () => {
    const counts = [{ at: at(3_000), tasks: 3 }]
    const look = (seconds: number) => stopsAt(seconds, [running('a'), running('b')], [shop], { counts })
    expect(look(3_240)).toEqual({ verdict: 'wait', stops: [], looksAgain: true })
    expect(look(3_270).stops).toEqual(['a', 'b'])
  })

  it('stops nothing by a deadline that may be of an earlier action, and looks again', () => {
    const look = (facts: DrainFacts) => {
      const { actions } = decideDrain(facts, policy)
      return actions.map((action) => action.do)
    }
    const containerInstance = draining(1, { lastBeatAt: at(3_599) })
    const facts = factsAt(3_599, { containerInstance, tasks: [running('a')], services: [shop] })
    expect(look(facts)).toContain('stop-task')
    expect(look(without(facts, 'action'))).toEqual(['remember', 'look-again'])
    expect(look({ ...without(facts, 'action'), unlistedSince: START })).toContain('stop-task')
  })

  it('stops no task by times that were assumed for the first time, whatever was of another task before', () => {
    const assumed = (since: number) => running('a', { timesAssumedSince: at(since) })
    const other = running('x', { serviceName: 'search', timesAssumedSince: at(3_000) })
    const services = [shop, { ...shop, name: 'search' }]
    expect(stopsAt(3_250, [assumed(3_250)])).toMatchObject({ stops: [], looksAgain: true })
    expect(stopsAt(3_250, [assumed(3_245.001), other], services).stops).toEqual(['x'])
    expect(stopsAt(3_250, [assumed(3_245)]).stops).toEqual(['a'])
    // Whoever could read the times of `a` stops that one, so nobody stops `b` instead.
    expect(stopsAt(3_250, [assumed(3_250), running('b')]).stops).toEqual([])
  })

  it('stops all together when time runs out', () => {
    const tasks = [stoppedByUs('a'), running('b'), running('c')]
    expect(stopsAt(3_270, tasks, [{ ...shop, runningCount: 0 }]).stops).toEqual(['b', 'c'])
  })

  it('counts each service for itself', () => {
    const other = running('x', { serviceName: 'search' })
    const services = [shop, { ...shop, name: 'search' }]
    expect(stopsAt(3_240, [running('a'), running('b'), other], services).stops).toEqual(['a', 'x'])
  })

  it('leaves each task its own time: the slow one is stopped first', () => {
    const quick = running('quick', { deregistrationDelaySeconds: 0, serviceName: 'search' })
    expect(stopsAt(3_240, [quick, running('slow')], [shop, { ...shop, name: 'search' }]).stops).toEqual([
      'slow',
    ])
  })

  it('stops standalone tasks without waiting for one another', () => {
    const { serviceName: _, ...job } = running('job')
    expect(stopsAt(3_240, [job, { ...job, arn: 'other' }], []).stops).toEqual(['job', 'other'])
  })

  it('leaves daemons to the last moment, as ECS does', () => {
    const daemon = [{ ...shop, isDaemon: true }]
    expect(stopsAt(3_269, [running('a')], daemon).stops).toEqual([])
    expect(stopsAt(3_270, [running('a')], daemon).stops).toEqual(['a'])
  })

  it('never stops what ECS is stopping already', () => {
    const leaving = taskIn('RUNNING', { arn: 'a', desiredStatus: 'STOPPED' })
    expect(stopsAt(3_599, [leaving]).stops).toEqual([])
  })

  it('stops the first task of a service whatever becomes of those of another one', () => {
    const search = { ...shop, name: 'search' }
    const other = { ...stoppedByUs('x'), serviceName: 'search' }
    const unhealthy = { ...shop, runningCount: 3 }
    expect(stopsAt(3_250, [other, running('a'), running('b')], [search, unhealthy]).stops).toEqual(['a'])
  })

  it('looks at the service of the task, not at the first one', () => {
    const tasks = [running('a')]
    const daemon = { ...shop, name: 'logs', isDaemon: true }
    expect(stopsAt(3_240, tasks, [daemon, shop]).stops).toEqual(['a'])
    expect(
      stopsAt(3_240, tasks, [
        { ...shop, name: 'search' },
        { ...shop, isDaemon: true },
      ]).stops,
    ).toEqual([])
  })

  it('stops the first task of a service that is not known, and no second one before time runs out', () => {
    expect(stopsAt(3_240, [running('a'), running('b')], []).stops).toEqual(['a'])
    expect(stopsAt(3_250, [stoppedByUs('a'), running('b')], []).stops).toEqual([])
  })

  it('asks no target of a service without a load balancer', () => {
    const { healthyTargetCount: _, ...plain } = shop
    expect(stopsAt(3_250, [stoppedByUs('a'), running('b')], [plain]).stops).toEqual(['b'])
  })

  it('counts what stopped by itself as no beginning', () => {
    const leaving = { ...stoppedByUs('a'), stoppedByUs: false }
    expect(stopsAt(3_240, [leaving, running('b')], [{ ...shop, runningCount: 3 }]).stops).toEqual(['b'])
  })

  it('stops nothing under the policy continue', () => {
    const containerInstance = draining(1, { stopLeadSeconds: 360, lastBeatAt: at(3_500) })
    const facts = factsAt(3_590, { containerInstance, tasks: [running('a')], services: [shop] })
    const { actions } = decideDrain(facts, { ...policy, onDeadline: 'continue' })
    expect(actions.map((action) => action.do)).toEqual(['remember', 'look-again'])
  })
})

describe('how early the slowest task must be stopped', () => {
  it('is asked of those that have not stopped', () => {
    const stopped = taskIn('STOPPED', { deregistrationDelaySeconds: 900 })
    expect(longestStopLeadSeconds([running('a'), stopped, running('b', { stopTimeoutSeconds: 40 })])).toBe(
      370,
    )
    expect(longestStopLeadSeconds([stopped])).toBe(0)
  })

  it('counts half a minute for a container that does not say, and none for what has no target', () => {
    expect(longestStopLeadSeconds([taskIn('RUNNING')])).toBe(60)
  })
})

describe('what Ebbtide gives as its reason', () => {
  it('is found again in tasks that an earlier version of it has stopped', () => {
    expect(STOP_REASON).toBe('Ebbtide: drain deadline')
  })
})

describe('how much is read of an instance', () => {
  const stuck = draining(1, { stopLeadSeconds: 60, counted: tasksCounted(2) })
  const reading = (seconds: number, containerInstance: ReturnType<typeof draining>) =>
    taskReadingFor(factsAt(seconds, { containerInstance }), policy)

  it.each([
    ['nothing while it settles', 3, draining(1), 'none'],
    ['everything once, to know how early its tasks must be stopped', 7, draining(1), 'closely'],
    [
      'nothing while tasks are leaving',
      600,
      draining(1, { stopLeadSeconds: 360, counted: tasksCounted(5) }),
      'none',
    ],
    ['everything when tasks may have to be stopped', 3_240, draining(1, { stopLeadSeconds: 360 }), 'closely'],
    [
      'the states of its tasks once both counters are 0',
      600,
      emptied(1, { stopLeadSeconds: 360 }),
      'statuses',
    ],
    ['everything each minute at first, when nothing has moved', 121, stuck, 'closely'],
    ['nothing in between, when nothing has moved for long', 400, stuck, 'none'],
    ['everything every five minutes, when nothing has moved for long', 610, stuck, 'closely'],
    ['nothing when our hook has ended', 600, emptied(1, { isEnded: true }), 'none'],
  ] as const)('%s', (_, seconds, containerInstance, expected) => {
    expect(reading(seconds, containerInstance)).toBe(expected)
  })

  it('remembers after the first close look how early the slowest task must be stopped', () => {
    const tasks = [running('a'), running('b', { stopTimeoutSeconds: 120 })]
    const facts = factsAt(7, { containerInstance: draining(1), tasks, services: [shop] })
    expect(decideDrain(facts, policy).actions).toMatchObject([
      { do: 'remember', memory: { stopLeadSeconds: 450 } },
    ])
  })
})
