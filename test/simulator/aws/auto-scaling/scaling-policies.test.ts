import { describe, expect, it } from '@jest/globals'
import type { PutScalingPolicyCommandInput } from '@aws-sdk/client-auto-scaling'
import type { GroupSpec } from '../../../../simulator/world/world-spec.ts'
import { call } from '../../../../simulator/world/call.ts'
import { openWorld } from './auto-scaling-world.ts'

/** The group `web-a`, a metric, and what is put upon them. */
const open = (spec: Partial<GroupSpec> = {}) => {
  const world = openWorld({ spec: { desired: 4, max: 20, min: 0, ...spec } })
  const { cloudWatch } = world
  /** The metric has the value in each of so many minutes. */
  const measure = async (value: number, minutes: number, MetricName = 'Load') => {
    for (let minute = 0; minute < minutes; minute += 1) {
      call(cloudWatch.model, 'PutMetricData', {
        Namespace: 'Ebbtide',
        MetricData: [{ MetricName, Value: value }],
      })
      await world.pass(60)
    }
  }
  const putPolicy = (policy: Partial<PutScalingPolicyCommandInput>) =>
    world.call('PutScalingPolicy', { AutoScalingGroupName: 'web-a', PolicyName: 'own', ...policy })
  /** An alarm above 50, or below it, of one minute. */
  const putAlarm = (AlarmActions: readonly string[], side: 'above' | 'below' = 'above') =>
    call(cloudWatch.model, 'PutMetricAlarm', {
      AlarmName: `load-${side}`,
      Namespace: 'Ebbtide',
      MetricName: 'Load',
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: side === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      AlarmActions,
    })
  const track = (changes: Partial<PutScalingPolicyCommandInput> = {}, MetricName = 'Load') =>
    putPolicy({
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup: 120,
      TargetTrackingConfiguration: {
        TargetValue: 50,
        CustomizedMetricSpecification: { Namespace: 'Ebbtide', MetricName, Statistic: 'Average' },
      },
      ...changes,
    })
  return { ...world, measure, putPolicy, putAlarm, track, desired: () => world.group().DesiredCapacity }
}

const step = {
  PolicyType: 'StepScaling',
  AdjustmentType: 'PercentChangeInCapacity',
  EstimatedInstanceWarmup: 300,
} as const

describe('step scaling', () => {
  it('adds by the size of the breach, and the same instances only once while they warm up', async () => {
    const { putPolicy, putAlarm, measure, desired } = open({ desired: 10 })
    const { PolicyARN } = putPolicy({
      ...step,
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 0 },
        { MetricIntervalLowerBound: 10, MetricIntervalUpperBound: 20, ScalingAdjustment: 10 },
        { MetricIntervalLowerBound: 20, ScalingAdjustment: 30 },
      ],
    })
    putAlarm([PolicyARN])
    // AWS's own example: 60 adds one of ten, 62 nothing more while that one warms up, and 70 makes it thirteen.
    await measure(60, 2)
    expect(desired()).toBe(11)
    await measure(62, 2)
    expect(desired()).toBe(11)
    await measure(70, 2)
    expect(desired()).toBe(13)
  })

  it('takes nothing away while something warms up, and then no instance twice', async () => {
    const { putPolicy, putAlarm, putHook, call, measure, desired } = open({ desired: 10 })
    putHook({ HeartbeatTimeout: 7_200 })
    const { PolicyARN } = putPolicy({
      ...step,
      StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -10 }],
    })
    putAlarm([PolicyARN], 'below')
    call('SetDesiredCapacity', { AutoScalingGroupName: 'web-a', DesiredCapacity: 11 })
    await measure(10, 4)
    expect(desired()).toBe(11)
    await measure(10, 3)
    expect(desired()).toBe(10)
    // One waits at its hook and is still capacity, so a tenth of eleven has been taken already.
    await measure(10, 10)
    expect(desired()).toBe(10)
  })

  it('goes on while a hook holds an instance, and names its alarm in the cause', async () => {
    const { putPolicy, putAlarm, putHook, terminate, idAt, measure, desired, activities } = open()
    putHook({ HeartbeatTimeout: 7_200 })
    const { PolicyARN } = putPolicy({
      ...step,
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
    })
    putAlarm([PolicyARN])
    terminate(idAt(0))
    await measure(90, 3)
    expect(desired()).toBe(5)
    expect(activities()[0]?.Cause).toMatch(
      /^At \S+ a monitor alarm load-above in state ALARM triggered policy own changing the desired capacity from 3 to 5\. {2}At \S+ an instance was started/,
    )
  })

  it('keeps within the group, and does nothing while alarms are suspended or the policy is not enabled', async () => {
    const { putPolicy, putAlarm, measure, call, desired } = open({ desired: 4, max: 6 })
    const policy = {
      ...step,
      AdjustmentType: 'ExactCapacity',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 9 }],
    }
    const { PolicyARN } = putPolicy({ ...policy, Enabled: false })
    putAlarm([PolicyARN])
    await measure(90, 3)
    expect(desired()).toBe(4)
    call('SuspendProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses: ['AlarmNotification'] })
    putPolicy(policy)
    await measure(90, 3)
    expect(desired()).toBe(4)
    call('ResumeProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses: ['AlarmNotification'] })
    await measure(90, 2)
    expect(desired()).toBe(6)
  })

  it('can be executed by a call that says how large the breach is', () => {
    const { putPolicy, call, desired } = open()
    putPolicy({
      ...step,
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
      ],
    })
    const execute = (input: object) =>
      call('ExecutePolicy', { AutoScalingGroupName: 'web-a', PolicyName: 'own', ...input })
    expect(() => execute({})).toThrow('MetricValue and BreachThreshold are required')
    execute({ MetricValue: 65, BreachThreshold: 50 })
    expect(desired()).toBe(7)
  })

  it.each([
    [[], 'At least one StepAdjustment'],
    [[{ ScalingAdjustment: 1 }], 'needs an upper or a lower bound'],
    [
      [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 5, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 10, ScalingAdjustment: 2 },
      ],
      'overlap or have a gap',
    ],
    [[{ MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 5, ScalingAdjustment: 1 }], 'open interval'],
  ])('refuses steps %j', (StepAdjustments, message) => {
    expect(() => open().putPolicy({ ...step, StepAdjustments })).toThrow(message)
  })
})

describe('target tracking', () => {
  it('makes two alarms: three minutes above the target, fifteen below nine tenths of it', () => {
    const { track, cloudWatch, call } = open()
    const { Alarms } = track()
    expect(Alarms).toHaveLength(2)
    const rules = cloudWatch.alarms.map(({ spec }) => [
      spec.name.replace(/-[^-]*-[^-]*-[^-]*-[^-]*-[^-]*$/, ''),
      spec.rule,
    ])
    const common = { treatMissingData: 'missing' }
    expect(rules).toEqual([
      [
        'TargetTracking-web-a-AlarmHigh',
        {
          ...common,
          comparison: 'GreaterThanThreshold',
          threshold: 50,
          evaluationPeriods: 3,
          datapointsToAlarm: 3,
        },
      ],
      [
        'TargetTracking-web-a-AlarmLow',
        {
          ...common,
          comparison: 'LessThanThreshold',
          threshold: 45,
          evaluationPeriods: 15,
          datapointsToAlarm: 15,
        },
      ],
    ])
    call('DeletePolicy', { AutoScalingGroupName: 'web-a', PolicyName: 'own' })
    expect(cloudWatch.alarms).toEqual([])
  })

  it('scales out in proportion after three minutes, and no further while that warms up', async () => {
    const { track, measure, desired } = open()
    track()
    await measure(75, 2)
    expect(desired()).toBe(4)
    await measure(75, 2)
    expect(desired()).toBe(6)
    await measure(75, 1)
    expect(desired()).toBe(6)
    // Six are warm now, and the metric still says that half as many are missing.
    await measure(75, 3)
    expect(desired()).toBe(9)
  })

  it('scales in gradually, after fifteen minutes', async () => {
    const { track, measure, desired } = open({ desired: 8 })
    track()
    await measure(10, 14)
    expect(desired()).toBe(8)
    await measure(10, 2)
    expect(desired()).toBe(4)
  })

  it('leaves everything as it is without data, and scales in only if it may', async () => {
    const { track, measure, pass, desired } = open()
    track({
      TargetTrackingConfiguration: {
        TargetValue: 50,
        DisableScaleIn: true,
        CustomizedMetricSpecification: { Namespace: 'Ebbtide', MetricName: 'Load', Statistic: 'Average' },
      },
    })
    await pass(1_800)
    expect(desired()).toBe(4)
    await measure(1, 20)
    expect(desired()).toBe(4)
  })

  it('scales out for one of several metrics, and in only for all of them', async () => {
    const { track, measure, desired, call } = open()
    track({ PolicyName: 'one' }, 'Load')
    track({ PolicyName: 'other' }, 'Waiting')
    await measure(10, 18)
    expect(desired()).toBe(4)
    call('DeletePolicy', { AutoScalingGroupName: 'web-a', PolicyName: 'other' })
    await measure(10, 1)
    expect(desired()).toBe(2)
  })
})

describe('simple scaling', () => {
  const simple = { AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1, Cooldown: 180 } as const

  it('waits for its instance and then for its cooldown', async () => {
    const { putPolicy, putAlarm, measure, desired } = open()
    const { PolicyARN } = putPolicy(simple)
    putAlarm([PolicyARN])
    await measure(90, 2)
    expect(desired()).toBe(5)
    await measure(90, 2)
    expect(desired()).toBe(5)
    await measure(90, 3)
    expect(desired()).toBe(6)
  })

  it('stands still as long as a hook holds an instance', async () => {
    const { putPolicy, putAlarm, putHook, terminate, idAt, complete, measure, desired } = open()
    putHook({ HeartbeatTimeout: 7_200 })
    const { PolicyARN } = putPolicy(simple)
    putAlarm([PolicyARN])
    const leaving = idAt(0)
    terminate(leaving)
    await measure(90, 20)
    expect(desired()).toBe(3)
    complete(leaving)
    await measure(90, 3)
    expect(desired()).toBe(4)
  })

  it('is executed by a call in spite of its cooldown, unless the call honours it', () => {
    const { putPolicy, call, desired } = open()
    putPolicy(simple)
    const execute = (HonorCooldown: boolean) =>
      call('ExecutePolicy', { AutoScalingGroupName: 'web-a', PolicyName: 'own', HonorCooldown })
    execute(true)
    expect(desired()).toBe(5)
    expect(() => execute(true)).toThrow('in progress')
    execute(false)
    expect(desired()).toBe(6)
  })
})

describe('policies', () => {
  it('are described with all that they were made of', () => {
    const { track, putPolicy, call } = open()
    track({ PolicyName: 'tracked' })
    putPolicy({
      ...step,
      PolicyName: 'stepped',
      MinAdjustmentMagnitude: 2,
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 10 }],
    })
    const { ScalingPolicies } = call('DescribePolicies', { AutoScalingGroupName: 'web-a' })
    expect(ScalingPolicies).toMatchObject([
      {
        PolicyName: 'tracked',
        PolicyType: 'TargetTrackingScaling',
        EstimatedInstanceWarmup: 120,
        TargetTrackingConfiguration: {
          TargetValue: 50,
          DisableScaleIn: false,
          CustomizedMetricSpecification: { MetricName: 'Load', Namespace: 'Ebbtide', Statistic: 'Average' },
        },
        Enabled: true,
      },
      {
        PolicyName: 'stepped',
        PolicyType: 'StepScaling',
        AdjustmentType: 'PercentChangeInCapacity',
        MinAdjustmentMagnitude: 2,
        MetricAggregationType: 'Average',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 10 }],
        Alarms: [],
      },
    ])
    expect(ScalingPolicies[0]?.Alarms).toHaveLength(2)
  })

  it('that do not exist cannot be deleted', () => {
    expect(() => open().call('DeletePolicy', { AutoScalingGroupName: 'web-a', PolicyName: 'none' })).toThrow(
      'there is no policy none',
    )
  })

  it('refuse metrics that nobody measures here', () => {
    const TargetTrackingConfiguration = {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
    } as const
    expect(() =>
      open().putPolicy({ PolicyType: 'TargetTrackingScaling', TargetTrackingConfiguration }),
    ).toThrow('does not model')
  })
})
