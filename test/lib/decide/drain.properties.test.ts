import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import type { Action, Decision, Verdict } from '../../../lib/decide/decision.ts'
import { decideDrain } from '../../../lib/decide/drain.ts'
import type { DrainFacts, TaskFacts } from '../../../lib/decide/facts.ts'
import { formatMemory, parseMemory, writtenAt } from '../../../lib/decide/memory.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import { anyFacts, lastMinuteFacts, leavingFacts, policies, waitingFacts } from './arbitrary-facts.ts'
import { policyWith, without } from './facts-of.ts'

const RUNS = { numRuns: 1_000 }

/** What is said about every decision, whatever the facts and the policy. */
const always = (
  says: (decided: Decision, facts: DrainFacts, policy: DrainPolicy) => void,
  from: fc.Arbitrary<DrainFacts> = anyFacts,
): void =>
  fc.assert(
    fc.property(from, policies, (facts, policy) => says(decideDrain(facts, policy), facts, policy)),
    RUNS,
  )

type Of<Kind extends Action['do']> = Extract<Action, { readonly do: Kind }>

const allOf = <Kind extends Action['do']>({ actions }: Decision, kind: Kind): readonly Of<Kind>[] =>
  actions.filter((action): action is Of<Kind> => action.do === kind)

const frozen = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

/** Written out once more, so that no rule is checked by itself. */
const waiting = [
  'Terminating:Wait',
  'Warmed:Pending:Wait',
  'Warmed:Terminating:Wait',
  'ReplacingRootVolume:Wait',
]
const isWaiting = ({ lifecycleState = '' }: DrainFacts): boolean => waiting.includes(lifecycleState)
const isUnstopped = ({ lastStatus }: TaskFacts): boolean => lastStatus !== 'STOPPED'

const memoryOf = ({ containerInstance }: DrainFacts) => parseMemory(containerInstance?.memory ?? '')

/** When AWS said that the machine goes within two minutes, as far as the policy listens. */
const noticeTimes = (facts: DrainFacts, policy: DrainPolicy): readonly number[] => {
  const { notice } = facts
  const told = notice?.kind === 'spot' || notice?.kind === 'capacity' ? [notice.at] : []
  const remembered = memoryOf(facts)?.noticedAt
  return policy.spot === 'off' ? [] : [...told, ...(remembered === undefined ? [] : [remembered])]
}

/** The drain timeout and the cap of the hook, whichever ends first. */
const patienceSeconds = ({ hook }: DrainFacts, { drainTimeoutSeconds }: DrainPolicy): number =>
  Math.min(drainTimeoutSeconds, (hook?.globalTimeoutSeconds ?? 0) - 60)

const isPatienceOver = (facts: DrainFacts, policy: DrainPolicy, startedAt: number): boolean =>
  facts.now >= startedAt + 1_000 * patienceSeconds(facts, policy) ||
  noticeTimes(facts, policy).some((noticed) => facts.now >= noticed + 120_000)

const because: Readonly<Record<Verdict, readonly string[]>> = {
  start: ['hook-waits', 'notice', 'replacement-asked'],
  wait: [
    'adopted',
    'settling',
    'tasks-running',
    'tasks-stopping',
    'not-yet-shown',
    'not-yet-drainable',
    'not-yet-due',
    'unread',
  ],
  blocked: [
    'deployment-bounds',
    'no-capacity',
    'placement-constraint',
    'replacement-unhealthy',
    'standalone-task',
    'protected-task',
    'slow-stop',
    'agent-disconnected',
    'launch-suspended',
    'unknown-instance',
  ],
  finish: ['all-tasks-stopped', 'only-ignored-tasks-left'],
  overdue: ['time-to-stop-tasks', 'deadline'],
  release: ['machine-terminated', 'not-in-cluster', 'orphan', 'nothing-to-move'],
  ignore: ['not-in-group', 'not-waiting', 'hook-missing', 'already-ended'],
}

const waits: readonly Action['do'][] = ['heartbeat', 'remember', 'look-again']
const does: Readonly<Record<Verdict, readonly Action['do'][]>> = {
  start: [...waits, 'set-draining', 'replace'],
  wait: waits,
  blocked: waits,
  finish: ['complete', 'remember'],
  overdue: [...waits, 'stop-task', 'complete'],
  release: ['complete', 'remember', 'deregister', 'set-active', 'forget'],
  ignore: [],
}

describe('the facts that these properties are told', () => {
  it('lead to every verdict for every reason, and to every action', () => {
    const decided = fc
      .sample(fc.tuple(anyFacts, policies), { numRuns: 10_000, seed: 1 })
      .map(([facts, policy]) => decideDrain(facts, policy))
    const reasons = new Set(decided.map((one) => one.because))
    expect([...reasons].sort()).toEqual(Object.values(because).flat().sort())
    const kinds = new Set(decided.flatMap(({ actions }) => actions.map((action) => action.do)))
    expect([...kinds].sort()).toEqual([...new Set(Object.values(does).flat())].sort())
    const outcomes = new Set(decided.flatMap((one) => allOf(one, 'complete')).map(({ outcome }) => outcome))
    expect(outcomes.size).toBe(7)
  })
})

describe('every decision', () => {
  it('is the same the second time, and leaves the facts as they were', () => {
    fc.assert(
      fc.property(anyFacts, policies, (facts, policy) => {
        const first = decideDrain(frozen(facts), frozen(policy))
        expect(decideDrain(facts, policy)).toEqual(first)
      }),
      RUNS,
    )
  })

  it('comes out of its own log line again', () => {
    always((decided, facts, policy) => {
      const line = JSON.stringify({ facts, policy, decided })
      const logged = JSON.parse(line) as { facts: DrainFacts; policy: DrainPolicy; decided: unknown }
      expect(logged.decided).toEqual(decided)
      expect(decideDrain(logged.facts, logged.policy)).toEqual(decided)
    })
  })

  it('gives a reason of its verdict, and does only what belongs to it', () => {
    always((decided) => {
      expect(because[decided.verdict]).toContain(decided.because)
      expect(does[decided.verdict]).toEqual(
        expect.arrayContaining(decided.actions.map((action) => action.do)),
      )
    })
  })

  it('does nothing about an instance that it ignores', () => {
    always(({ verdict, actions }) => expect(verdict === 'ignore' ? actions : []).toEqual([]))
  })

  it('completes, beats, remembers and asks for a look at most once', () => {
    always((decided) => {
      for (const kind of ['complete', 'heartbeat', 'look-again', 'set-draining'] as const)
        expect(allOf(decided, kind).length).toBeLessThanOrEqual(1)
      const memories = allOf(decided, 'remember').map(({ memory }) => memory)
      expect(memories.filter(({ isIntent }) => !isIntent).length).toBeLessThanOrEqual(1)
    })
  })

  it('remembers what is meant before DRAINING, and what is done after it', () => {
    always((decided) => {
      const kinds = decided.actions.flatMap((action) => {
        if (action.do !== 'remember') return action.do === 'set-draining' ? [action.do] : []
        return action.memory.isIntent ? ['intent'] : []
      })
      expect(['', 'set-draining', 'intent,set-draining']).toContain(kinds.join(','))
    })
  })

  it('writes memory that ECS takes and that comes back as it was', () => {
    always((decided, { now }) => {
      for (const { memory } of allOf(decided, 'remember')) {
        const value = formatMemory(writtenAt(now, memory))
        expect(value).toMatch(/^[A-Za-z0-9\-_/\\.:@ ]{1,128}$/)
        expect(parseMemory(value)).toEqual(writtenAt(now, memory))
      }
    })
  })

  it('concerns only the container instance and the tasks that were seen', () => {
    always((decided, { containerInstance, tasks = [] }) => {
      for (const action of decided.actions) {
        if ('containerInstanceArn' in action) expect(action.containerInstanceArn).toBe(containerInstance?.arn)
        if ('taskArn' in action) expect(tasks.map(({ arn }) => arn)).toContain(action.taskArn)
      }
    })
  })

  it('asks for a look no later than resync comes, and never for a fourth one after another', () => {
    always((decided, { hop }) => {
      for (const again of allOf(decided, 'look-again')) {
        expect(Number.isInteger(again.delaySeconds)).toBe(true)
        expect(again.delaySeconds).toBeGreaterThan(0)
        expect(again.delaySeconds).toBeLessThanOrEqual(60)
        expect([1, hop + 1]).toContain(again.hop)
        expect(again.hop).toBeLessThanOrEqual(3)
      }
    })
  })

  it('sets DRAINING only what is ACTIVE, and ACTIVE only what we set DRAINING', () => {
    always((decided, facts) => {
      if (allOf(decided, 'set-draining').length > 0) expect(facts.containerInstance?.status).toBe('ACTIVE')
      if (allOf(decided, 'set-active').length > 0)
        expect([facts.containerInstance?.status, memoryOf(facts)?.drainedBy]).toEqual(['DRAINING', 'us'])
    })
  })

  it('deregisters only the container instance of a machine that EC2 says is terminated', () => {
    always((decided, { machine }) => {
      if (allOf(decided, 'deregister').length > 0) expect(machine?.state).toBe('terminated')
    })
  })
})

describe('the end of a hook', () => {
  it('is never asked for while it does not wait', () => {
    always((decided, facts) => {
      const answers = [...allOf(decided, 'complete'), ...allOf(decided, 'heartbeat')]
      if (answers.length > 0) expect(isWaiting(facts) && facts.hook !== undefined).toBe(true)
    })
  })

  it('comes only when every task has stopped, the machine is gone, or a policy says so and is named', () => {
    always((decided, facts, policy) => {
      for (const { outcome, startedAt } of allOf(decided, 'complete')) {
        const { containerInstance, tasks, machine, registration } = facts
        const left = tasks?.filter(isUnstopped)
        switch (outcome) {
          case 'drained':
            expect(left).toEqual([])
            expect(containerInstance).toMatchObject({
              runningTasksCount: 0,
              pendingTasksCount: 0,
              status: 'DRAINING',
            })
            expect(facts.now - (memoryOf(facts)?.drainingSince ?? Infinity)).toBeGreaterThanOrEqual(5_000)
            break
          case 'standalone-ignored':
            expect(policy.standaloneTasks).toBe('ignore')
            expect(left?.filter(({ serviceName }) => serviceName !== undefined)).toEqual([])
            break
          case 'machine-terminated':
            expect(machine?.state).toBe('terminated')
            break
          case 'not-in-cluster':
            expect([undefined, 'INACTIVE']).toContain(containerInstance?.status)
            expect(registration?.clusterExists).toBe(true)
            expect(facts.now - (registration?.unknownSince ?? Infinity)).toBeGreaterThanOrEqual(60_000)
            break
          case 'nothing-to-move':
            expect(
              machine?.state === 'stopped' || [undefined, 'INACTIVE'].includes(containerInstance?.status),
            ).toBe(true)
            expect(facts.lifecycleState).toMatch(/^Warmed:/)
            break
          case 'retained':
            expect([policy.onDeadline, facts.hook?.retainsAbandoned]).toEqual(['retain', true])
            expect(isPatienceOver(facts, policy, startedAt)).toBe(true)
            break
          case 'deadline':
            expect(isPatienceOver(facts, policy, startedAt)).toBe(true)
            break
        }
      }
    })
  })

  it('is overdue by the action that Auto Scaling lists, whatever is remembered', () => {
    always((decided, { action }) => {
      for (const { startedAt } of allOf(decided, 'complete'))
        if (action !== undefined) expect(startedAt).toBe(action.startedAt)
    }, waitingFacts)
  })

  it('comes at the deadline at the latest, however little is known', () => {
    always((decided, facts, policy) => {
      const { action, hook, containerInstance, lifecycleState } = facts
      if (action === undefined || hook === undefined || !isWaiting(facts)) return
      if (facts.now < action.startedAt + 1_000 * patienceSeconds(facts, policy)) return
      const ends = decided.because === 'already-ended' || allOf(decided, 'complete').length === 1
      expect({ ends, lifecycleState, status: containerInstance?.status }).toMatchObject({ ends: true })
    })
  })

  it('leaves what outlives the hook with a memory of it, so that it is not drained again', () => {
    always((decided, facts, policy) => {
      const [ended] = allOf(decided, 'remember')
      if (allOf(decided, 'complete').length === 0 || ended === undefined) return
      expect(ended.memory.isEnded).toBe(true)
      const { arn: _, ...rest } = facts.containerInstance!
      const memory = formatMemory(writtenAt(facts.now, ended.memory))
      const containerInstance = { arn: ended.containerInstanceArn, ...rest, memory }
      const later = {
        ...without(facts, 'machine', 'unlistedSince'),
        now: facts.now + 60_000,
        containerInstance,
      }
      expect(allOf(decideDrain(later, policy), 'complete')).toEqual([])
    }, leavingFacts)
  })
})

/** From StopTask to the end: first the target deregisters, then the containers have their stop timeout. */
const msToStop = ({ deregistrationDelaySeconds = 0, stopTimeoutSeconds = 30 }: TaskFacts): number =>
  1_000 * (deregistrationDelaySeconds + stopTimeoutSeconds)

/** Which rules let this task be stopped now. Facts of a leaving instance always name the action. */
const allowancesToStop = (task: TaskFacts, facts: DrainFacts, policy: DrainPolicy): readonly string[] => {
  const { now, action } = facts
  const { standaloneTasks } = policy
  const startedAt = action!.startedAt
  const deadline = startedAt + 1_000 * patienceSeconds(facts, policy)
  const isNoticed = noticeTimes(facts, policy).some((noticed) => now >= noticed + 60_000)
  const isStandalone =
    task.serviceName === undefined &&
    typeof standaloneTasks === 'object' &&
    now >= startedAt + 1_000 * standaloneTasks.stopAfterSeconds
  const isDue = policy.onDeadline === 'stop-tasks' && now >= deadline - msToStop(task) - 30_000
  return [
    ...(isNoticed ? ['notice'] : []),
    ...(isStandalone ? ['standalone'] : []),
    ...(isDue ? ['deadline'] : []),
  ]
}

const stoppedBy = (decided: Decision, { tasks = [] }: DrainFacts): readonly TaskFacts[] =>
  allOf(decided, 'stop-task').map(({ taskArn }) => tasks.find(({ arn }) => arn === taskArn)!)

describe('a task', () => {
  it('is stopped only when a policy says so, and never when it is on its way out', () => {
    always((decided, facts, policy) => {
      for (const task of stoppedBy(decided, facts)) {
        expect([task.desiredStatus, task.lastStatus === 'STOPPED']).toEqual(['RUNNING', false])
        expect(allowancesToStop(task, facts, policy)).not.toEqual([])
      }
    }, leavingFacts)
  })

  it('of a service is stopped alone as long as there is time, and a daemon not at all', () => {
    fc.assert(
      fc.property(lastMinuteFacts, (facts) => {
        const decided = decideDrain(facts, policyWith())
        const deadline = facts.action!.startedAt + 3_600_000
        const names = stoppedBy(decided, facts)
          .filter((task) => facts.now < deadline - msToStop(task))
          .flatMap(({ serviceName }) => serviceName ?? [])
        expect(new Set(names).size).toBe(names.length)
        const daemons = facts.services!.filter(({ isDaemon }) => isDaemon).map(({ name }) => name)
        expect(names.filter((name) => daemons.includes(name))).toEqual([])
      }),
      RUNS,
    )
  })

  it('is left to run by none of them once there is only the time to stop it', () => {
    fc.assert(
      fc.property(lastMinuteFacts, (facts) => {
        const late = { ...facts, now: Math.max(facts.now, facts.action!.startedAt + 3_570_000) }
        const running = late.tasks!.filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
        expect(stoppedBy(decideDrain(late, policyWith()), late)).toEqual(running)
      }),
      RUNS,
    )
  })
})

describe('a heartbeat', () => {
  it('comes in every look at a hook that waits, once a third of its timeout is over', () => {
    always((decided, facts, policy) => {
      const { hook, now, action } = facts
      const lastBeatAt = Math.max(memoryOf(facts)?.lastBeatAt ?? 0, action?.startedAt ?? 0)
      const isDue = now - lastBeatAt >= (1_000 * hook!.heartbeatTimeoutSeconds) / 3
      const ends = decided.verdict === 'ignore' || allOf(decided, 'complete').length > 0
      const isOver = isPatienceOver(facts, policy, action?.startedAt ?? now)
      if (isDue && !ends && !isOver) expect(decided.actions[0]).toEqual({ do: 'heartbeat' })
    }, leavingFacts)
  })

  it('never comes past the deadline, nor with the end', () => {
    always((decided, facts, policy) => {
      if (allOf(decided, 'heartbeat').length === 0) return
      expect(allOf(decided, 'complete')).toEqual([])
      if (facts.action !== undefined)
        expect(facts.now).toBeLessThan(facts.action.startedAt + 1_000 * patienceSeconds(facts, policy))
    })
  })

  it('is remembered in the same look wherever there is a memory', () => {
    always((decided, facts) => {
      if (allOf(decided, 'heartbeat').length === 0) return
      expect(allOf(decided, 'remember').map(({ memory }) => memory.lastBeatAt)).toEqual([facts.now])
    }, leavingFacts)
  })
})
