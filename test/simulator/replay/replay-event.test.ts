import { describe, expect, it } from '@jest/globals'

import { eventText } from '../../../simulator/replay/event-text.ts'
import { readLog } from '../../../simulator/replay/read-log.ts'
import { replayEvent } from '../../../simulator/replay/replay-event.ts'
import { storedKindOf } from '../../../simulator/replay/stored-kind.ts'
import { exampleBody, exampleNames, TOKEN } from '../../lib/signals/example-events.ts'
import { factsAt } from '../../lib/decide/facts-of.ts'
import { loggedLine } from './logged-lines.ts'

const replay = (name: string, { until = 'handled' }: { readonly until?: 'handled' | 'quiet' } = {}) =>
  replayEvent(exampleBody(name), { until })

const INSTANCE = 'i-0123456789abcdef0'
const CONTAINER_INSTANCE =
  'arn:aws:ecs:eu-west-1:111122223333:container-instance/web/4a7c2e9b1d3f4058a6b7c8d9e0f1a2b3'
const TASK = 'arn:aws:ecs:eu-west-1:111122223333:task/web/8f1d6c3a52b44e7d9a601c2b3d4e5f60'

describe('a replayed message', () => {
  it('of a termination starts the drain of the instance that it names, at its time', async () => {
    const result = await replay('lifecycle-terminating-eventbridge')
    expect(result).toMatchObject({
      result: 'succeeded',
      queue: 'ebbtide-web-signals',
      later: [],
      deadLetters: 0,
    })
    expect(result.decisions).toMatchObject([
      { instanceId: INSTANCE, verdict: 'start', because: 'hook-waits' },
    ])
    expect(result.decisions[0]?.actions.map(({ do: what, result }) => `${what} ${result}`)).toEqual([
      'set-draining done',
      'remember done',
      'look-again done',
    ])
    const secondsAfterEvent = ((result.decisions[0]?.at ?? 0) - Date.UTC(2026, 10, 20, 9, 15, 43)) / 1_000
    expect(secondsAfterEvent).toBeGreaterThan(0)
    expect(secondsAfterEvent).toBeLessThan(3)
    expect(result.metrics).toContainEqual({
      name: 'DrainsStarted',
      unit: 'Count',
      value: 1,
      dimensions: { ClusterName: 'web', AutoScalingGroupName: 'ecs-web-a' },
    })
    expect(result.calls.map(({ operation }) => operation)).toContain('UpdateContainerInstancesState')
  })

  it('of the last stopped task finishes the drain of its container instance, as soon as a second look says the same', async () => {
    const { decisions, queue, later } = await replay('ecs-task-stopped', { until: 'quiet' })
    expect(queue).toBe('ebbtide-web-wakes')
    expect(decisions).toMatchObject([{ instanceId: INSTANCE, verdict: 'wait', because: 'settling' }])
    expect(later[0]).toMatchObject({ instanceId: INSTANCE, verdict: 'finish', because: 'all-tasks-stopped' })
    expect(decisions[0]?.facts.containerInstance?.arn).toBe(CONTAINER_INSTANCE)
    expect(decisions[0]?.facts.tasks).toMatchObject([
      { arn: TASK, serviceName: 'web', lastStatus: 'STOPPED' },
    ])
  }, 20_000)

  it.each([
    ['ecs-task-stopped-china', 'cn-north-1'],
    ['ecs-task-stopped-us-gov', 'us-gov-west-1'],
    ['ecs-task-stopped-short-arns', 'eu-west-1'],
  ])('%s finishes a drain too', async (name, region) => {
    const { decisions, subject, later } = await replay(name, { until: 'quiet' })
    expect(subject).toMatchObject({ region })
    expect(later[0]?.verdict).toBe('finish')
    expect(decisions[0]?.facts.containerInstance?.arn).toBe(subject.containerInstanceArn)
  })

  it('of a task that is leaving waits for it', async () => {
    const { decisions } = await replay('ecs-task-deactivating')
    expect(decisions).toMatchObject([{ verdict: 'wait', because: 'tasks-stopping' }])
    expect(decisions[0]?.facts.tasks).toMatchObject([{ arn: TASK, lastStatus: 'DEACTIVATING' }])
  })

  it('of our own looks again at a drain that goes on', async () => {
    const { decisions } = await replay('look-again')
    expect(decisions).toMatchObject([{ instanceId: INSTANCE, verdict: 'wait', because: 'tasks-running' }])
    expect(decisions[0]?.facts.hop).toBe(1)
  })

  it.each([
    ['ecs-container-instance-draining', 'tasks-left'],
    ['ecs-container-instance-agent-disconnected', 'not-draining'],
    ['ecs-task-stopped-fargate', 'task-not-on-ec2'],
    ['lifecycle-launching-direct', 'other-hook'],
    ['lifecycle-terminating-managed-draining-hook', 'other-hook'],
    ['lifecycle-unknown-transition', 'unknown-transition'],
    ['test-notification-sns', 'test-notification'],
    ['group-notification', 'group-notification'],
  ])('%s leads to nothing, because: %s', async (name, reason) => {
    const result = await replay(name)
    expect(result).toMatchObject({ result: 'succeeded', ignoredBecause: reason, decisions: [] })
    expect(eventText(result)).toContain(`nothing     to do: ${reason}`)
  })

  it('that cannot be read fails, and ends in the dead-letter queue', async () => {
    const body = exampleBody('sns-subscription-confirmation')
    const result = await replayEvent(body, { until: 'quiet' })
    expect(result).toMatchObject({ result: 'failed', decisions: [], deadLetters: 1 })
    expect(eventText(result).join('\n')).toContain('after five receives, goes to the dead-letter queue')
  })

  it('goes on until the drain has ended, if asked to', async () => {
    const { later } = await replayEvent(exampleBody('lifecycle-terminating-direct'), { until: 'quiet' })
    expect(later.at(-1)).toMatchObject({ instanceId: INSTANCE, verdict: 'finish' })
    expect(later.at(-1)?.actions).toMatchObject([{ do: 'complete', outcome: 'drained', result: 'done' }])
  })

  it('comes to the cluster that is given, where it does not say', async () => {
    const { subject, result } = await replayEvent(exampleBody('look-again'), {
      until: 'handled',
      cluster: 'shop',
    })
    expect(subject.cluster).toBe('shop')
    expect(result).toBe('succeeded')
  }, 60_000)

  it('at an impossible time is replayed at an ordinary one', async () => {
    const body = exampleBody('look-again').replace('1795166143904', '8640000000000000')
    expect((await replayEvent(body, { until: 'handled' })).decisions).toHaveLength(1)
  })

  it.each(exampleNames())('%s is handled, and shown without a token', async (name) => {
    const result = await replay(name)
    expect(result.result).toBe(result.signal.kind === 'unreadable' ? 'failed' : 'succeeded')
    const looked = result.decisions.length > 0 || result.ignoredBecause !== undefined
    expect(looked).toBe(result.signal.kind !== 'unreadable')
    expect(JSON.stringify(result)).not.toContain(TOKEN)
    expect(eventText(result).join('\n')).not.toContain(TOKEN)
  })
})

describe('a stored text', () => {
  const line = loggedLine(factsAt(2))

  it.each([
    ['every example', exampleBody('lifecycle-terminating-direct'), 'event'],
    ['a message of Key: value lines', exampleBody('lifecycle-terminating-sns-key-value'), 'event'],
    ['an object of an unknown form', '{"hello":"world"}', 'event'],
    ['one line of nonsense', 'hello', 'event'],
    ['nothing', '', 'event'],
    ['a log with decisions', `START RequestId: x\n${line}`, 'log'],
    ['one line of a log', line, 'log'],
    ['a log of log events without decisions', '{"events":[]}', 'log'],
    ["Lambda's own lines alone", 'START RequestId: x\nEND RequestId: x', 'log'],
    ['lines of others alone', '{"level":"INFO","message":"a"}\n{"level":"INFO","message":"b"}', 'log'],
  ])('%s is told by its content', (_, text, kind) => {
    expect(storedKindOf(text, readLog(text))).toBe(kind)
  })

  it('that is an example is a message', () => {
    for (const name of exampleNames())
      expect(storedKindOf(exampleBody(name), readLog(exampleBody(name)))).toBe('event')
  })
})
