import { describe, expect, it } from '@jest/globals'

import { decideLaunch, type LaunchFacts } from '../../../lib/decide/launch.ts'
import { active, at, hookWith, START } from './facts-of.ts'

const launchAt = (seconds: number, changes: Partial<LaunchFacts> = {}): LaunchFacts => ({
  now: at(seconds),
  instanceId: 'i-0123456789abcdef0',
  autoScalingGroupName: 'ecs-web-a',
  lifecycleState: 'Pending:Wait',
  hook: hookWith(),
  startedAt: START,
  isListed: true,
  containerInstance: active(),
  missingDaemons: [],
  ...changes,
})

const unregistered = (seconds: number): LaunchFacts => {
  const { containerInstance: _, ...facts } = launchAt(seconds)
  return facts
}

const policy = { launchTimeoutSeconds: 600 }

const decide = (facts: LaunchFacts) => {
  const { verdict, because, actions } = decideLaunch(facts, policy)
  const [action] = actions
  const result = action?.do === 'complete-launch' ? action.result : action?.do
  return [`${verdict}: ${because}`, result]
}

describe('an instance that a launch hook holds', () => {
  it.each([
    ['goes into service when ECS can use it', launchAt(60), 'finish: ready', 'CONTINUE'],
    ['waits for its agent', unregistered(60), 'wait: booting', undefined],
    [
      'waits for an agent that flaps',
      launchAt(60, { containerInstance: active({ agentConnected: false }) }),
      'wait: agent-disconnected',
      undefined,
    ],
    [
      'is beaten at once when no activity says since when it waits',
      { ...unregistered(0), isListed: false },
      'wait: booting',
      'heartbeat',
    ],
    ['waits for its daemons', launchAt(60, { missingDaemons: ['logs'] }), 'wait: daemons-missing', undefined],
    [
      'is given up when its agent never registered',
      { ...unregistered(600), isClusterOfGroup: true },
      'overdue: never-registered',
      'ABANDON',
    ],
    [
      'goes into service when no sibling is registered either, as the stack may name another cluster',
      { ...unregistered(600), isClusterOfGroup: false },
      'overdue: not-ready-in-time',
      'CONTINUE',
    ],
    [
      'goes into service without its daemons in the end',
      launchAt(600, { missingDaemons: ['logs'] }),
      'overdue: not-ready-in-time',
      'CONTINUE',
    ],
    [
      'is let into the warm pool at once',
      launchAt(1, { lifecycleState: 'Warmed:Pending:Wait' }),
      'finish: warming',
      'CONTINUE',
    ],
    [
      'is left alone when it does not wait',
      launchAt(1, { lifecycleState: 'InService' }),
      'ignore: not-waiting',
      undefined,
    ],
  ] as const)('%s', (_, facts, says, result) => {
    expect(decide(facts)).toEqual([says, result])
  })

  it('beats while it boots', () => {
    const hook = hookWith({ heartbeatTimeoutSeconds: 300, globalTimeoutSeconds: 30_000 })
    expect(decide({ ...unregistered(99), hook })).toEqual(['wait: booting', undefined])
    expect(decide({ ...unregistered(100), hook })).toEqual(['wait: booting', 'heartbeat'])
  })

  it('is left alone where there is no hook of ours', () => {
    const { hook: _, ...facts } = launchAt(60)
    expect(decideLaunch(facts, policy)).toEqual({ verdict: 'ignore', because: 'hook-missing', actions: [] })
  })

  it('is left alone in every way when it does not wait', () => {
    const facts = launchAt(1, { lifecycleState: 'InService' })
    expect(decideLaunch(facts, policy)).toEqual({ verdict: 'ignore', because: 'not-waiting', actions: [] })
  })

  it('waits until ECS has set it ACTIVE, without a word before a beat is due', () => {
    const facts = launchAt(60, { containerInstance: active({ status: 'REGISTERING' }) })
    expect(decideLaunch(facts, policy)).toEqual({
      verdict: 'wait',
      because: 'agent-disconnected',
      actions: [],
    })
  })

  it('goes into service where nobody asked for its daemons', () => {
    const { missingDaemons: _, ...facts } = launchAt(60)
    expect(decide(facts)).toEqual(['finish: ready', 'CONTINUE'])
  })

  it('goes into service in the end when its agent is silent, as it has registered', () => {
    const containerInstance = active({ agentConnected: false })
    const facts = launchAt(600, { containerInstance, isClusterOfGroup: true })
    expect(decide(facts)).toEqual(['overdue: not-ready-in-time', 'CONTINUE'])
  })
})
