export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
export type MissingDataTreatment = 'missing' | 'ignore' | 'breaching' | 'notBreaching'

export type ComparisonOperator =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold'

export interface EvaluationRule {
  readonly comparison: ComparisonOperator
  readonly threshold: number
  /** N: how many data points are evaluated. */
  readonly evaluationPeriods: number
  /** M: how many of them have to breach. */
  readonly datapointsToAlarm: number
  readonly treatMissingData: MissingDataTreatment
}

/** A value for each period of the evaluation range, oldest first; undefined: none came. */
export type DataPoints = readonly (number | undefined)[]

/**
 * The state that an alarm takes ("Configuring how CloudWatch alarms treat missing data"): the newest N data points that
 * exist decide, and only where there are fewer does the treatment of missing ones count.
 */
export const evaluateAlarm = (rule: EvaluationRule, points: DataPoints, current: AlarmState): AlarmState => {
  const existing = points.filter((point) => point !== undefined).slice(-rule.evaluationPeriods)
  const breaching = existing.filter((point) => isBreaching(rule, point)).length
  if (existing.length === rule.evaluationPeriods || breaching >= rule.datapointsToAlarm)
    return breaching >= rule.datapointsToAlarm ? 'ALARM' : 'OK'
  const missing = rule.evaluationPeriods - existing.length
  switch (rule.treatMissingData) {
    case 'breaching':
      return breaching + missing >= rule.datapointsToAlarm ? 'ALARM' : 'OK'
    case 'notBreaching':
      return 'OK'
    case 'ignore':
      return breaching < existing.length ? 'OK' : current
    case 'missing':
      return breaching < existing.length ? 'OK' : withBreachingAlone(rule, points)
  }
}

/**
 * What is there breaches, but is not enough. An alarm goes off nevertheless when the oldest of it is M periods old or
 * older ("Avoiding premature transitions to alarm state").
 */
const withBreachingAlone = ({ datapointsToAlarm }: EvaluationRule, points: DataPoints): AlarmState => {
  const oldest = points.findIndex((point) => point !== undefined)
  return oldest !== -1 && points.length - oldest >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA'
}

const isBreaching = ({ comparison, threshold }: EvaluationRule, value: number): boolean => {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold
    case 'GreaterThanThreshold':
      return value > threshold
    case 'LessThanThreshold':
      return value < threshold
    case 'LessThanOrEqualToThreshold':
      return value <= threshold
  }
}
