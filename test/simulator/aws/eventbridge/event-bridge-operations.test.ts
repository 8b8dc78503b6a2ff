import { describe, expect, it } from '@jest/globals'
import type { DescribeRuleCommandOutput, ListTargetsByRuleCommandOutput } from '@aws-sdk/client-eventbridge'

import { EventBridge } from '../../../../simulator/aws/eventbridge/event-bridge.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import { call } from '../../../../simulator/world/call.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

const open = () => {
  const simulation = new Simulation({ seed: 1 })
  const delivered: string[] = []
  const bus = new EventBridge({ simulation, account, deliver: (arn) => delivered.push(arn) })
  const ask = (operation: string, input: object): object => call(bus.model, operation, input)
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000)
  const hello = () => ask('PutEvents', { Entries: [{ Source: 'mine', DetailType: 'Hello', Detail: '{}' }] })
  return { ask, pass, delivered, hello }
}

const rule = { Name: 'mine', EventPattern: '{"source":["mine"]}' }
const targets = (...arns: string[]) => arns.map((Arn) => ({ Id: Arn, Arn }))

describe('EventBridge, asked by a client', () => {
  it('keeps the targets of a rule that is put again', () => {
    const { ask } = open()
    ask('PutRule', rule)
    ask('PutTargets', { Rule: 'mine', Targets: targets('a', 'b') })
    ask('PutRule', { ...rule, EventPattern: '{"source":["other"]}' })
    const { Targets } = ask('ListTargetsByRule', { Rule: 'mine' }) as ListTargetsByRuleCommandOutput
    expect(Targets).toEqual(targets('a', 'b'))
    expect((ask('DescribeRule', { Name: 'mine' }) as DescribeRuleCommandOutput).EventPattern).toBe(
      '{"source":["other"]}',
    )
  })

  it('delivers to the targets that a rule has left, and to none while it is disabled', async () => {
    const { ask, pass, delivered, hello } = open()
    ask('PutRule', rule)
    ask('PutTargets', { Rule: 'mine', Targets: targets('a', 'b') })
    expect(ask('RemoveTargets', { Rule: 'mine', Ids: ['a', 'c'] })).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'c' }],
    })
    hello()
    await pass(1)
    expect(delivered).toEqual(['b'])
    ask('DisableRule', { Name: 'mine' })
    hello()
    await pass(1)
    expect(delivered).toEqual(['b'])
    ask('EnableRule', { Name: 'mine' })
    hello()
    await pass(1)
    expect(delivered).toEqual(['b', 'b'])
  })

  it('ticks a schedule once each period, also after it was put again', async () => {
    const { ask, pass, delivered } = open()
    ask('PutRule', { Name: 'clock', ScheduleExpression: 'rate(1 minute)' })
    ask('PutTargets', { Rule: 'clock', Targets: targets('a') })
    ask('PutRule', { Name: 'clock', ScheduleExpression: 'rate(1 minute)' })
    await pass(181)
    expect(delivered).toHaveLength(3)
  })

  it('deletes a rule only without targets, and one that does not exist without a word', () => {
    const { ask } = open()
    ask('PutRule', rule)
    ask('PutTargets', { Rule: 'mine', Targets: targets('a') })
    expect(() => ask('DeleteRule', { Name: 'mine' })).toThrow('has targets')
    ask('RemoveTargets', { Rule: 'mine', Ids: ['a'] })
    ask('DeleteRule', { Name: 'mine' })
    ask('DeleteRule', { Name: 'mine' })
    expect(() => ask('DescribeRule', { Name: 'mine' })).toThrow('does not exist')
  })

  it.each([
    ['PutRule', { Name: 'mine' }, 'must be specified'],
    ['PutRule', { ...rule, EventPattern: '[]' }, 'Event pattern is not valid'],
    ['PutRule', { ...rule, EventPattern: '{' }, 'Event pattern is not valid'],
    ['PutRule', { ...rule, EventBusName: 'other' }, 'does not model the event bus other'],
    ['PutTargets', { Rule: 'none', Targets: targets('a') }, 'does not exist'],
    ['PutEvents', { Entries: [] }, '1 to 10 members'],
  ])('refuses %s with %j', (operation, input, message) => {
    expect(() => open().ask(operation, input)).toThrow(message)
  })

  it('takes at most five targets for a rule', () => {
    const { ask } = open()
    ask('PutRule', rule)
    ask('PutTargets', { Rule: 'mine', Targets: targets('a', 'b', 'c', 'd', 'e') })
    expect(() => ask('PutTargets', { Rule: 'mine', Targets: targets('f') })).toThrow('exceeds the maximum')
    ask('PutTargets', { Rule: 'mine', Targets: targets('a') })
  })
})
