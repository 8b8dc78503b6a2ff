import { describe, expect, it } from '@jest/globals'
import {
  evaluateAlarm,
  type AlarmState,
  type ComparisonOperator,
  type EvaluationRule,
  type MissingDataTreatment,
} from '../../../../simulator/aws/cloudwatch/alarm-evaluation.ts'

const rule = (changes: Partial<EvaluationRule> = {}): EvaluationRule => ({
  comparison: 'GreaterThanThreshold',
  threshold: 10,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: 'missing',
  ...changes,
})

/** As AWS's tables write it: `0` does not breach, `X` does, `-` is missing; the newest on the right. */
const points = (text: string) =>
  text.split(' ').map((sign) => (sign === '-' ? undefined : sign === 'X' ? 11 : 10))

const treatments: readonly MissingDataTreatment[] = ['missing', 'ignore', 'breaching', 'notBreaching']

/** `kept`: the state stays what it was. */
type Expected = AlarmState | 'kept'

const INSUFFICIENT = 'INSUFFICIENT_DATA'

// "Configuring how CloudWatch alarms treat missing data", the table for 3 of 3 and that for 2 of 3.
const threeOfThree: readonly (readonly [string, Expected, Expected, Expected, Expected])[] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', INSUFFICIENT, 'kept', 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', 'kept', 'ALARM', 'OK'],
  ['- - - - X', INSUFFICIENT, 'kept', 'ALARM', 'OK'],
  ['X - - - -', 'ALARM', 'kept', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
]
const twoOfThree: typeof threeOfThree = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', 'kept', 'ALARM', 'OK'],
  ['- - - - X', INSUFFICIENT, 'kept', 'ALARM', 'OK'],
]

describe('an alarm', () => {
  const tables = [
    { datapointsToAlarm: 3, table: threeOfThree },
    { datapointsToAlarm: 2, table: twoOfThree },
  ]
  for (const { datapointsToAlarm, table } of tables) {
    it.each(table)(`of ${datapointsToAlarm} of 3 judges %s as AWS's table does`, (text, ...expected) => {
      treatments.forEach((treatMissingData, index) => {
        for (const current of ['OK', 'ALARM'] as const) {
          const state = evaluateAlarm(rule({ datapointsToAlarm, treatMissingData }), points(text), current)
          const wanted = expected[index]
          expect([treatMissingData, state]).toEqual([treatMissingData, wanted === 'kept' ? current : wanted])
        }
      })
    })
  }

  it('looks at the newest points that exist, and at no older ones', () => {
    expect(evaluateAlarm(rule(), points('X X 0 0 0'), 'ALARM')).toBe('OK')
    expect(evaluateAlarm(rule(), points('0 0 X X X'), 'OK')).toBe('ALARM')
    expect(evaluateAlarm(rule(), points('0 0 0 X X'), 'OK')).toBe('OK')
  })

  const comparisons: readonly (readonly [ComparisonOperator, readonly number[]])[] = [
    ['GreaterThanThreshold', [11]],
    ['GreaterThanOrEqualToThreshold', [10, 11]],
    ['LessThanThreshold', [9]],
    ['LessThanOrEqualToThreshold', [9, 10]],
  ]
  it.each(comparisons)('compares by %s', (comparison, breaching) => {
    const one = rule({ comparison, evaluationPeriods: 1, datapointsToAlarm: 1 })
    const alarming = [9, 10, 11].filter((value) => evaluateAlarm(one, [value], 'OK') === 'ALARM')
    expect(alarming).toEqual(breaching)
  })
})
