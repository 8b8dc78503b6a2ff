import { beforeAll, describe, expect, it } from '@jest/globals'

import { cachedTemplate } from '../../deploy/cached-template.ts'
import { scaledGroupLogicalId, hookLogicalId } from '../../deploy/names.ts'
import type { Template } from '../../deploy/template.ts'
import { readChooserSettings, readScalingSettings } from '../../lib/scaling/settings.ts'
import { at, idsOfType, propertiesOf, referencesOf, resource, statementsOf, web } from './templates.ts'

const TIMEOUT_MS = 60_000
const GROUP = 'ecs-web-a'

const actionsOf = (template: Template, role: string): readonly string[] =>
  statementsOf(template, role).flatMap(({ Action }) => Action)

const idsOf = (template: Template): readonly string[] => Object.keys(template.Resources)

/** All that a resource waits for, directly or through others. */
const standsOn = (template: Template, id: string, seen = new Set<string>()): ReadonlySet<string> => {
  for (const other of referencesOf(template, id)) {
    if (seen.has(other) || template.Resources[other] === undefined) continue
    seen.add(other)
    standsOn(template, other, seen)
  }
  return seen
}

describe('a stack that is asked for nothing of capacity', () => {
  it(
    'has nothing of it in its template',
    async () => {
      const template = await cachedTemplate({ ...web, scale: 'off' })
      const text = JSON.stringify(template)
      for (const word of ['Capacity', 'ScalingBucket', 'Custom::', 'ChooseDashvictims', 'ScalingPolicy'])
        expect(text).not.toContain(`"${word}`)
      expect(text).not.toContain('AWS::S3::BucketPolicy"},"ScalingBucket')
      expect(text).not.toContain('SetDesiredCapacity')
    },
    TIMEOUT_MS,
  )
})

describe('a stack that advises', () => {
  let template: Template
  beforeAll(async () => {
    template = await cachedTemplate(web)
  }, TIMEOUT_MS)

  it('is what is deployed unless something else is asked for, and may write to no group', () => {
    const actions = actionsOf(template, 'CapacityRole')
    expect(actions).toContain('ecs:ListTasks')
    expect(actions).not.toContain('autoscaling:SetDesiredCapacity')
    expect(actions).not.toContain('autoscaling:TerminateInstanceInAutoScalingGroup')
    expect(idsOfType(template, 'Custom::ScaledGroup')).toEqual([])
  })

  it('may take away what an earlier deployment has left on its groups, whose role this one replaces', () => {
    for (const action of ['UpdateAutoScalingGroup', 'CreateOrUpdateTags', 'DeleteTags'])
      expect(actionsOf(template, 'AttachRole')).toContain(`autoscaling:${action}`)
  })

  it('never lets drain write to the capacity queue', () => {
    expect(JSON.stringify(statementsOf(template, 'DrainRole'))).not.toContain('CapacityQueue')
  })

  it('hands the capacity function what it was told', () => {
    const { Variables } = propertiesOf(template, 'CapacityLambdaFunction').Environment as {
      Variables: Record<string, string | number | object>
    }
    const variables = Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [
        name,
        typeof value === 'object' ? 'a-bucket' : String(value),
      ]),
    )
    expect(readScalingSettings(variables)).toEqual({
      cluster: 'web',
      groups: [GROUP],
      hookName: 'ebbtide-web',
      stackName: 'ebbtide-web',
      scale: 'advise',
      headroomPercent: 10,
      scaleOutStep: 10,
      scaleInCooldownSeconds: 300,
      scaleInBudgetPercent: 10,
      choosesVictims: false,
      bucket: 'a-bucket',
    })
  })

  it('handles one message group in turn, and blocks it no longer than one run takes', () => {
    const queue = propertiesOf(template, 'CapacityQueue')
    expect(queue).toMatchObject({
      QueueName: 'ebbtide-web-capacity.fifo',
      FifoQueue: true,
      ContentBasedDeduplication: true,
      SqsManagedSseEnabled: true,
    })
    expect(queue.VisibilityTimeout).toBe(propertiesOf(template, 'CapacityLambdaFunction').Timeout)
    expect(Number(queue.MessageRetentionPeriod)).toBeLessThanOrEqual(300)
    for (const rule of ['CapacityMinuteRule', 'PlacementFailuresRule'])
      expect(at(propertiesOf(template, rule).Targets, 0)).toMatchObject({
        Arn: { 'Fn::GetAtt': ['CapacityQueue', 'Arn'] },
        SqsParameters: { MessageGroupId: 'capacity' },
      })
  })

  it("hears of this cluster's placement failures", () => {
    expect(propertiesOf(template, 'PlacementFailuresRule').EventPattern).toEqual({
      source: ['aws.ecs'],
      'detail-type': ['ECS Service Action'],
      detail: {
        clusterArn: [{ 'Fn::Sub': 'arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:cluster/web' }],
        eventName: ['SERVICE_TASK_PLACEMENT_FAILURE'],
      },
    })
  })

  it('keeps its notes in a private, encrypted bucket that is emptied before it is deleted', () => {
    expect(propertiesOf(template, 'ScalingBucket')).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{}] },
    })
    expect(propertiesOf(template, 'ScalingBucket')).not.toHaveProperty('BucketName')
    expect(standsOn(template, 'EmptiedBucket')).toContain('ScalingBucket')
    expect(standsOn(template, 'EmptiedBucket')).toContain('AttachLambdaFunction')
    expect(standsOn(template, 'CapacityEventSourceMappingSQSCapacityQueue')).toContain('EmptiedBucket')
  })

  it('takes the right to write to the bucket away before it is emptied, since a run may be under way', () => {
    expect(actionsOf(template, 'CapacityRole')).not.toContain('s3:PutObject')
    expect(standsOn(template, 'BucketWritingPolicy')).toContain('EmptiedBucket')
    expect(standsOn(template, 'CapacityEventSourceMappingSQSCapacityQueue')).toContain('BucketWritingPolicy')
    expect(propertiesOf(template, 'BucketWritingPolicy')).toMatchObject({
      Roles: [{ Ref: 'CapacityRole' }],
      PolicyDocument: {
        Statement: [{ Action: ['s3:PutObject'], Resource: [{ 'Fn::Sub': '${ScalingBucket.Arn}/*' }] }],
      },
    })
  })

  it('measures nothing before the hooks stand, and no longer when they go', () => {
    const mapping = standsOn(template, 'CapacityEventSourceMappingSQSCapacityQueue')
    expect(mapping).toContain(hookLogicalId(GROUP))
  })

  it('rings when the cluster cannot be measured, or nobody tries', () => {
    expect(propertiesOf(template, 'CapacityFailingAlarm')).toMatchObject({
      MetricName: 'CapacityRunsFailed',
      Dimensions: [{ Name: 'ClusterName', Value: 'web' }],
      TreatMissingData: 'breaching',
    })
  })
})

describe('a stack that acts', () => {
  let template: Template
  beforeAll(async () => {
    template = await cachedTemplate({ ...web, scale: 'act', health: 'off' })
  }, TIMEOUT_MS)

  it('may set the desired capacity of its groups, and of no other', () => {
    const write = statementsOf(template, 'CapacityRole').find(({ Action }) =>
      [Action].flat().includes('autoscaling:SetDesiredCapacity'),
    )
    expect(write).toMatchObject({
      Action: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
      Resource: [
        {
          'Fn::Sub':
            'arn:${AWS::Partition}:autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/ecs-web-a',
        },
      ],
    })
  })

  it('lets drain ask for room', () => {
    for (const role of ['DrainRole', 'ResyncRole'])
      expect(JSON.stringify(statementsOf(template, role))).toContain('CapacityQueue')
    expect(at(propertiesOf(template, 'DrainLambdaFunction'), 'Environment', 'Variables')).toMatchObject({
      EBBTIDE_CAPACITY_QUEUE_URL: { Ref: 'CapacityQueue' },
    })
  })

  it('marks its groups, and chooses no victims unless asked', () => {
    expect(propertiesOf(template, scaledGroupLogicalId(GROUP))).toEqual({
      ServiceToken: { 'Fn::GetAtt': ['AttachLambdaFunction', 'Arn'] },
      ServiceTimeout: 300,
      AutoScalingGroupName: GROUP,
      Scaler: 'ebbtide-web',
    })
    expect(idsOf(template)).not.toContain('ChooseDashvictimsLambdaFunction')
  })
})

describe('a stack that chooses victims', () => {
  let template: Template
  beforeAll(async () => {
    template = await cachedTemplate({ ...web, scale: 'off', chooseVictims: 'on' })
  }, TIMEOUT_MS)

  it("admits Auto Scaling's own role to the function, and nobody else", () => {
    expect(propertiesOf(template, 'ChooseVictimsPermission')).toEqual({
      FunctionName: { 'Fn::GetAtt': ['ChooseDashvictimsLambdaFunction', 'Arn'] },
      Action: 'lambda:InvokeFunction',
      Principal: {
        'Fn::Sub':
          'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      },
    })
  })

  it('names the function on each group without a version, and takes the name away before the function', () => {
    const id = scaledGroupLogicalId(GROUP)
    expect(propertiesOf(template, id)).toMatchObject({
      TerminationPolicy: { 'Fn::GetAtt': ['ChooseDashvictimsLambdaFunction', 'Arn'] },
    })
    const before = standsOn(template, id)
    for (const other of [
      'ChooseDashvictimsLambdaFunction',
      'ChooseVictimsPermission',
      'ChooseVictimsRole',
      'AttachLambdaFunction',
      'AttachRole',
    ])
      expect(before).toContain(other)
  })

  it('answers within the two seconds that Auto Scaling waits, and can read its settings', () => {
    expect(propertiesOf(template, 'ChooseDashvictimsLambdaFunction').Timeout).toBe(2)
    expect(readChooserSettings({ EBBTIDE_CLUSTER: 'web', EBBTIDE_SCALING_BUCKET: 'notes' })).toEqual({
      cluster: 'web',
      bucket: 'notes',
    })
  })

  it('may write to no group but to attach itself', () => {
    const actions = actionsOf(template, 'CapacityRole')
    expect(actions).not.toContain('autoscaling:SetDesiredCapacity')
    expect(
      actionsOf(template, 'ChooseVictimsRole').filter((action) =>
        /:(Update|Set|Put|Delete|Terminate)/.test(action),
      ),
    ).toEqual(['logs:PutLogEvents'])
    expect(actionsOf(template, 'AttachRole')).toContain('autoscaling:UpdateAutoScalingGroup')
  })
})

describe("scaling policies of AWS's own", () => {
  const two = { ...web, groups: 'ecs-web-a,ecs-web-b', scale: 'off' }

  it(
    'track the reservation of each group',
    async () => {
      const template = await cachedTemplate({
        ...two,
        scalingPolicies: 'target-tracking',
        reservationTarget: '90',
      })
      const policies = idsOfType(template, 'AWS::AutoScaling::ScalingPolicy')
      expect(policies).toHaveLength(2)
      expect(propertiesOf(template, String(policies[0]))).toMatchObject({
        AutoScalingGroupName: 'ecs-web-a',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: {
          TargetValue: 90,
          CustomizedMetricSpecification: {
            Namespace: 'Ebbtide',
            MetricName: 'CapacityReservation',
            Dimensions: [
              { Name: 'ClusterName', Value: 'web' },
              { Name: 'AutoScalingGroupName', Value: 'ecs-web-a' },
            ],
          },
        },
      })
    },
    TIMEOUT_MS,
  )

  it(
    'or step by alarms, and are never simple scaling, which a waiting hook would freeze',
    async () => {
      const template = await cachedTemplate({ ...two, scalingPolicies: 'step' })
      const policies = idsOfType(template, 'AWS::AutoScaling::ScalingPolicy')
      expect(policies).toHaveLength(4)
      for (const id of policies) expect(propertiesOf(template, id).PolicyType).toBe('StepScaling')
      const acting = idsOfType(template, 'AWS::CloudWatch::Alarm')
        .map((id) => resource(template, id).Properties)
        .flatMap(({ AlarmActions = [] }) => AlarmActions as { Ref: string }[])
      expect(acting.map(({ Ref }) => Ref).toSorted()).toEqual([...policies].toSorted())
      const watched = idsOfType(template, 'AWS::CloudWatch::Alarm')
        .map((id) => propertiesOf(template, id))
        .filter(({ AlarmActions = [] }) => (AlarmActions as unknown[]).length > 0)
      for (const name of ['ecs-web-a', 'ecs-web-b'])
        for (const metric of ['InstancesNeeded', 'RemovableInstances'])
          expect(watched).toContainEqual(
            expect.objectContaining({
              MetricName: metric,
              Dimensions: expect.arrayContaining([{ Name: 'AutoScalingGroupName', Value: name }]) as unknown,
            }),
          )
    },
    TIMEOUT_MS,
  )
})
