import { beforeAll, describe, expect, it } from '@jest/globals'
import { cachedTemplate } from '../../deploy/cached-template.ts'
import type { Template } from '../../deploy/template.ts'
import { at, idsOfType, propertiesOf } from './templates.ts'

const twoGroups = { cluster: 'web', groups: 'ecs-web-a,ecs-web-b' }
const everyPolicy = { ...twoGroups, rebalance: 'replace', launchHook: 'on' }

const cluster = { 'Fn::Sub': 'arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:cluster/web' }

describe('the rules that are packaged', () => {
  let template: Template
  beforeAll(async () => {
    template = await cachedTemplate(twoGroups)
  }, 60_000)

  it("pass on terminations of our groups on our hook, and nobody else's", () => {
    expect(propertiesOf(template, 'LifecycleActionsRule').EventPattern).toEqual({
      source: ['aws.autoscaling'],
      'detail-type': ['EC2 Instance-terminate Lifecycle Action'],
      detail: { AutoScalingGroupName: ['ecs-web-a', 'ecs-web-b'], LifecycleHookName: ['ebbtide-web'] },
    })
  })

  it("pass on tasks that stopped on our cluster's container instances", () => {
    expect(propertiesOf(template, 'StoppedTasksRule').EventPattern).toEqual({
      source: ['aws.ecs'],
      'detail-type': ['ECS Task State Change'],
      detail: { clusterArn: [cluster], lastStatus: ['STOPPED'], containerInstanceArn: [{ exists: true }] },
    })
  })

  it("pass on changes of our cluster's container instances only while they drain", () => {
    expect(propertiesOf(template, 'SilentInstancesRule').EventPattern).toEqual({
      source: ['aws.ecs'],
      'detail-type': ['ECS Container Instance State Change'],
      detail: { clusterArn: [cluster], status: ['DRAINING'], agentConnected: [false] },
    })
  })

  it('pass on machines that stop or terminate, and none that comes', () => {
    expect(propertiesOf(template, 'LeavingInstancesRule').EventPattern).toEqual({
      source: ['aws.ec2'],
      'detail-type': ['EC2 Instance State-change Notification'],
      detail: { state: ['stopping', 'stopped', 'shutting-down', 'terminated'] },
    })
  })

  it('pass on that EC2 takes an instance back, from Spot or from a Capacity Reservation', () => {
    expect(propertiesOf(template, 'InterruptionWarningsRule').EventPattern).toEqual({
      source: ['aws.ec2'],
      'detail-type': [
        'EC2 Spot Instance Interruption Warning',
        'EC2 Capacity Reservation Instance Interruption Warning',
      ],
    })
  })

  it('pass on scheduled changes of EC2 in this region, not the copies for other regions', () => {
    expect(propertiesOf(template, 'ScheduledChangesRule').EventPattern).toEqual({
      source: ['aws.health'],
      'detail-type': ['AWS Health Event'],
      detail: {
        service: ['EC2'],
        eventTypeCategory: ['scheduledChange'],
        eventRegion: [{ Ref: 'AWS::Region' }],
      },
    })
  })

  it.each([
    ['SignalsQueue', ['LifecycleActionsRule', 'InterruptionWarningsRule', 'ScheduledChangesRule']],
    ['WakesQueue', ['StoppedTasksRule', 'SilentInstancesRule', 'LeavingInstancesRule']],
  ])('fill the %s by %j alone', (queue, rules) => {
    const filling = idsOfType(template, 'AWS::Events::Rule').filter((id) => {
      const [target] = propertiesOf(template, id).Targets as readonly { readonly Arn: unknown }[]
      return JSON.stringify(target?.Arn) === JSON.stringify({ 'Fn::GetAtt': [queue, 'Arn'] })
    })
    expect(filling.toSorted()).toEqual(rules.toSorted())
  })

  it.each(['LifecycleActionsRule', 'InterruptionWarningsRule', 'ScheduledChangesRule'])(
    'never lose a signal of the %s silently',
    (rule) => {
      expect(propertiesOf(template, rule).Targets).toEqual([
        {
          Id: 'signals',
          Arn: { 'Fn::GetAtt': ['SignalsQueue', 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
        },
      ])
    },
  )

  it.each(['StoppedTasksRule', 'SilentInstancesRule', 'LeavingInstancesRule'])(
    'try a wake from the %s no longer than it is kept',
    (rule) => {
      const { Targets } = propertiesOf(template, rule)
      expect(at(Targets, 0, 'Arn')).toEqual({ 'Fn::GetAtt': ['WakesQueue', 'Arn'] })
      expect(at(Targets, 0, 'RetryPolicy', 'MaximumEventAgeInSeconds')).toBe(
        propertiesOf(template, 'WakesQueue').MessageRetentionPeriod,
      )
    },
  )

  it('are these and those of every minute, and the one that tells of tasks without a place', () => {
    expect(idsOfType(template, 'AWS::Events::Rule').toSorted()).toEqual([
      'CapacityMinuteRule',
      'InterruptionWarningsRule',
      'LeavingInstancesRule',
      'LifecycleActionsRule',
      'PlacementFailuresRule',
      'ResyncEventsRuleSchedule1',
      'ScheduledChangesRule',
      'SilentInstancesRule',
      'StoppedTasksRule',
    ])
    expect(propertiesOf(template, 'ResyncEventsRuleSchedule1')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
    })
  })
})

describe('a rule that depends on a policy', () => {
  let template: Template
  beforeAll(async () => {
    template = await cachedTemplate(everyPolicy)
  }, 60_000)

  it.each([
    ['InterruptionWarningsRule', { spot: 'off' }],
    ['RebalanceRecommendationsRule', { rebalance: 'off' }],
    ['ScheduledChangesRule', { health: 'off' }],
    ['RegisteredInstancesRule', { launchHook: 'off' }],
    ['RegisteredInstancesRule', { dryRun: 'true' }],
    ['LifecycleActionsRule', { dryRun: 'true' }],
  ])(
    'is left out with its place in the policies of the queues: %s with %j',
    async (rule, without) => {
      const policies = ['SignalsQueuePolicy', 'WakesQueuePolicy'].map((id) => propertiesOf(template, id))
      expect(Object.keys(template.Resources)).toContain(rule)
      expect(JSON.stringify(policies)).toContain(rule)
      expect(JSON.stringify(await cachedTemplate({ ...everyPolicy, ...without }))).not.toContain(rule)
    },
    60_000,
  )

  it('passes on rebalance recommendations as signals', () => {
    expect(propertiesOf(template, 'RebalanceRecommendationsRule')).toMatchObject({
      EventPattern: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance Rebalance Recommendation'] },
      Targets: [{ Arn: { 'Fn::GetAtt': ['SignalsQueue', 'Arn'] } }],
    })
  })

  it("passes on our cluster's registered instances as wakes, where new instances wait", () => {
    expect(propertiesOf(template, 'RegisteredInstancesRule')).toMatchObject({
      EventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Container Instance State Change'],
        detail: { clusterArn: [cluster], status: ['ACTIVE'], agentConnected: [true] },
      },
      Targets: [
        { Arn: { 'Fn::GetAtt': ['WakesQueue', 'Arn'] }, RetryPolicy: { MaximumEventAgeInSeconds: 300 } },
      ],
    })
  })

  it('passes on launches of our launch hook beside terminations of the other', () => {
    expect(propertiesOf(template, 'LifecycleActionsRule').EventPattern).toMatchObject({
      'detail-type': ['EC2 Instance-terminate Lifecycle Action', 'EC2 Instance-launch Lifecycle Action'],
      detail: { LifecycleHookName: ['ebbtide-web', 'ebbtide-web-launch'] },
    })
  })

  it('fits into the 2,048 characters of a pattern with the longest names that are accepted', async () => {
    const groups = Array.from({ length: 6 }, (_, at) => String(at).repeat(at < 5 ? 255 : 210)).join(',')
    const longest = await cachedTemplate({ ...everyPolicy, cluster: 'c'.repeat(255), groups })
    const pattern = JSON.stringify(propertiesOf(longest, 'LifecycleActionsRule').EventPattern)
    expect(pattern.length).toBeLessThanOrEqual(2_048)
    const more = cachedTemplate({ ...everyPolicy, groups: `${groups},more` })
    await expect(more).rejects.toThrow('fit into one EventBridge rule')
  }, 60_000)
})
