import type {
  DeleteAlarmsCommandInput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput,
  PutMetricAlarmCommandInput,
  SetAlarmStateCommandInput,
} from '@aws-sdk/client-cloudwatch'
import { ServiceError, type Operation } from '../../operation.ts'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { alarmFrom, toAlarmShape } from '../alarm-request.ts'
import type { Alarms } from '../alarms.ts'
import type { AlarmState } from '../alarm-evaluation.ts'
import { pageFrom } from '../page.ts'
import { invalidValue, oneOf, required } from '../validation.ts'

type Described = Omit<DescribeAlarmsCommandOutput, '$metadata'>

/** DescribeAlarms.MaxRecords and DeleteAlarms.AlarmNames (API reference). */
const MOST_DESCRIBED = 100
const DEFAULT_DESCRIBED = 50
const MOST_DELETED = 100

const states: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA']

export const alarmOperations = (alarms: Alarms): Readonly<Record<string, Operation>> => ({
  PutMetricAlarm: (input: PutMetricAlarmCommandInput) => {
    alarms.put(alarmFrom(input))
    return {}
  },
  DescribeAlarms: (input: DescribeAlarmsCommandInput) => describeAlarms(alarms, input),
  DeleteAlarms: (input: DeleteAlarmsCommandInput) => deleteAlarms(alarms, input),
  SetAlarmState: (input: SetAlarmStateCommandInput) => setAlarmState(alarms, input),
})

const describeAlarms = (alarms: Alarms, input: DescribeAlarmsCommandInput): Described => {
  refuseUnmodelledMembers('DescribeAlarms', input, [
    'AlarmNames',
    'AlarmNamePrefix',
    'AlarmTypes',
    'StateValue',
    'ActionPrefix',
    'MaxRecords',
    'NextToken',
  ])
  const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state, ActionPrefix: action } = input
  if (names !== undefined && prefix !== undefined)
    throw new ServiceError('InvalidParameterCombination', 'Name a prefix or names of alarms, not both.')
  const found = alarms.all().filter(
    ({ spec, state: itsState }) =>
      (names === undefined || names.length === 0 || names.includes(spec.name)) &&
      (prefix === undefined || spec.name.startsWith(prefix)) &&
      (state === undefined || itsState === state) &&
      (action === undefined ||
        Object.values(spec.actions)
          .flat()
          .some((arn) => arn.startsWith(action))),
  )
  const { page, next } = pageFrom(found, {
    size: input.MaxRecords ?? DEFAULT_DESCRIBED,
    most: MOST_DESCRIBED,
    token: input.NextToken,
  })
  const isAsked = input.AlarmTypes === undefined || input.AlarmTypes.includes('MetricAlarm')
  return { MetricAlarms: isAsked ? page.map(toAlarmShape) : [], CompositeAlarms: [], ...next }
}

/** If one of them does not exist, none is deleted. */
const deleteAlarms = (alarms: Alarms, input: DeleteAlarmsCommandInput): object => {
  refuseUnmodelledMembers('DeleteAlarms', input, ['AlarmNames'])
  const names = required('AlarmNames', input.AlarmNames)
  if (names.length > MOST_DELETED) throw invalidValue(`AlarmNames may name at most ${MOST_DELETED}.`)
  if (names.some((name) => alarms.find(name) === undefined)) throw notFound()
  for (const name of names) alarms.delete(name)
  return {}
}

const setAlarmState = (alarms: Alarms, input: SetAlarmStateCommandInput): object => {
  refuseUnmodelledMembers('SetAlarmState', input, ['AlarmName', 'StateValue', 'StateReason'])
  const alarm = alarms.find(required('AlarmName', input.AlarmName))
  if (alarm === undefined) throw notFound()
  const state = oneOf('StateValue', required('StateValue', input.StateValue), states)
  alarms.setState(alarm, state, required('StateReason', input.StateReason))
  return {}
}

const notFound = (): ServiceError => new ServiceError('ResourceNotFound', 'Unable to find the alarm.', 404)
