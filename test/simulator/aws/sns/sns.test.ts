import { describe, expect, it } from '@jest/globals'
import type { CreateTopicCommandOutput, SubscribeCommandOutput } from '@aws-sdk/client-sns'

import { Sns } from '../../../../simulator/aws/sns/sns.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import { call } from '../../../../simulator/world/call.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:mine'

const open = () => {
  const simulation = new Simulation({ seed: 1 })
  const delivered: { readonly arn: string; readonly body: string }[] = []
  const sns = new Sns({ simulation, account, deliver: (arn, body) => delivered.push({ arn, body }) })
  const ask = (operation: string, input: object): object => call(sns.model, operation, input)
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000)
  const { TopicArn } = ask('CreateTopic', { Name: 'news' }) as CreateTopicCommandOutput
  const subscribe = (more: object = {}) =>
    ask('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: QUEUE, ...more }) as SubscribeCommandOutput
  return { ask, pass, delivered, subscribe, TopicArn }
}

describe('a topic', () => {
  it('delivers a message in its envelope, or raw', async () => {
    const { ask, pass, delivered, subscribe, TopicArn } = open()
    subscribe()
    subscribe({ Endpoint: `${QUEUE}-raw`, Attributes: { RawMessageDelivery: 'true' } })
    ask('Publish', { TopicArn, Message: 'hello', Subject: 'greeting' })
    await pass(1)
    const bodyFor = (arn: string) => delivered.find((delivery) => delivery.arn === arn)?.body ?? ''
    expect(bodyFor(`${QUEUE}-raw`)).toBe('hello')
    expect(JSON.parse(bodyFor(QUEUE))).toMatchObject({
      Type: 'Notification',
      TopicArn,
      Subject: 'greeting',
      Message: 'hello',
    })
  })

  it('tells a function in an event of SNS', async () => {
    const { ask, pass, delivered, subscribe, TopicArn } = open()
    subscribe({ Protocol: 'lambda', Endpoint: 'arn:aws:lambda:eu-west-1:111122223333:function:f' })
    ask('Publish', { TopicArn, Message: 'hello' })
    await pass(1)
    expect(JSON.parse(delivered[0]?.body ?? '')).toMatchObject({
      Records: [{ EventSource: 'aws:sns', Sns: { Message: 'hello', MessageAttributes: {} } }],
    })
  })

  it('has one subscription for an endpoint, however often it is asked for', async () => {
    const { ask, pass, delivered, subscribe, TopicArn } = open()
    expect(subscribe()).toEqual(subscribe())
    ask('Publish', { TopicArn, Message: 'hello' })
    await pass(1)
    expect(delivered).toHaveLength(1)
  })

  it('delivers nothing to who has unsubscribed, and forgets subscriptions with the topic', async () => {
    const { ask, pass, delivered, subscribe, TopicArn } = open()
    ask('Unsubscribe', { SubscriptionArn: subscribe().SubscriptionArn })
    ask('Publish', { TopicArn, Message: 'hello' })
    await pass(1)
    expect(delivered).toEqual([])
    ask('DeleteTopic', { TopicArn })
    expect(() => ask('Publish', { TopicArn, Message: 'hello' })).toThrow('Topic does not exist')
  })

  it.each([
    [
      'Publish',
      { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:none', Message: 'x' },
      'Topic does not exist',
    ],
    ['Publish', { TopicArn: 'arn', Message: '' }, 'Empty message'],
    ['Publish', { TopicArn: 'arn', Message: 'x'.repeat(262_145) }, 'Message too long'],
    ['Publish', { TopicArn: 'arn', Message: 'x', Subject: 'x'.repeat(100) }, 'Subject'],
    [
      'Publish',
      { TopicArn: 'arn', Message: 'x', PhoneNumber: '1' },
      'does not model Publish with PhoneNumber',
    ],
    ['CreateTopic', { Name: 'a b' }, 'Topic Name'],
    ['CreateTopic', { Name: 'a.fifo' }, 'does not model FIFO topics'],
    ['Subscribe', { TopicArn: 'arn', Protocol: 'email', Endpoint: 'x' }, 'the protocol email'],
    [
      'Subscribe',
      { TopicArn: 'arn', Protocol: 'sqs', Endpoint: QUEUE, Attributes: { FilterPolicy: '{}' } },
      'FilterPolicy',
    ],
  ])('refuses %s with %j', (operation, input, message) => {
    expect(() => open().ask(operation, input)).toThrow(message)
  })
})
