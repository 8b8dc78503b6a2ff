import { describe, expect, it } from '@jest/globals'

import type { Action } from '../../../lib/decide/decision.ts'
import { decideDrain } from '../../../lib/decide/drain.ts'
import type { ServiceFacts, TaskFacts } from '../../../lib/decide/facts.ts'
import { taskReadingFor } from '../../../lib/decide/reading.ts'
import { stopTimeOf } from '../../../lib/decide/stop-tasks.ts'
import { at, draining, emptied, factsAt, policyWith, serviceWith, taskIn } from './facts-of.ts'

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

const stoppedByUs = (id: string) =>
  taskIn('DEACTIVATING', {
    arn: id,
    stoppedByUs: true,
    deregistrationDelaySeconds: 300,
    stopTimeoutSeconds: 30,
  })

const shop = serviceWith()

const stopsAt = (
  seconds: number,
  tasks: readonly TaskFacts[],
  services: readonly ServiceFacts[] = [shop],
) => {
  const containerInstance = draining(1, { stopLeadSeconds: 360, lastBeatAt: at(seconds) })
  const { verdict, actions } = decideDrain(factsAt(seconds, { containerInstance, tasks, services }), policy)
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
    expect(stopsAt(3_250, tasks).stops).toEqual(['b'])
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

  it('stops nothing under the policy continue', () => {
    const containerInstance = draining(1, { stopLeadSeconds: 360, lastBeatAt: at(3_500) })
    const facts = factsAt(3_590, { containerInstance, tasks: [running('a')], services: [shop] })
    const { actions } = decideDrain(facts, { ...policy, onDeadline: 'continue' })
    expect(actions.map((action) => action.do)).toEqual(['remember', 'look-again'])
  })
})

describe('how much is read of an instance', () => {
  const stuck = draining(1, { stopLeadSeconds: 60, countedTasks: 2 })
  const reading = (seconds: number, containerInstance: ReturnType<typeof draining>) =>
    taskReadingFor(factsAt(seconds, { containerInstance }), policy)

  it.each([
    ['nothing while it settles', 3, draining(1), 'none'],
    ['everything once, to know how early its tasks must be stopped', 7, draining(1), 'closely'],
    ['nothing while tasks are leaving', 600, draining(1, { stopLeadSeconds: 360, countedTasks: 5 }), 'none'],
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
