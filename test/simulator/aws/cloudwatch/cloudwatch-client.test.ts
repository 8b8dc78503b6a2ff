import { describe, expect, it } from '@jest/globals'
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  InvalidParameterValueException,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { CloudWatch } from '../../../../simulator/aws/cloudwatch/cloudwatch.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import { operator } from '../../../../simulator/sdk/caller.ts'
import { SdkTransport } from '../../../../simulator/sdk/sdk-transport.ts'
import { answered } from '../answered.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

const open = () => {
  const simulation = new Simulation({ seed: 1 })
  const cloudWatch = new CloudWatch({
    simulation,
    account,
    publish: () => undefined,
    act: () => undefined,
  })
  const client = new CloudWatchClient({})
  const transport = new SdkTransport({ simulation, account, models: [cloudWatch.model] })
  transport.attach(client, operator(simulation))
  return { simulation, client, transport }
}

const alarm = {
  AlarmName: 'load',
  Namespace: 'Ebbtide',
  MetricName: 'Load',
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 50,
  ComparisonOperator: 'GreaterThanThreshold',
} as const

describe('CloudWatch, called through the SDK', () => {
  it('takes values and gives statistics', async () => {
    const { simulation, client } = open()
    const began = simulation.now()
    const MetricData = [{ MetricName: 'Load', Values: [1, 3], Counts: [3, 1], Unit: 'Count' as const }]
    await answered(simulation, client.send(new PutMetricDataCommand({ Namespace: 'Ebbtide', MetricData })))
    await simulation.runUntil(began + 60_000)
    const { Datapoints } = await answered(
      simulation,
      client.send(
        new GetMetricStatisticsCommand({
          Namespace: 'Ebbtide',
          MetricName: 'Load',
          StartTime: new Date(began),
          EndTime: new Date(began + 60_000),
          Period: 60,
          Statistics: ['Average', 'SampleCount'],
          Unit: 'Count',
        }),
      ),
    )
    expect(Datapoints).toEqual([{ Timestamp: new Date(began), Average: 1.5, SampleCount: 4, Unit: 'Count' }])
  })

  it('describes an alarm as it was put', async () => {
    const { simulation, client } = open()
    await answered(simulation, client.send(new PutMetricAlarmCommand(alarm)))
    const { MetricAlarms } = await answered(simulation, client.send(new DescribeAlarmsCommand({})))
    expect(MetricAlarms).toMatchObject([
      {
        ...alarm,
        AlarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:load',
        ActionsEnabled: true,
        DatapointsToAlarm: 2,
        Dimensions: [],
        StateValue: 'INSUFFICIENT_DATA',
        TreatMissingData: 'missing',
      },
    ])
  })

  it("throws the client's own exceptions", async () => {
    const { simulation, client } = open()
    const StateReason = 'trying it out'
    const state = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason })
    await expect(answered(simulation, client.send(state))).rejects.toBeInstanceOf(ResourceNotFound)
    const deletion = new DeleteAlarmsCommand({ AlarmNames: ['none'] })
    await expect(answered(simulation, client.send(deletion))).rejects.toBeInstanceOf(ResourceNotFound)
    const short = new PutMetricAlarmCommand({ ...alarm, Period: 7 })
    await expect(answered(simulation, client.send(short))).rejects.toBeInstanceOf(
      InvalidParameterValueException,
    )
  })

  it('refuses what is not modelled by name', async () => {
    const { simulation, client, transport } = open()
    const dashboard = new PutDashboardCommand({ DashboardName: 'own', DashboardBody: '{}' })
    await expect(answered(simulation, client.send(dashboard))).rejects.toThrow('does not model PutDashboard')
    expect(transport.refusals).toHaveLength(1)
  })
})
