import { describe, expect, it } from '@jest/globals'
import { EVENT_LATENCY_MS, EventBridge } from '../../../../simulator/aws/eventbridge/event-bridge.ts'
import type { RuleSpec } from '../../../../simulator/aws/eventbridge/rule.ts'
import type { AwsEvent } from '../../../../simulator/aws/event.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'

const START = Date.UTC(2026, 10, 20, 9, 15, 43, 904)
const account = { region: 'eu-west-1', accountId: '111122223333' }

const event: AwsEvent = {
  source: 'aws.ecs',
  detailType: 'ECS Task State Change',
  resources: ['arn:aws:ecs:eu-west-1:111122223333:task/web/1'],
  detail: { lastStatus: 'STOPPED' },
}

const stopped: RuleSpec = {
  name: 'stopped',
  state: 'ENABLED',
  eventPattern: { detail: { lastStatus: ['STOPPED'] } },
  targets: [{ arn: 'queue' }],
}

const setUp = (...rules: readonly RuleSpec[]) => {
  const simulation = new Simulation({ seed: 1, startsAt: START })
  const delivered: { afterMs: number; targetArn: string; body: string }[] = []
  const deliver = (targetArn: string, body: string) =>
    delivered.push({ afterMs: simulation.now() - START, targetArn, body })
  const bus = new EventBridge({ simulation, account, deliver })
  for (const rule of rules) bus.putRule(rule)
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1000)
  return { bus, delivered, pass }
}

describe('an event', () => {
  it('comes to the targets of a matching rule in its envelope, some hundred milliseconds later', async () => {
    const { bus, delivered, pass } = setUp(stopped)
    bus.publish(event)
    await pass(1)
    expect(delivered).toHaveLength(1)
    expect(delivered[0]?.afterMs).toBeGreaterThanOrEqual(EVENT_LATENCY_MS.least)
    expect(delivered[0]?.afterMs).toBeLessThanOrEqual(EVENT_LATENCY_MS.most)
    expect(JSON.parse(delivered[0]?.body ?? '')).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      'detail-type': 'ECS Task State Change',
      source: 'aws.ecs',
      account: '111122223333',
      time: '2026-11-20T09:15:43Z',
      region: 'eu-west-1',
      resources: ['arn:aws:ecs:eu-west-1:111122223333:task/web/1'],
      detail: { lastStatus: 'STOPPED' },
    })
  })

  it('is matched as a whole: by its source as well as by its detail', async () => {
    const { bus, delivered, pass } = setUp(
      {
        ...stopped,
        name: 'other source',
        eventPattern: { source: ['aws.ec2'], detail: { lastStatus: ['STOPPED'] } },
      },
      { ...stopped, name: 'disabled', state: 'DISABLED' },
    )
    bus.publish(event)
    await pass(1)
    expect(delivered).toEqual([])
  })

  it('comes once for every rule and target, as it was when it was published', async () => {
    const { bus, delivered, pass } = setUp(
      { ...stopped, targets: [{ arn: 'queue' }, { arn: 'function', inputPath: '$.detail.lastStatus' }] },
      { ...stopped, name: 'constant', targets: [{ arn: 'constant', input: '{"fixed":true}' }] },
    )
    const detail = { lastStatus: 'STOPPED' }
    bus.publish({ ...event, detail })
    detail.lastStatus = 'changed afterwards'
    await pass(1)
    const bodies = Object.fromEntries(delivered.map(({ targetArn, body }) => [targetArn, body]))
    expect(bodies).toMatchObject({ function: '"STOPPED"', constant: '{"fixed":true}' })
    expect(bodies['queue']).toContain('"lastStatus":"STOPPED"')
  })

  it('can be lost or come twice, until deliveries are healed', async () => {
    const { bus, delivered, pass } = setUp(stopped, {
      ...stopped,
      name: 'other',
      targets: [{ arn: 'other' }],
    })
    bus.dropDeliveries(({ ruleName }) => ruleName === 'stopped')
    bus.duplicateDeliveries(({ targetArn }) => targetArn === 'other')
    bus.publish(event)
    await pass(1)
    expect(delivered.map(({ targetArn }) => targetArn)).toEqual(['other', 'other'])
    bus.dropDeliveries()
    bus.duplicateDeliveries()
    bus.publish(event)
    await pass(1)
    expect(
      delivered
        .slice(2)
        .map(({ targetArn }) => targetArn)
        .sort(),
    ).toEqual(['other', 'queue'])
  })
})

describe('a schedule', () => {
  const everyMinute: RuleSpec = {
    name: 'resync',
    state: 'ENABLED',
    scheduleExpression: 'rate(1 minute)',
    targets: [{ arn: 'function' }],
  }

  it('ticks once for each period of virtual time', async () => {
    const { delivered, pass } = setUp(everyMinute)
    await pass(59)
    expect(delivered).toEqual([])
    await pass(122)
    expect(delivered).toHaveLength(3)
    expect(JSON.parse(delivered[0]?.body ?? '')).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: '2026-11-20T09:16:43Z',
      resources: ['arn:aws:events:eu-west-1:111122223333:rule/resync'],
      detail: {},
    })
  })

  it('does not tick while it is disabled', async () => {
    const { delivered, pass } = setUp({ ...everyMinute, state: 'DISABLED' })
    await pass(600)
    expect(delivered).toEqual([])
  })

  it('can be lost like any other event', async () => {
    const { bus, delivered, pass } = setUp(everyMinute)
    bus.dropDeliveries(() => true)
    await pass(600)
    expect(delivered).toEqual([])
  })

  it.each([
    ['rate(5 minutes)', 300],
    ['rate(1 hour)', 3_600],
    ['rate(2 days)', 172_800],
  ])('understands %s as %s seconds', async (scheduleExpression, seconds) => {
    const { delivered, pass } = setUp({ ...everyMinute, scheduleExpression })
    await pass(seconds)
    expect(delivered).toHaveLength(0)
    await pass(1)
    expect(delivered).toHaveLength(1)
  })

  it.each(['rate(1 minutes)', 'rate(5 minute)', 'rate(0 minutes)', 'cron(0 12 * * ? *)', 'rate(30 seconds)'])(
    'refuses %s',
    (scheduleExpression) => {
      expect(() => setUp({ ...everyMinute, scheduleExpression })).toThrow(scheduleExpression)
    },
  )
})

describe('a rule', () => {
  it('is refused by name when it transforms its input, has nothing to react to, or exists already', () => {
    const transformed = { ...stopped, targets: [{ arn: 'queue', inputTransformer: { InputTemplate: '' } }] }
    expect(() => setUp(transformed)).toThrow('rule stopped: queue: InputTransformer is not modelled')
    expect(() => setUp({ name: 'empty', state: 'ENABLED', targets: [] })).toThrow('rule empty: a rule needs')
    expect(() => setUp(stopped, stopped)).toThrow('a rule named stopped exists already')
  })
})
