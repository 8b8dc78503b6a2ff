import { beforeAll, describe, expect, it } from '@jest/globals'
import { cachedTemplate } from '../../deploy/cached-template.ts'
import type { Template } from '../../deploy/template.ts'
import { readSettings } from '../../lib/settings.ts'
import { ACCOUNT, at, idsOfType, propertiesOf, REGION } from './templates.ts'
import { policyWith } from '../lib/decide/facts-of.ts'

/** The functions that every stack has. */
const functionIds = ['DrainLambdaFunction', 'ResyncLambdaFunction']

const otherPolicies = {
  cluster: 'web',
  groups: 'ecs-web-a',
  standaloneTasks: 'stop-after:600',
  protectedTasks: 'ignore',
  drainReserve: '60',
  spot: 'off',
  rebalance: 'replace',
  health: 'off',
  launchHook: 'on',
  launchTimeout: '300',
  notificationTopicArn: 'arn:aws:sns:eu-west-1:111122223333:drains',
}

/** What CloudFormation makes of an environment: a queue's `Ref` is its URL. */
const environmentOf = (template: Template, functionId: string): Readonly<Record<string, string>> => {
  const variables = at(propertiesOf(template, functionId), 'Environment', 'Variables') as object
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'object' ? queueUrl(template, String(at(value, 'Ref'))) : String(value),
    ]),
  )
}

const queueUrl = (template: Template, logicalId: string) =>
  `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${String(propertiesOf(template, logicalId).QueueName)}`

describe('the functions that are packaged', () => {
  let template: Template
  beforeAll(async () => {
    template = await cachedTemplate({
      cluster: 'web',
      groups: 'ecs-web-a, ecs-web-b',
      drainTimeout: '900',
      onDeadline: 'continue',
      logRetentionDays: '7',
      logLevel: 'DEBUG',
    })
  }, 60_000)

  it('are drain and resync with explicit limits, beside those that measure', () => {
    expect(idsOfType(template, 'AWS::Lambda::Function')).toEqual([
      ...functionIds,
      'CapacityLambdaFunction',
      'AttachLambdaFunction',
    ])
    const common = { Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 512 }
    expect(propertiesOf(template, 'DrainLambdaFunction')).toMatchObject({
      ...common,
      FunctionName: 'ebbtide-web-drain',
      Handler: 'build/drain.handler',
      Timeout: 30,
    })
    expect(propertiesOf(template, 'ResyncLambdaFunction')).toMatchObject({
      ...common,
      FunctionName: 'ebbtide-web-resync',
      Handler: 'build/resync.handler',
      Timeout: 60,
    })
  })

  it.each(functionIds)('can read the settings that %s is given', (functionId) => {
    expect(readSettings(environmentOf(template, functionId))).toEqual({
      cluster: 'web',
      groups: ['ecs-web-a', 'ecs-web-b'],
      hookName: 'ebbtide-web',
      launchTimeoutSeconds: 600,
      heartbeatTimeoutSeconds: 1800,
      policy: policyWith({ drainTimeoutSeconds: 900, onDeadline: 'continue' }),
      dryRun: false,
      signalsQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/ebbtide-web-signals',
      wakesQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/ebbtide-web-wakes',
    })
  })

  it.each(functionIds)(
    'hand every other policy to %s, with its default or as it was asked for',
    async (id) => {
      const defaults = {
        EBBTIDE_STANDALONE_TASKS: 'wait',
        EBBTIDE_PROTECTED_TASKS: 'honour',
        EBBTIDE_DRAIN_RESERVE_SECONDS: '900',
        EBBTIDE_SPOT: 'drain',
        EBBTIDE_REBALANCE: 'off',
        EBBTIDE_HEALTH: 'replace',
        EBBTIDE_LAUNCH_HOOK_NAME: '',
        EBBTIDE_LAUNCH_TIMEOUT_SECONDS: '600',
        EBBTIDE_NOTIFICATION_TOPIC_ARN: '',
        EBBTIDE_DRY_RUN: 'false',
      }
      expect(environmentOf(template, id)).toMatchObject(defaults)
      const asked = await cachedTemplate(otherPolicies)
      expect(environmentOf(asked, id)).toMatchObject({
        EBBTIDE_STANDALONE_TASKS: 'stop-after:600',
        EBBTIDE_PROTECTED_TASKS: 'ignore',
        EBBTIDE_DRAIN_RESERVE_SECONDS: '60',
        EBBTIDE_SPOT: 'off',
        EBBTIDE_REBALANCE: 'replace',
        EBBTIDE_HEALTH: 'off',
        EBBTIDE_LAUNCH_HOOK_NAME: 'ebbtide-web-launch',
        EBBTIDE_LAUNCH_TIMEOUT_SECONDS: '300',
        EBBTIDE_NOTIFICATION_TOPIC_ARN: otherPolicies.notificationTopicArn,
        EBBTIDE_DRY_RUN: 'false',
      })
    },
    60_000,
  )

  it('know in a dry run that it is one, and of no launch hook', async () => {
    const dry = await cachedTemplate({ ...otherPolicies, dryRun: 'true' })
    expect(environmentOf(dry, 'ResyncLambdaFunction')).toMatchObject({
      EBBTIDE_DRY_RUN: 'true',
      EBBTIDE_LAUNCH_HOOK_NAME: '',
    })
  }, 60_000)

  it('may send drain its own look-again messages', () => {
    expect(propertiesOf(template, 'DrainLambdaFunction')).toMatchObject({ RecursiveLoop: 'Allow' })
    expect(propertiesOf(template, 'ResyncLambdaFunction')).not.toHaveProperty('RecursiveLoop')
  })

  it('leave a failed resync to the next minute', () => {
    expect(propertiesOf(template, 'ResyncLambdaEvConf')).toMatchObject({
      FunctionName: { Ref: 'ResyncLambdaFunction' },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    })
  })

  it.each([
    ['DrainLogGroup', 'ebbtide-web-drain'],
    ['ResyncLogGroup', 'ebbtide-web-resync'],
  ])('keep the %s for as long as was asked', (logGroup, functionName) => {
    expect(propertiesOf(template, logGroup)).toMatchObject({
      LogGroupName: `/aws/lambda/${functionName}`,
      RetentionInDays: 7,
    })
  })

  it.each(functionIds)('log JSON at the same level in Lambda and in Powertools: %s', (functionId) => {
    expect(propertiesOf(template, functionId)).toMatchObject({
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' },
    })
    expect(environmentOf(template, functionId)).toMatchObject({ POWERTOOLS_LOG_LEVEL: 'DEBUG' })
  })

  it('raise an alarm when resync stays silent or keeps failing, and when a signal is dead', () => {
    expect(propertiesOf(template, 'ResyncSilentAlarm')).toMatchObject({
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: 'ebbtide-web-resync' }],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 300,
      TreatMissingData: 'breaching',
    })
    expect(propertiesOf(template, 'ResyncErrorsAlarm')).toMatchObject({
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: 'ebbtide-web-resync' }],
    })
    expect(propertiesOf(template, 'DeadLettersAlarm')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: propertiesOf(template, 'DeadLetterQueue').QueueName }],
    })
  })
})
