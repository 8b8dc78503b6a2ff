import { describe, expect, it } from '@jest/globals'

import type { Action } from '../../../lib/decide/decision.ts'
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
  without,
} from './facts-of.ts'

const decide = (facts: DrainFacts, changes: Partial<DrainPolicy> = {}) => {
  const { verdict, because, actions } = decideDrain(facts, policyWith(changes))
  return { says: `${verdict}: ${because}`, does: actions.map((action) => action.do), actions }
}

const find = <Kind extends Action['do']>(actions: readonly Action[], kind: Kind) =>
  actions.find((action): action is Extract<Action, { do: Kind }> => action.do === kind)

describe('a drain begins', () => {
  it('sets DRAINING first, remembers second, and looks again after the settle time', () => {
    const { says, does, actions } = decide(factsAt(1))
    expect(says).toBe('start: hook-waits')
    expect(does).toEqual(['set-draining', 'remember', 'look-again'])
    expect(find(actions, 'look-again')).toEqual({ do: 'look-again', delaySeconds: 5, hop: 1 })
    expect(find(actions, 'remember')?.memory).toEqual({
      actionStartedAt: START,
      cause: 'scale-in',
      lastBeatAt: START,
      drainingSince: 'when-written',
      drainedBy: 'us',
      isEnded: false,
    })
  })

  it('sets DRAINING on an empty instance too, because a task may land on it', () => {
    expect(decide(factsAt(1, { containerInstance: active({ runningTasksCount: 0 }) })).does).toContain(
      'set-draining',
    )
  })

  it('never believes an empty listing before DRAINING was in force', () => {
    const facts = factsAt(100, { containerInstance: active({ runningTasksCount: 0 }), tasks: [] })
    expect(decide(facts).says).toBe('start: hook-waits')
  })

  it('starts again when somebody set the instance back to ACTIVE', () => {
    const containerInstance = { ...draining(1), status: 'ACTIVE' }
    expect(decide(factsAt(60, { containerInstance })).says).toBe('start: hook-waits')
  })

  it('counts from the message when no scaling activity is listed yet', () => {
    const facts = without(factsAt(3, { announcedAt: at(2) }), 'action')
    expect(find(decide(facts).actions, 'remember')?.memory.actionStartedAt).toBe(at(2))
  })

  it.each(['REGISTERING', 'DEREGISTERING'])('waits for a container instance that is %s', (status) => {
    expect(decide(factsAt(1, { containerInstance: active({ status }) })).says).toBe('wait: not-yet-drainable')
  })
})

describe('an instance that is DRAINING already', () => {
  it('is adopted when nothing is remembered: watched, never set DRAINING again', () => {
    const { says, does, actions } = decide(factsAt(1, { containerInstance: active({ status: 'DRAINING' }) }))
    expect(says).toBe('wait: adopted')
    expect(does).toEqual(['remember', 'look-again'])
    expect(find(actions, 'remember')?.memory.drainedBy).toBe('others')
  })

  it.each([
    ['as ours where our hook holds it on its way back to life', 'Warmed:Pending:Wait', 'us'],
    ['as ours where it gets a new root volume', 'ReplacingRootVolume:Wait', 'us'],
    ['as that of others where it goes for good', 'Terminating:Wait', 'others'],
  ])('is adopted %s', (_, lifecycleState, drainedBy) => {
    const containerInstance = active({ status: 'DRAINING' })
    const { actions } = decide(factsAt(1, { containerInstance, lifecycleState }))
    expect(actions).toMatchObject([{ do: 'remember', memory: { drainedBy } }, { do: 'look-again' }])
  })

  it('is adopted anew when the memory belongs to an earlier termination', () => {
    const containerInstance = emptied(-9_000, { actionStartedAt: at(-9_000) })
    expect(decide(factsAt(1, { containerInstance, tasks: [] })).says).toBe('wait: adopted')
  })

  it('is adopted anew when the memory is of another version', () => {
    const containerInstance = active({ status: 'DRAINING', memory: 'v1:1:2:3', runningTasksCount: 0 })
    expect(decide(factsAt(900, { containerInstance, tasks: [] })).says).toBe('wait: adopted')
  })
})

describe('a drain goes on', () => {
  it('writes nothing while tasks run and no heartbeat is due', () => {
    const { says, does } = decide(factsAt(300, { containerInstance: draining(1, { stopLeadSeconds: 360 }) }))
    expect(says).toBe('wait: tasks-running')
    expect(does).toEqual([])
  })

  it.each(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'RUNNING', 'PENDING', 'DELETED'])(
    'waits for a task that is %s though both counters are 0',
    (status) => {
      const tasks = [taskIn('STOPPED', { stoppedAt: at(50) }), taskIn(status, { desiredStatus: 'STOPPED' })]
      expect(decide(factsAt(60, { containerInstance: emptied(1), tasks })).says).toBe('wait: tasks-stopping')
    },
  )

  it('does not finish while a counter is above 0, whatever the listing says', () => {
    const containerInstance = draining(1, {}, { runningTasksCount: 0, pendingTasksCount: 1 })
    expect(decide(factsAt(60, { containerInstance, tasks: [] })).says).toBe('wait: tasks-running')
  })

  it('does not finish where tasks were not listed', () => {
    expect(decide(factsAt(60, { containerInstance: emptied(1) })).says).toBe('wait: tasks-stopping')
  })

  it('settles for five seconds before an empty listing is believed', () => {
    const listed = (seconds: number) =>
      decide(factsAt(seconds, { containerInstance: emptied(1), tasks: [] })).says
    expect([listed(5.9), listed(6)]).toEqual(['wait: settling', 'finish: all-tasks-stopped'])
  })

  it('asks for another look when a look-again came early, and no more than three times', () => {
    const hops = [0, 1, 2, 3].map((hop) => decide(factsAt(3, { containerInstance: emptied(1), hop })).actions)
    expect(hops.map((actions) => find(actions, 'look-again')?.hop)).toEqual([undefined, 2, 3, undefined])
  })
})

describe('heartbeats', () => {
  const beatsAt = (seconds: number, lastBeat: number, timeout: number) => {
    const hook = hookWith({ heartbeatTimeoutSeconds: timeout, globalTimeoutSeconds: 100 * timeout })
    const containerInstance = draining(1, { lastBeatAt: at(lastBeat), stopLeadSeconds: 60 })
    return decide(factsAt(seconds, { hook, containerInstance }), { drainTimeoutSeconds: 4_500 })
  }

  it.each([
    [999, 0, false],
    [1_000, 0, true],
    [1_999, 1_000, false],
    [2_000, 1_000, true],
    [4_000, 3_000, true],
  ])('with a timeout of 3000 s, at %d s after one at %d s: %p', (now, last, expected) => {
    expect(beatsAt(now, last, 3_000).does.includes('heartbeat')).toBe(expected)
  })

  it('stops at the deadline', () => {
    expect(beatsAt(4_500, 3_000, 3_000).does).toEqual(['complete'])
  })

  it.each([
    ['is known by the message', { announcedAt: START }, false],
    ['is unknown, as an outage and a lost message leave it', {}, true],
  ])('beats at the first look where the start %s: %p', (_, known, expected) => {
    const facts = without(factsAt(300, { ...known, unlistedSince: at(300) }), 'action')
    const { actions } = decideDrain(facts, policyWith())
    expect(actions.some((action) => action.do === 'heartbeat')).toBe(expected)
    expect(actions).toContainEqual(
      expect.objectContaining({
        do: 'remember',
        memory: expect.objectContaining({ lastBeatAt: expected ? at(300) : START }),
      }),
    )
  })

  it('remembers the beat in the same look, in one write', () => {
    const { does, actions } = beatsAt(1_000, 0, 3_000)
    expect(does).toEqual(['heartbeat', 'remember'])
    expect(find(actions, 'remember')?.memory).toMatchObject({ lastBeatAt: at(1_000), drainingSince: at(1) })
  })

  it('beats for an instance that ECS does not know, though nothing can be remembered of it', () => {
    const facts = without(factsAt(700), 'containerInstance')
    const registration = { clusterExists: false, hasSibling: false, unknownSince: at(1) }
    expect(decide({ ...facts, registration }).does).toEqual(['heartbeat'])
  })

  it('beats before a start that comes late', () => {
    const { does, actions } = decide(factsAt(900))
    expect(does).toEqual(['heartbeat', 'set-draining', 'remember', 'look-again'])
    expect(find(actions, 'remember')?.memory.lastBeatAt).toBe(at(900))
  })
})

describe('a drain ends', () => {
  const tasks = [taskIn('STOPPED', { stoppedAt: at(310) }), taskIn('STOPPED', { stoppedAt: at(331) })]

  it('when every task has stopped, with the moment at which the last one did', () => {
    const { says, actions } = decide(factsAt(332, { containerInstance: emptied(1), tasks }))
    expect(says).toBe('finish: all-tasks-stopped')
    expect(actions).toEqual([
      { do: 'complete', outcome: 'drained', startedAt: START, lastTaskStoppedAt: at(331) },
    ])
  })

  it('does not count tasks that had stopped before the drain as the last ones', () => {
    const facts = factsAt(10, {
      containerInstance: emptied(1),
      tasks: [taskIn('STOPPED', { stoppedAt: at(-600) })],
    })
    expect(find(decide(facts).actions, 'complete')).toEqual({
      do: 'complete',
      outcome: 'drained',
      startedAt: START,
    })
  })

  it('remembers that it has ended where other hooks keep the instance waiting, and then leaves it alone', () => {
    const hook = hookWith({ hasCompanions: true })
    const { does, actions } = decide(factsAt(332, { containerInstance: emptied(1), tasks, hook }))
    expect(does).toEqual(['complete', 'remember'])
    expect(find(actions, 'remember')?.memory.isEnded).toBe(true)
    const later = factsAt(900, { containerInstance: emptied(1, { isEnded: true }), tasks, hook })
    expect(decide(later)).toMatchObject({ says: 'ignore: already-ended', does: [] })
  })

  it('when EC2 says that the machine is terminated, deregistering its ghost first', () => {
    const facts = factsAt(60, { containerInstance: draining(1), machine: { state: 'terminated' } })
    expect(decide(facts)).toMatchObject({
      says: 'release: machine-terminated',
      does: ['deregister', 'complete'],
    })
  })

  it.each(['shutting-down', 'stopping', 'stopped', 'running', 'pending'])(
    'not yet when EC2 says that the machine is %s',
    (state) => {
      const containerInstance = draining(1, { stopLeadSeconds: 60 }, { agentConnected: false })
      expect(decide(factsAt(60, { containerInstance, machine: { state } })).says).toBe('wait: tasks-running')
    },
  )
})

describe('the deadline', () => {
  const late = factsAt(3_600, {
    containerInstance: draining(1, { stopLeadSeconds: 60, lastBeatAt: at(3_500) }),
  })

  it.each(['stop-tasks', 'continue'] as const)(
    'completes with outcome deadline under the policy %s',
    (onDeadline) => {
      const { says, actions } = decide(late, { onDeadline })
      expect(says).toBe('overdue: deadline')
      expect(actions).toEqual([{ do: 'complete', outcome: 'deadline', startedAt: START }])
    },
  )

  it('comes a minute before the global cap of the hook, if that is sooner', () => {
    const hook = hookWith({ heartbeatTimeoutSeconds: 30, globalTimeoutSeconds: 3_000 })
    const says = [2_939, 2_940].map((now) => decide({ ...late, now: at(now), hook }).says)
    expect(says).toEqual(['wait: tasks-running', 'overdue: deadline'])
  })

  it('is of the action in progress, never of an earlier one', () => {
    const containerInstance = draining(-9_000, { actionStartedAt: at(-9_000) })
    expect(decide(factsAt(30, { containerInstance })).says).toBe('wait: adopted')
  })

  it('finishes a drain that is done even when it comes late', () => {
    expect(decide(factsAt(4_000, { containerInstance: emptied(1), tasks: [] })).says).toBe(
      'finish: all-tasks-stopped',
    )
  })

  it('ends the wait of an instance that was never set DRAINING', () => {
    expect(decide(factsAt(3_600)).says).toBe('overdue: deadline')
  })
})

describe('an instance that ECS does not know', () => {
  const unknown = (seconds: number, changes: Partial<DrainFacts>) =>
    decide({ ...without(factsAt(seconds), 'containerInstance'), ...changes }).says
  const proven = { clusterExists: true, hasSibling: true, unknownSince: at(1) }

  it.each([
    ['is blocked at the first look', 1, proven, 'blocked: unknown-instance'],
    ['is blocked within the grace', 60, proven, 'blocked: unknown-instance'],
    ['is released after two looks a minute apart', 61, proven, 'release: not-in-cluster'],
    [
      'is blocked where the cluster does not exist',
      61,
      { ...proven, clusterExists: false },
      'blocked: unknown-instance',
    ],
    [
      'is blocked where no sibling is in it',
      61,
      { ...proven, hasSibling: false },
      'blocked: unknown-instance',
    ],
    ['is let go at the deadline', 3_600, { ...proven, hasSibling: false }, 'overdue: deadline'],
  ])('%s', (_, seconds, registration, says) => {
    expect(unknown(seconds, { registration })).toBe(says)
  })

  it.each([
    [at(-59), 'release: not-in-cluster'],
    [at(-60), 'blocked: unknown-instance'],
  ])('without a sibling, is released only if it was terminated too young to register', (launchedAt, says) => {
    const registration = { ...proven, hasSibling: false }
    expect(unknown(61, { registration, machine: { state: 'running', launchedAt } })).toBe(says)
  })

  it('is released at once when EC2 says that the machine is terminated', () => {
    expect(unknown(1, { registration: proven, machine: { state: 'terminated' } })).toBe(
      'release: machine-terminated',
    )
  })

  it('is unknown too once it was deregistered', () => {
    const facts = factsAt(1, { containerInstance: active({ status: 'INACTIVE' }), registration: proven })
    expect(decide(facts).says).toBe('blocked: unknown-instance')
  })
})

describe('nothing waits for us', () => {
  it.each([
    'InService',
    'Terminating',
    'Terminating:Proceed',
    'Pending',
    'Standby',
    'Warmed:Stopped',
    'Terminating:Retained',
  ])('an instance that is %s is left alone', (lifecycleState) => {
    expect(decide(factsAt(600, { lifecycleState }))).toMatchObject({ says: 'ignore: not-waiting', does: [] })
  })

  it('looks again when a fresh message is ahead of what Auto Scaling still shows, at most three times', () => {
    const shown = (hop: number) =>
      decide(factsAt(1, { lifecycleState: 'InService', announcedAt: at(0), hop })).says
    expect([shown(0), shown(2), shown(3)]).toEqual([
      'wait: not-yet-shown',
      'wait: not-yet-shown',
      'ignore: not-waiting',
    ])
  })

  it('an instance that Auto Scaling has forgotten is left alone', () => {
    const facts = without(factsAt(1), 'lifecycleState')
    expect(decide(facts)).toMatchObject({ says: 'ignore: not-in-group', does: [] })
  })

  it('a group without our hook is left alone', () => {
    expect(decide(without(factsAt(1), 'hook'))).toMatchObject({ says: 'ignore: hook-missing', does: [] })
  })
})

describe('what a drain left behind', () => {
  const orphan = factsAt(60, {
    lifecycleState: 'InService',
    containerInstance: draining(1),
    orphanSince: at(0),
  })

  it('an instance in service that we set DRAINING is set ACTIVE in the second look', () => {
    expect(decide(orphan)).toMatchObject({ says: 'release: orphan', does: ['set-active', 'forget'] })
    expect(decide({ ...orphan, orphanSince: orphan.now }).does).toEqual([])
  })

  it('what somebody else set DRAINING is never set ACTIVE', () => {
    const containerInstance = draining(1, { drainedBy: 'others' })
    expect(decide({ ...orphan, containerInstance }).does).toEqual([])
  })

  it('an instance that has just gone from InService to another state is no orphan', () => {
    expect(decide({ ...orphan, lifecycleState: 'Terminating' }).does).toEqual([])
  })

  it('the ghost of a terminated machine of our groups is deregistered', () => {
    const ghost = { ...without(factsAt(900, { containerInstance: draining(1) }), 'lifecycleState') }
    const machine = { state: 'terminated' }
    expect(decide({ ...ghost, machine }).does).toEqual(['deregister'])
    expect(decide({ ...ghost, machine: { state: 'stopped' } }).does).toEqual([])
    expect(decide({ ...without(ghost, 'autoScalingGroupName'), machine }).does).toEqual([])
    expect(arn).toBe(ghost.containerInstance?.arn)
  })
})
