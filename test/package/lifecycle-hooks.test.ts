import { beforeAll, describe, expect, it } from '@jest/globals'
import { cachedTemplate } from '../../deploy/cached-template.ts'
import type { Template } from '../../deploy/template.ts'
import { idsOfType, propertiesOf, referencesOf, resource } from './templates.ts'

const HOOK = 'AWS::AutoScaling::LifecycleHook'
const groups = ['ecs-web-a', 'ecs-web-b', 'ecs-web-c']
const hookDeliveries = ['eventbridge', 'sqs'] as const
// What measures answers no hook, and comes after them.
const allGroups = { cluster: 'web', groups: groups.join(','), scale: 'off' }

const hookIdsByGroup = (template: Template): Readonly<Record<string, string>> =>
  Object.fromEntries(
    idsOfType(template, HOOK).map((id) => [String(propertiesOf(template, id).AutoScalingGroupName), id]),
  )

/** Everything that CloudFormation must have finished before it begins with a resource. */
const builtBefore = (template: Template, logicalId: string): ReadonlySet<string> => {
  const before = new Set<string>()
  const add = (id: string): void => {
    for (const needed of referencesOf(template, id)) {
      if (before.has(needed)) continue
      before.add(needed)
      add(needed)
    }
  }
  add(logicalId)
  return before
}

describe('the lifecycle hooks that are packaged', () => {
  const templates = new Map<string, Template>()
  const packaged = (hookDelivery: string) => templates.get(hookDelivery)!
  beforeAll(async () => {
    for (const hookDelivery of hookDeliveries) {
      templates.set(hookDelivery, await cachedTemplate({ ...allGroups, hookDelivery }))
    }
  }, 60_000)

  it.each(hookDeliveries)('hold the terminations of every group, delivered by %s', (hookDelivery) => {
    const template = packaged(hookDelivery)
    const hooks = idsOfType(template, HOOK).map((id) => propertiesOf(template, id))
    expect(hooks.map(({ AutoScalingGroupName }) => AutoScalingGroupName)).toEqual(groups)
    for (const hook of hooks) {
      expect(hook).toMatchObject({
        LifecycleHookName: 'ebbtide-web',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        HeartbeatTimeout: 1800,
        DefaultResult: 'CONTINUE',
      })
    }
  })

  it('need no role and no target when EventBridge delivers', () => {
    const template = packaged('eventbridge')
    expect(template.Resources).not.toHaveProperty('HookRole')
    for (const id of idsOfType(template, HOOK)) {
      expect(propertiesOf(template, id)).not.toHaveProperty('NotificationTargetARN')
      expect(propertiesOf(template, id)).not.toHaveProperty('RoleARN')
    }
  })

  it('write to the signals queue themselves when SQS delivers', () => {
    const template = packaged('sqs')
    expect(template.Resources).not.toHaveProperty('LifecycleActionsRule')
    for (const id of idsOfType(template, HOOK)) {
      expect(propertiesOf(template, id)).toMatchObject({
        NotificationTargetARN: { 'Fn::GetAtt': ['SignalsQueue', 'Arn'] },
        RoleARN: { 'Fn::GetAtt': ['HookRole', 'Arn'] },
      })
    }
  })

  it('lend their role to Auto Scaling alone, for these groups of this account and this queue', () => {
    const group = (name: string) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:autoscaling:\${AWS::Region}:\${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/${name}`,
    })
    expect(propertiesOf(packaged('sqs'), 'HookRole')).toEqual({
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'autoscaling.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: { 'aws:SourceArn': groups.map(group) },
            },
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'signals',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
                Resource: [{ 'Fn::GetAtt': ['SignalsQueue', 'Arn'] }],
              },
            ],
          },
        },
      ],
    })
  })

  it('keep their logical ids when groups are named in another order or fewer of them', async () => {
    const ids = hookIdsByGroup(packaged('eventbridge'))
    const turned = await cachedTemplate({ cluster: 'web', groups: groups.toReversed().join(',') })
    expect(hookIdsByGroup(turned)).toEqual(ids)
    const last = await cachedTemplate({ cluster: 'web', groups: 'ecs-web-c' })
    expect(hookIdsByGroup(last)).toEqual({ 'ecs-web-c': ids['ecs-web-c'] })
  }, 60_000)

  it.each(hookDeliveries)(
    'are put on a group only after everything that answers them, delivered by %s',
    (hookDelivery) => {
      const template = packaged(hookDelivery)
      const answering = [
        'AWS::Lambda::Function',
        'AWS::Lambda::EventSourceMapping',
        'AWS::Lambda::Permission',
        'AWS::Events::Rule',
        'AWS::IAM::Role',
        'AWS::SQS::Queue',
      ].flatMap((type) => idsOfType(template, type))
      expect(answering).toContain('LeavingInstancesRule')
      for (const id of idsOfType(template, HOOK)) {
        const before = builtBefore(template, id)
        expect(answering.filter((needed) => !before.has(needed))).toEqual([])
        expect(before).toContain('SignalsQueuePolicy')
        expect(before).toContain('WakesQueuePolicy')
      }
    },
  )

  it('end with ABANDON when an instance is to be retained, for nothing else retains it', async () => {
    const template = await cachedTemplate({ ...allGroups, onDeadline: 'retain' })
    for (const id of idsOfType(template, HOOK)) {
      expect(propertiesOf(template, id)).toMatchObject({ DefaultResult: 'ABANDON' })
    }
  }, 60_000)

  it('are watched for their absence, group by group', () => {
    const template = packaged('eventbridge')
    const watched = idsOfType(template, 'AWS::CloudWatch::Alarm')
      .filter((id) => id.startsWith('HookMissingAlarm'))
      .map((id) => resource(template, id).Properties.Dimensions)
    expect(watched).toEqual(
      groups.map((group) => [
        { Name: 'ClusterName', Value: 'web' },
        { Name: 'AutoScalingGroupName', Value: group },
      ]),
    )
  })
})

describe('the launch hooks that are packaged', () => {
  const launching = { ...allGroups, launchHook: 'on' }
  const launchHooksIn = (template: Template) =>
    idsOfType(template, HOOK).filter(
      (id) => propertiesOf(template, id).LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING',
    )

  it.each(hookDeliveries)(
    'hold new instances beside the other hooks, delivered by %s',
    async (hookDelivery) => {
      const template = await cachedTemplate({ ...launching, hookDelivery, onDeadline: 'retain' })
      const hooks = launchHooksIn(template)
      expect(hooks.map((id) => propertiesOf(template, id).AutoScalingGroupName)).toEqual(groups)
      expect(idsOfType(template, HOOK)).toHaveLength(2 * groups.length)
      for (const id of hooks) {
        expect(propertiesOf(template, id)).toMatchObject({
          LifecycleHookName: 'ebbtide-web-launch',
          HeartbeatTimeout: 1800,
          // Even where drains are abandoned: a group whose launches all fail cannot replace what it loses.
          DefaultResult: 'CONTINUE',
        })
        expect(Object.hasOwn(propertiesOf(template, id), 'NotificationTargetARN')).toBe(
          hookDelivery === 'sqs',
        )
        const before = builtBefore(template, id)
        expect(idsOfType(template, 'AWS::Events::Rule').filter((rule) => !before.has(rule))).toEqual([])
      }
    },
    60_000,
  )

  it('come and go without a change of the other hooks', async () => {
    const drainHooks = Object.values(hookIdsByGroup(await cachedTemplate(allGroups)))
    const template = await cachedTemplate(launching)
    const launchHooks = new Set(launchHooksIn(template))
    expect(idsOfType(template, HOOK).filter((id) => !launchHooks.has(id))).toEqual(drainHooks)
  }, 60_000)
})

describe('a dry run', () => {
  it.each(hookDeliveries)(
    'puts no hook on a group and misses none, with hook delivery %s',
    async (hookDelivery) => {
      const template = await cachedTemplate({ ...allGroups, hookDelivery, launchHook: 'on', dryRun: 'true' })
      expect(idsOfType(template, HOOK)).toEqual([])
      expect(Object.keys(template.Resources).filter((id) => /^HookMissing|^HookRole/.test(id))).toEqual([])
    },
    60_000,
  )
})
