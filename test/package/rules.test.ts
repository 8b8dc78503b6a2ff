import { beforeAll, describe, expect, it } from '@jest/globals'
import { cachedTemplate } from '../../deploy/cached-template.ts'
import type { Template } from '../../deploy/template.ts'
import { at, idsOfType, propertiesOf } from './templates.ts'

const cluster = { 'Fn::Sub': 'arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:cluster/web' }

describe('the rules that are packaged', () => {
  let template: Template
  beforeAll(async () => {
    template = await cachedTemplate({ cluster: 'web', groups: 'ecs-web-a,ecs-web-b' })
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

  it('never lose a lifecycle action silently', () => {
    expect(propertiesOf(template, 'LifecycleActionsRule').Targets).toEqual([
      {
        Id: 'signals',
        Arn: { 'Fn::GetAtt': ['SignalsQueue', 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
      },
    ])
  })

  it.each(['StoppedTasksRule', 'SilentInstancesRule'])(
    'try a wake from the %s no longer than it is kept',
    (rule) => {
      const { Targets } = propertiesOf(template, rule)
      expect(at(Targets, 0, 'Arn')).toEqual({ 'Fn::GetAtt': ['WakesQueue', 'Arn'] })
      expect(at(Targets, 0, 'RetryPolicy', 'MaximumEventAgeInSeconds')).toBe(
        propertiesOf(template, 'WakesQueue').MessageRetentionPeriod,
      )
    },
  )

  it('are these and the minute of resync', () => {
    expect(idsOfType(template, 'AWS::Events::Rule').toSorted()).toEqual([
      'LifecycleActionsRule',
      'ResyncEventsRuleSchedule1',
      'SilentInstancesRule',
      'StoppedTasksRule',
    ])
    expect(propertiesOf(template, 'ResyncEventsRuleSchedule1')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
    })
  })
})
