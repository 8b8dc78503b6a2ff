import { describe, expect, it } from '@jest/globals'

import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts, ServiceFacts, TaskFacts } from '../../../lib/decide/facts.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import {
  active,
  at,
  draining,
  emptied,
  factsAt,
  hookWith,
  policyWith,
  serviceWith,
  taskIn,
  tasksCounted,
} from './facts-of.ts'

interface Look {
  readonly seconds?: number
  readonly tasks?: readonly TaskFacts[]
  readonly services?: readonly ServiceFacts[]
  readonly changes?: Partial<DrainFacts>
}

/** A close look at a drain whose tasks all still run. */
const look = ({
  seconds = 60,
  tasks = [taskIn('RUNNING')],
  services = [serviceWith()],
  changes = {},
}: Look) => {
  const facts = factsAt(seconds, { containerInstance: draining(1), tasks, services, ...changes })
  const { verdict, because, about, until, actions } = decideDrain(facts, policyWith())
  return { says: `${verdict}: ${because}`, about, until, actions }
}

const unplaced = { complaint: { kind: 'unplaced', at: at(40) } } as const

describe('why a drain is stuck', () => {
  it('is not asked where nothing is in the way', () => {
    expect(look({}).says).toBe('wait: tasks-running')
  })

  it('deployment bounds that leave no room, on the first settled look', () => {
    const services = [serviceWith({ desiredCount: 3, minimumHealthyPercent: 100, maximumPercent: 125 })]
    expect(look({ seconds: 7, services })).toMatchObject({
      says: 'blocked: deployment-bounds',
      about: ['shop'],
    })
  })

  it('no capacity: the service cannot place a task, and no other instance has room for one', () => {
    const services = [serviceWith({ ...unplaced, roomElsewhere: 0 })]
    expect(look({ services })).toMatchObject({ says: 'blocked: no-capacity', about: ['shop'] })
  })

  it('a placement constraint: there would be room by CPU and memory', () => {
    expect(look({ services: [serviceWith({ ...unplaced, roomElsewhere: 2 })] }).says).toBe(
      'blocked: placement-constraint',
    )
  })

  it('launches that are suspended, where there is no room and none can come', () => {
    const services = [serviceWith({ ...unplaced, roomElsewhere: 0 })]
    expect(look({ services, changes: { hook: hookWith({ isLaunchSuspended: true }) } }).says).toBe(
      'blocked: launch-suspended',
    )
  })

  it('no capacity also where the service said so before the drain: ECS does not repeat itself', () => {
    const services = [serviceWith({ complaint: { kind: 'unplaced', at: at(-900) }, roomElsewhere: 0 })]
    expect(look({ services }).says).toBe('blocked: no-capacity')
  })

  it('nothing that a service said before the drain, where there is room now', () => {
    const services = [serviceWith({ complaint: { kind: 'unplaced', at: at(-900) }, roomElsewhere: 1 })]
    expect(look({ services }).says).toBe('wait: tasks-running')
  })

  it('replacements that keep failing to start', () => {
    const services = [serviceWith({ complaint: { kind: 'impaired', at: at(40) } })]
    expect(look({ services }).says).toBe('blocked: replacement-unhealthy')
  })

  it.each([
    [180, 'wait: tasks-running'],
    [181, 'blocked: replacement-unhealthy'],
  ])('replacements that run and do not answer, %d s after the start', (seconds, says) => {
    const services = [serviceWith({ runningCount: 5, healthyTargetCount: 4 })]
    expect(look({ seconds, services }).says).toBe(says)
  })

  it('standalone tasks, when nothing else is left', () => {
    const { serviceName: _, ...job } = taskIn('RUNNING', { arn: 'job' })
    expect(look({ tasks: [job, taskIn('STOPPED')] })).toMatchObject({
      says: 'blocked: standalone-task',
      about: ['job'],
    })
    expect(look({ tasks: [job, taskIn('RUNNING')] }).says).toBe('wait: tasks-running')
  })

  it.each([
    [119, 'wait: tasks-running'],
    [120, 'blocked: agent-disconnected'],
  ])('an agent that has been silent for %d s', (silence, says) => {
    expect(look({ seconds: 300, changes: { agentSilentSince: at(300 - silence) } }).says).toBe(says)
  })

  it('a slow stop, with the time at which it ends', () => {
    const stopping = taskIn('STOPPING', {
      stoppingAt: at(10),
      deregistrationDelaySeconds: 30,
      stopTimeoutSeconds: 600,
    })
    const slow = look({ tasks: [stopping], changes: { containerInstance: emptied(1) } })
    expect(slow).toMatchObject({ says: 'blocked: slow-stop', until: at(640) })
  })

  it.each([
    [60, 'wait: tasks-stopping'],
    [60.001, 'blocked: slow-stop'],
  ])('no stop that ends within a minute: with %d s to go it says %s', (left, says) => {
    const stopping = taskIn('STOPPING', { stoppingAt: at(left), stopTimeoutSeconds: 60 })
    expect(look({ tasks: [stopping], changes: { containerInstance: emptied(1) } }).says).toBe(says)
  })

  it('no slow stop while another task has not been told to stop', () => {
    const stopping = taskIn('STOPPING', { stoppingAt: at(10), stopTimeoutSeconds: 600 })
    expect(look({ tasks: [stopping, taskIn('RUNNING')] }).says).toBe('wait: tasks-running')
  })

  it('no slow stop by a task that has stopped, or that still deregisters', () => {
    const times = { stoppingAt: at(10), stopTimeoutSeconds: 600 }
    const tasks = [taskIn('STOPPED', times), taskIn('DEACTIVATING', times)]
    expect(look({ tasks, changes: { containerInstance: emptied(1) } }).says).toBe('wait: tasks-stopping')
  })

  it('nothing of a service whose tasks all leave, of one that has none here, nor of a daemon', () => {
    const stuck = { ...unplaced, roomElsewhere: 0 }
    const others = [
      serviceWith({ name: 'search', ...stuck }),
      serviceWith({ name: 'logs', isDaemon: true, ...stuck }),
    ]
    const tasks = [
      taskIn('DEACTIVATING'),
      taskIn('RUNNING', { serviceName: 'logs' }),
      taskIn('RUNNING', { serviceName: 'cart' }),
    ]
    expect(look({ tasks, services: [serviceWith(stuck), ...others] }).says).toBe('wait: tasks-running')
  })

  it('what a service said in the moment in which DRAINING was set', () => {
    const complaint = { kind: 'impaired', at: at(1) } as const
    expect(look({ services: [serviceWith({ complaint })] }).says).toBe('blocked: replacement-unhealthy')
    const before = serviceWith({ complaint: { ...complaint, at: at(0.999) } })
    expect(look({ services: [before] }).says).toBe('wait: tasks-running')
  })

  it('no lack of room where a service has room for nothing and complains of something else', () => {
    const services = [serviceWith({ complaint: { kind: 'impaired', at: at(-9) }, roomElsewhere: 0 })]
    expect(look({ services }).says).toBe('wait: tasks-running')
  })

  it('no placement constraint where nobody counted the room', () => {
    expect(look({ services: [serviceWith(unplaced)] }).says).toBe('wait: tasks-running')
  })

  it.each([
    ['all of them answer', { runningCount: 5, healthyTargetCount: 5 }],
    ['none of them is new', { runningCount: 4, healthyTargetCount: 3 }],
  ])('no replacements that do not answer where %s', (_, counts) => {
    expect(look({ seconds: 300, services: [serviceWith(counts)] }).says).toBe('wait: tasks-running')
  })

  it('is remembered, and told again from memory while nothing is looked at closely', () => {
    const services = [serviceWith({ minimumHealthyPercent: 100, maximumPercent: 100 })]
    expect(look({ services }).actions).toMatchObject([
      {
        do: 'remember',
        memory: { blockedBy: 'deployment-bounds', counted: { at: 'when-written', tasks: 2 } },
      },
    ])
    const containerInstance = draining(1, {
      blockedBy: 'deployment-bounds',
      counted: tasksCounted(2),
      stopLeadSeconds: 60,
    })
    const later = decideDrain(factsAt(400, { containerInstance }), policyWith())
    expect(later).toMatchObject({ verdict: 'blocked', because: 'deployment-bounds', actions: [] })
  })

  it('is forgotten when a close look finds nothing any more', () => {
    const containerInstance = draining(1, {
      blockedBy: 'no-capacity',
      counted: tasksCounted(2),
      stopLeadSeconds: 60,
    })
    const { says, actions } = look({ changes: { containerInstance } })
    expect(says).toBe('wait: tasks-running')
    expect(actions).toMatchObject([{ do: 'remember' }])
    expect(JSON.stringify(actions)).not.toContain('no-capacity')
  })
})

describe('protected tasks', () => {
  const busy = taskIn('RUNNING', { arn: 'busy', protectedUntil: at(1_800) })
  const decide = (seconds: number, policy: Partial<DrainPolicy>, changes: Partial<DrainFacts> = {}) => {
    const facts = factsAt(seconds, { containerInstance: active(), tasks: [busy], ...changes })
    const { verdict, because, about } = decideDrain(facts, policyWith(policy))
    return { says: `${verdict}: ${because}`, about }
  }

  it('put DRAINING off, because ECS would not spare them', () => {
    expect(decide(60, {})).toEqual({ says: 'blocked: protected-task', about: ['busy'] })
  })

  it.each([
    ['until their protection ends', 1_800, {}],
    ['at most until the reserve before the deadline', 2_700, { drainReserveSeconds: 900 }],
    ['not at all under the policy ignore', 60, { protectedTasks: 'ignore' }],
  ] as const)('%s', (_, seconds, policy) => {
    const lasting = { tasks: [taskIn('RUNNING', { protectedUntil: at(seconds === 2_700 ? 9_000 : 1_800) })] }
    expect(decide(seconds, policy, lasting).says).toBe('start: hook-waits')
  })

  it('never put it off when the machine goes within two minutes', () => {
    const notice = { kind: 'spot', at: at(59) } as const
    expect(decide(60, {}, { notice }).says).toBe('start: hook-waits')
  })
})

describe('standalone tasks', () => {
  const { serviceName: _, ...job } = taskIn('RUNNING', { arn: 'job' })
  const decide = (
    seconds: number,
    standaloneTasks: DrainPolicy['standaloneTasks'],
    runningTasksCount = 1,
  ) => {
    const memory = { stopLeadSeconds: 60, counted: tasksCounted(runningTasksCount), lastBeatAt: at(seconds) }
    const containerInstance = draining(1, memory, { runningTasksCount })
    return decideDrain(factsAt(seconds, { containerInstance, tasks: [job] }), policyWith({ standaloneTasks }))
  }

  it('are stopped after their time', () => {
    expect(decide(599, { stopAfterSeconds: 600 }).actions.some((action) => action.do === 'stop-task')).toBe(
      false,
    )
    expect(decide(600, { stopAfterSeconds: 600 }).actions[0]).toEqual({ do: 'stop-task', taskArn: 'job' })
  })

  it('are not waited for where they are ignored, and it is recorded', () => {
    expect(decide(60, 'ignore').actions).toMatchObject([{ do: 'complete', outcome: 'standalone-ignored' }])
  })

  it('are not taken for all that is left while ECS counts more tasks than it lists', () => {
    expect(decide(60, 'ignore', 2).actions.some((action) => action.do === 'complete')).toBe(false)
  })
})
