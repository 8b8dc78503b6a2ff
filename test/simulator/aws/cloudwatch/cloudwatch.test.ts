import { describe, expect, it } from '@jest/globals'
import type {
  DescribeAlarmsCommandOutput,
  GetMetricDataCommandOutput,
  GetMetricStatisticsCommandOutput,
  ListMetricsCommandOutput,
  PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch'
import type { AlarmNotice } from '../../../../simulator/aws/cloudwatch/alarm.ts'
import { CloudWatch } from '../../../../simulator/aws/cloudwatch/cloudwatch.ts'
import type { AwsEvent } from '../../../../simulator/aws/event.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import { call } from '../../../../simulator/world/call.ts'

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alarms'
const POLICY =
  'arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:1:autoScalingGroupName/a:policyName/b'

/** What calls return: only what the tests read. */
type Answer = DescribeAlarmsCommandOutput &
  GetMetricDataCommandOutput &
  GetMetricStatisticsCommandOutput &
  ListMetricsCommandOutput

const open = () => {
  const simulation = new Simulation({ seed: 5 })
  const events: AwsEvent[] = []
  const acts: { readonly arn: string; readonly notice: AlarmNotice }[] = []
  const cloudWatch = new CloudWatch({
    simulation,
    account: { region: 'eu-west-1', accountId: '111122223333' },
    publish: (event) => events.push(event),
    act: (arn, notice) => acts.push({ arn, notice }),
  })
  const ask = (operation: string, input: object) => call<Answer>(cloudWatch.model, operation, input)
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000)
  /** One value each minute, for so many minutes. */
  const measure = async (value: number, minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      ask('PutMetricData', {
        Namespace: 'Ebbtide',
        MetricData: [{ MetricName: 'Load', Dimensions: [{ Name: 'Group', Value: 'web' }], Value: value }],
      })
      await pass(60)
    }
  }
  const putAlarm = (changes: Partial<PutMetricAlarmCommandInput> = {}) =>
    ask('PutMetricAlarm', {
      AlarmName: 'load',
      Namespace: 'Ebbtide',
      MetricName: 'Load',
      Dimensions: [{ Name: 'Group', Value: 'web' }],
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 50,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [TOPIC, POLICY],
      ...changes,
    })
  const state = () => ask('DescribeAlarms', {}).MetricAlarms?.[0]?.StateValue
  return { simulation, cloudWatch, events, acts, ask, pass, measure, putAlarm, state }
}

/** A line that Powertools prints for a metric of one cluster. */
const line = (at: number, values: number | readonly number[]) => ({
  _aws: {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: 'Ebbtide',
        Dimensions: [['ClusterName']],
        Metrics: [{ Name: 'PendingTasks', Unit: 'Count' }],
      },
    ],
  },
  ClusterName: 'web',
  PendingTasks: values,
})

describe('a metric', () => {
  it('arrives from a line in embedded metric format, a moment after it was written', async () => {
    const { simulation, cloudWatch, ask, pass } = open()
    const began = simulation.now()
    cloudWatch.hearLogLine(line(began, [2, 4]))
    cloudWatch.hearLogLine(line(began + 5_000, 9))
    const read = () =>
      ask('GetMetricStatistics', {
        Namespace: 'Ebbtide',
        MetricName: 'PendingTasks',
        Dimensions: [{ Name: 'ClusterName', Value: 'web' }],
        StartTime: new Date(began),
        EndTime: new Date(began + 60_000),
        Period: 60,
        Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
      }).Datapoints
    expect(read()).toEqual([])
    await pass(10)
    const expected = { Sum: 15, Average: 5, Minimum: 2, Maximum: 9, SampleCount: 3 }
    expect(read()).toEqual([{ Timestamp: new Date(began), ...expected }])
  })

  it('ignores lines that are no metrics', async () => {
    const { cloudWatch, ask, pass } = open()
    cloudWatch.hearLogLine({ level: 'INFO', message: 'Decided on an instance' })
    cloudWatch.hearLogLine({ _aws: { Timestamp: 'yesterday' } })
    await pass(60)
    expect(ask('ListMetrics', {}).Metrics).toEqual([])
  })

  it('is another one with other dimensions', async () => {
    const { ask, pass } = open()
    const datum = (value: string) => ({
      MetricName: 'Load',
      Value: 1,
      Dimensions: [{ Name: 'Group', Value: value }],
    })
    ask('PutMetricData', { Namespace: 'Ebbtide', MetricData: [datum('a'), datum('b'), datum('a')] })
    await pass(60)
    const { Metrics } = ask('ListMetrics', { Namespace: 'Ebbtide' })
    expect(Metrics?.map(({ Dimensions }) => Dimensions?.[0]?.Value)).toEqual(['a', 'b'])
    expect(ask('ListMetrics', { Dimensions: [{ Name: 'Group', Value: 'b' }] }).Metrics).toHaveLength(1)
  })

  it('is read by GetMetricData, newest first unless it is asked for otherwise', async () => {
    const { simulation, ask, measure } = open()
    const began = simulation.now()
    await measure(1, 1)
    await measure(2, 2)
    const read = (ScanBy?: string) =>
      ask('GetMetricData', {
        StartTime: new Date(began),
        EndTime: new Date(simulation.now()),
        ScanBy,
        MetricDataQueries: [
          {
            Id: 'load',
            MetricStat: {
              Metric: {
                Namespace: 'Ebbtide',
                MetricName: 'Load',
                Dimensions: [{ Name: 'Group', Value: 'web' }],
              },
              Period: 60,
              Stat: 'Average',
            },
          },
        ],
      }).MetricDataResults?.[0]?.Values
    expect(read()).toEqual([2, 2, 1])
    expect(read('TimestampAscending')).toEqual([1, 2, 2])
  })

  it('refuses what is not modelled instead of answering something else', () => {
    const { putAlarm } = open()
    expect(() => putAlarm({ Statistic: 'p99' as 'Average' })).toThrow('does not model')
    expect(() => putAlarm({ Metrics: [] })).toThrow('does not model')
    expect(() => putAlarm({ Period: 10 })).toThrow('parameter Period is invalid')
    expect(() => putAlarm({ EvaluationPeriods: 1_441 })).toThrow('more than a day')
  })
})

describe('an alarm on a metric', () => {
  it('goes off when its periods breach, acts, and is quiet again when one does not', async () => {
    const { putAlarm, measure, acts, events, state } = open()
    putAlarm({ AlarmActions: [TOPIC], OKActions: [TOPIC] })
    expect(state()).toBe('INSUFFICIENT_DATA')
    await measure(10, 4)
    expect(state()).toBe('OK')
    await measure(90, 4)
    expect(state()).toBe('ALARM')
    await measure(10, 4)
    expect(acts.map(({ notice }) => notice.state)).toEqual(['OK', 'ALARM', 'OK'])
    expect(events.map(({ detail }) => (detail['state'] as { value: string }).value)).toEqual([
      'OK',
      'ALARM',
      'OK',
    ])
  })

  it('repeats the action of a scaling policy every minute while it lasts, and that of a topic never', async () => {
    const { putAlarm, measure, acts } = open()
    putAlarm()
    await measure(90, 10)
    const counts = [TOPIC, POLICY].map((arn) => acts.filter((act) => act.arn === arn).length)
    expect(counts[0]).toBe(1)
    expect(counts[1]).toBeGreaterThanOrEqual(7)
    expect(acts.at(-1)?.notice.value).toBe(90)
  })

  it('has no data again when its metric ends', async () => {
    const { putAlarm, measure, pass, state } = open()
    putAlarm()
    await measure(10, 4)
    await pass(600)
    expect(state()).toBe('INSUFFICIENT_DATA')
  })

  it('does nothing while its actions are disabled', async () => {
    const { putAlarm, measure, acts, state } = open()
    putAlarm({ ActionsEnabled: false })
    await measure(90, 5)
    expect(state()).toBe('ALARM')
    expect(acts).toEqual([])
  })

  it('can be tried out until the next evaluation, and deleted', async () => {
    const { ask, putAlarm, measure, acts, state } = open()
    putAlarm()
    await measure(10, 4)
    ask('SetAlarmState', { AlarmName: 'load', StateValue: 'ALARM', StateReason: 'trying it out' })
    expect(state()).toBe('ALARM')
    expect(acts).toHaveLength(2)
    await measure(10, 1)
    expect(state()).toBe('OK')
    expect(() => ask('DeleteAlarms', { AlarmNames: ['load', 'other'] })).toThrow('Unable to find')
    ask('DeleteAlarms', { AlarmNames: ['load'] })
    await measure(90, 5)
    expect(state()).toBeUndefined()
    expect(acts).toHaveLength(2)
  })

  it('keeps its state when it is put again', async () => {
    const { putAlarm, measure, state } = open()
    putAlarm()
    await measure(90, 4)
    putAlarm({ Threshold: 95 })
    expect(state()).toBe('ALARM')
    await measure(90, 1)
    expect(state()).toBe('OK')
  })

  it('is found by prefix and state, one page after another', () => {
    const { ask, putAlarm } = open()
    for (const AlarmName of ['a-1', 'a-2', 'b-1']) putAlarm({ AlarmName })
    const describe = (input: object) => ask('DescribeAlarms', input)
    const names = (answer: DescribeAlarmsCommandOutput) =>
      answer.MetricAlarms?.map(({ AlarmName }) => AlarmName)
    const first = describe({ MaxRecords: 2 })
    expect(names(first)).toEqual(['a-1', 'a-2'])
    expect(names(describe({ MaxRecords: 2, NextToken: first.NextToken }))).toEqual(['b-1'])
    expect(names(describe({ AlarmNamePrefix: 'b-' }))).toEqual(['b-1'])
    expect(names(describe({ StateValue: 'ALARM' }))).toEqual([])
  })
})
