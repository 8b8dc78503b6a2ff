import { describe, expect, it } from '@jest/globals'

import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts } from '../../../lib/decide/facts.ts'
import type { WrittenMemory } from '../../../lib/decide/memory.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import {
  arn,
  at,
  draining,
  emptied,
  factsAt,
  policyWith,
  serviceWith,
  START,
  taskIn,
  tasksCounted,
} from './facts-of.ts'

const decide = (facts: DrainFacts, policy: Partial<DrainPolicy> = {}) => {
  const { verdict, because, ...rest } = decideDrain(facts, policyWith(policy))
  return { says: `${verdict}: ${because}`, ...rest }
}

const jobIn = (status: string, id: string) => {
  const { serviceName: _, ...job } = taskIn(status, { arn: id })
  return job
}

describe('standalone tasks that are ignored', () => {
  const ignoring = (tasks: DrainFacts['tasks'], counted: number) => {
    const containerInstance = draining(
      1,
      { stopLeadSeconds: 60, counted: tasksCounted(counted) },
      { runningTasksCount: counted },
    )
    const facts = factsAt(60, { containerInstance })
    return decide(tasks === undefined ? facts : { ...facts, tasks }, { standaloneTasks: 'ignore' }).says
  }

  it.each([
    [
      'end the drain when those of services have stopped',
      [jobIn('RUNNING', 'job'), taskIn('STOPPED')],
      'finish: only-ignored-tasks-left',
    ],
    [
      'do not end it while one of a service is left',
      [jobIn('RUNNING', 'job'), taskIn('RUNNING')],
      'wait: tasks-running',
    ],
    ['do not end it where no task was listed', undefined, 'wait: tasks-running'],
  ])('%s', (_, tasks, says) => {
    expect(ignoring(tasks, 1)).toBe(says)
  })
})

describe('standalone tasks that are stopped after their time', () => {
  const stopping = (tasks: NonNullable<DrainFacts['tasks']>) => {
    const containerInstance = draining(1, {
      stopLeadSeconds: 60,
      counted: tasksCounted(2),
      lastBeatAt: at(600),
    })
    return decide(factsAt(600, { containerInstance, tasks }), { standaloneTasks: { stopAfterSeconds: 600 } })
  }
  const stop = (taskArn: string) => ({ do: 'stop-task', taskArn })

  it('are all stopped in one look, and those of services are not', () => {
    const tasks = [jobIn('RUNNING', 'one'), jobIn('RUNNING', 'two'), taskIn('RUNNING', { arn: 'shop' })]
    const again = { do: 'look-again', delaySeconds: 15, hop: 1 }
    expect(stopping(tasks).actions).toEqual([stop('one'), stop('two'), again])
  })

  it('need no other look when nothing stays', () => {
    const tasks = [jobIn('RUNNING', 'one'), jobIn('STOPPED', 'two'), jobIn('DEACTIVATING', 'three')]
    expect(stopping(tasks).actions).toEqual([stop('one')])
  })
})

describe('what a close look learns', () => {
  const known = { stopLeadSeconds: 90, counted: tasksCounted(2), blockedBy: 'deployment-bounds' } as const
  const stuck = serviceWith({ maximumPercent: 100 })
  const task = taskIn('RUNNING', { deregistrationDelaySeconds: 30 })
  const close = (memory: Parameters<typeof draining>[1], changes: Partial<DrainFacts> = {}) =>
    decide(
      factsAt(60, { containerInstance: draining(1, memory), tasks: [task], services: [stuck], ...changes }),
    )

  it('is not written again when it was known', () => {
    expect(close(known)).toMatchObject({ says: 'blocked: deployment-bounds', actions: [] })
  })

  it.each([
    ['an obstacle', { stopLeadSeconds: 90, counted: tasksCounted(2) }],
    ['how early tasks must be stopped', { counted: tasksCounted(2), blockedBy: 'deployment-bounds' }],
    ['how many tasks are counted', { ...known, counted: tasksCounted(3) }],
  ] as const)('is written when %s is new', (_, memory) => {
    const counted = { tasks: known.counted.tasks }
    expect(close(memory).actions).toMatchObject([
      { do: 'remember', containerInstanceArn: arn, memory: { ...known, counted, drainingSince: at(1) } },
    ])
  })

  it('keeps the time of a count that stands, and dates a new one when it is written', () => {
    const countedIn = (counted: WrittenMemory['counted']) => {
      const [action] = close({ blockedBy: 'deployment-bounds', ...(counted && { counted }) }).actions
      return action?.do === 'remember' ? action.memory.counted : undefined
    }
    expect(countedIn(tasksCounted(2))).toEqual(tasksCounted(2))
    expect(countedIn(tasksCounted(3))).toEqual({ at: 'when-written', tasks: 2 })
    expect(countedIn(undefined)).toEqual({ at: 'when-written', tasks: 2 })
  })

  it('is told, but not remembered, when something could not be read', () => {
    expect(close({}, { unread: 'services' })).toMatchObject({
      says: 'blocked: deployment-bounds',
      about: ['shop'],
      actions: [],
    })
    const nothing = close({}, { unread: 'services', services: [serviceWith()] })
    expect(nothing).toMatchObject({ says: 'wait: tasks-running', actions: [] })
  })

  it('is nothing where services were read and tasks were not', () => {
    const facts = factsAt(60, { containerInstance: draining(1), services: [stuck] })
    expect(decide(facts)).toMatchObject({ says: 'wait: tasks-running', actions: [] })
  })
})

describe('what is seen without a close look', () => {
  const remembered = { stopLeadSeconds: 630, counted: tasksCounted(2), blockedBy: 'no-capacity' } as const

  it('is a silent agent, whatever was in the way before', () => {
    const facts = factsAt(300, { containerInstance: draining(1, remembered), agentSilentSince: at(180) })
    expect(decide(facts).says).toBe('blocked: agent-disconnected')
  })

  it('is a slow stop, which takes as long as the slowest task may take', () => {
    const tasks = [taskIn('STOPPING', { stoppingAt: at(10) })]
    const facts = factsAt(60, { containerInstance: emptied(1, remembered), tasks })
    expect(decide(facts)).toMatchObject({ says: 'blocked: slow-stop', until: at(610) })
  })

  it('is no slow stop where nobody knows how long it may take', () => {
    const tasks = [taskIn('STOPPING', { stoppingAt: at(10) })]
    expect(decide(factsAt(60, { containerInstance: emptied(1), tasks })).says).toBe('wait: tasks-stopping')
  })

  it('is nothing that was in the way when tasks were listed and all of them leave', () => {
    const facts = factsAt(300, { containerInstance: emptied(1, remembered), tasks: [taskIn('DEACTIVATING')] })
    expect(decide(facts).says).toBe('wait: tasks-stopping')
  })
})

describe('after a notice', () => {
  const noticed = (changes: Partial<DrainFacts>) =>
    decide(
      factsAt(60, {
        containerInstance: draining(1, { noticedAt: START, stopLeadSeconds: 360, counted: tasksCounted(2) }),
        services: [serviceWith()],
        ...changes,
      }),
    )
  const running = (id: string) =>
    taskIn('RUNNING', { arn: id, deregistrationDelaySeconds: 300, stopTimeoutSeconds: 30 })

  it('all that stays is stopped together at half of the two minutes, and what leaves is left alone', () => {
    const tasks = [
      running('a'),
      running('b'),
      taskIn('DEACTIVATING', { arn: 'c' }),
      taskIn('STOPPED', { arn: 'd' }),
    ]
    expect(noticed({ tasks }).actions).toEqual([
      { do: 'stop-task', taskArn: 'a' },
      { do: 'stop-task', taskArn: 'b' },
    ])
  })

  it('nothing is stopped before that, however long it takes to stop', () => {
    const { actions } = noticed({ tasks: [running('a')], now: at(59) })
    expect(actions.map((action) => action.do)).not.toContain('stop-task')
  })
})

describe('the tasks of a drain are stopped for its deadline', () => {
  it('only in a close look, as their services must be known', () => {
    const facts = factsAt(3_590, {
      containerInstance: draining(1, { lastBeatAt: at(3_500) }),
      tasks: [taskIn('RUNNING')],
    })
    expect(decide(facts).says).toBe('wait: tasks-running')
  })
})

describe('an event that is newer than what ECS shows', () => {
  const said = (saidStopped: readonly string[], hop = 0) => {
    const tasks = [taskIn('STOPPED', { arn: 'a' }), taskIn('DEPROVISIONING', { arn: 'b' })]
    const containerInstance = emptied(1, { stopLeadSeconds: 60, counted: tasksCounted(0) })
    return decide(factsAt(60, { containerInstance, tasks, saidStopped, hop })).actions
  }

  it('is asked for again after two seconds, at most three times', () => {
    expect(said(['b'])).toEqual([{ do: 'look-again', delaySeconds: 2, hop: 1 }])
    expect(said(['b'], 3)).toEqual([])
  })

  it('is no news where ECS shows that the task has stopped', () => {
    expect(said(['a'])).toEqual([])
    expect(said([])).toEqual([])
  })

  it('is no news where no task was listed', () => {
    const containerInstance = draining(1, { stopLeadSeconds: 60, counted: tasksCounted(0) })
    expect(decide(factsAt(60, { containerInstance, saidStopped: ['b'] })).actions).toEqual([])
  })
})

describe('what is due before resync comes again is looked at when it is due', () => {
  const quiet = { stopLeadSeconds: 360, counted: tasksCounted(2) }
  const delay = (
    seconds: number,
    policy: Partial<DrainPolicy>,
    memory: Parameters<typeof draining>[1] = quiet,
  ) => {
    const containerInstance = draining(1, { lastBeatAt: at(seconds), ...memory })
    const { actions } = decide(factsAt(seconds, { containerInstance }), policy)
    return actions.flatMap((action) => (action.do === 'look-again' ? [action.delaySeconds] : []))
  }
  const waiting = { onDeadline: 'continue' } as const

  it.each([
    ['the deadline', 3_540, waiting, {}, [60]],
    ['the deadline, not a minute too early', 3_539, waiting, {}, []],
    ['the deadline, rounded up', 3_590.4, waiting, {}, [10]],
    ['the stopping of tasks', 3_200, {}, {}, [40]],
    ['the stopping of tasks, not under another policy', 3_200, waiting, {}, []],
    [
      'the stopping of tasks, not where their times are unknown',
      3_200,
      {},
      { stopLeadSeconds: undefined },
      [],
    ],
    ['the end of standalone tasks', 870, { standaloneTasks: { stopAfterSeconds: 900 } }, {}, [30]],
    [
      'the end of standalone tasks, which is over',
      901,
      { standaloneTasks: { stopAfterSeconds: 900 } },
      {},
      [],
    ],
    ['half of the two minutes after a notice', 20, {}, { noticedAt: START }, [40]],
    ['the end of those two minutes', 61, {}, { noticedAt: START }, [59]],
    ['the sooner of two', 3_555, { standaloneTasks: { stopAfterSeconds: 3_570 }, ...waiting }, {}, [15]],
    ['nothing at its very moment', 900, { standaloneTasks: { stopAfterSeconds: 900 } }, {}, []],
  ] as const)('%s', (_, seconds, policy, memory, delays) => {
    const { stopLeadSeconds, ...others } = { ...quiet, ...memory }
    expect(
      delay(seconds, policy, { ...others, ...(stopLeadSeconds !== undefined && { stopLeadSeconds }) }),
    ).toEqual(delays)
  })

  it('the stopping of tasks whose times this very look has read', () => {
    const containerInstance = draining(1, { lastBeatAt: at(3_200) })
    const tasks = [taskIn('RUNNING', { deregistrationDelaySeconds: 300, stopTimeoutSeconds: 30 })]
    const { actions } = decide(factsAt(3_200, { containerInstance, tasks, services: [serviceWith()] }))
    expect(actions).toMatchObject([{ do: 'remember' }, { do: 'look-again', delaySeconds: 40, hop: 1 }])
  })

  it('nothing by the times of tasks of which only the states were read', () => {
    const containerInstance = draining(1, { lastBeatAt: at(3_500) })
    const facts = factsAt(3_500, { containerInstance, tasks: [taskIn('RUNNING')] })
    expect(decide(facts).actions).toEqual([])
  })
})
