import { beforeAll, describe, expect, it } from '@jest/globals'
import { cachedTemplate } from '../../deploy/cached-template.ts'
import type { Template } from '../../deploy/template.ts'
import { at, idsOfType, propertiesOf, web } from './templates.ts'

describe('the queues that are packaged', () => {
  let template: Template
  beforeAll(async () => {
    template = await cachedTemplate(web)
  }, 60_000)

  it('put a signal that failed five times aside for 14 days', () => {
    expect(propertiesOf(template, 'SignalsQueue')).toMatchObject({
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
        maxReceiveCount: 5,
      },
    })
    expect(propertiesOf(template, 'DeadLetterQueue')).toMatchObject({ MessageRetentionPeriod: 1_209_600 })
  })

  it('let a wake die after five minutes and leave nothing behind', () => {
    const wakes = propertiesOf(template, 'WakesQueue')
    expect(wakes).toMatchObject({ MessageRetentionPeriod: 300 })
    expect(wakes).not.toHaveProperty('RedrivePolicy')
  })

  it('keep a signal for as long as a hook can wait', () => {
    expect(propertiesOf(template, 'SignalsQueue')).toMatchObject({ MessageRetentionPeriod: 172_800 })
  })

  it.each(['SignalsQueue', 'WakesQueue'])(
    'hide a message of the %s for six times the time limit of its reader',
    (queue) => {
      const reader = propertiesOf(template, 'DrainLambdaFunction')
      const hiddenSeconds = Number(propertiesOf(template, queue).VisibilityTimeout)
      expect(hiddenSeconds).toBeGreaterThanOrEqual(6 * Number(reader.Timeout))
      expect(hiddenSeconds).toBeLessThan(Number(propertiesOf(template, queue).MessageRetentionPeriod))
    },
  )

  it.each(['SignalsQueue', 'WakesQueue', 'DeadLetterQueue'])('encrypt what is in the %s', (queue) => {
    expect(propertiesOf(template, queue)).toMatchObject({ SqsManagedSseEnabled: true })
  })

  it.each(['SignalsQueue', 'WakesQueue'])(
    'hand the %s to drain in batches whose messages fail one by one, with a bound on how many at once',
    (queue) => {
      expect(propertiesOf(template, `DrainEventSourceMappingSQS${queue}`)).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
        FunctionName: { 'Fn::GetAtt': ['DrainLambdaFunction', 'Arn'] },
        BatchSize: 10,
        MaximumBatchingWindowInSeconds: 0,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
        Enabled: true,
      })
    },
  )

  it('filter nothing at the mapping, because a filter deletes what it does not know', () => {
    for (const id of idsOfType(template, 'AWS::Lambda::EventSourceMapping')) {
      expect(propertiesOf(template, id)).not.toHaveProperty('FilterCriteria')
    }
  })

  it.each([
    [
      'eventbridge',
      'SignalsQueue',
      ['LifecycleActionsRule', 'InterruptionWarningsRule', 'ScheduledChangesRule'],
    ],
    [
      'eventbridge',
      'DeadLetterQueue',
      ['LifecycleActionsRule', 'InterruptionWarningsRule', 'ScheduledChangesRule'],
    ],
    ['eventbridge', 'WakesQueue', ['StoppedTasksRule', 'SilentInstancesRule', 'LeavingInstancesRule']],
    ['sqs', 'SignalsQueue', ['InterruptionWarningsRule', 'ScheduledChangesRule']],
    ['sqs', 'DeadLetterQueue', ['InterruptionWarningsRule', 'ScheduledChangesRule']],
  ])(
    'with hook delivery %s admit to the %s only the rules %j, and nobody without TLS',
    async (hookDelivery, queue, rules) => {
      const packaged = await cachedTemplate({ ...web, hookDelivery })
      const arn = { 'Fn::GetAtt': [queue, 'Arn'] }
      const policy = propertiesOf(packaged, `${queue}Policy`)
      expect(policy.Queues).toEqual([{ Ref: queue }])
      expect(at(policy, 'PolicyDocument', 'Statement')).toEqual([
        ...rules.map((rule) => ({
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: arn,
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule, 'Arn'] } } },
        })),
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: arn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ])
    },
    60_000,
  )
})
