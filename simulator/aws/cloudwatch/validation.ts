import { ServiceError } from '../operation.ts'

export const invalidValue = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValue', message)

/** @throws {ServiceError} `MissingParameter` */
export const required = <Value>(member: string, value: Value | undefined): Value => {
  if (value === undefined || value === '')
    throw new ServiceError('MissingParameter', `The parameter ${member} is required.`)
  return value
}

/** @throws {ServiceError} `InvalidParameterValue` when a value is none of those that AWS knows. */
export const oneOf = <Value extends string>(
  member: string,
  value: string,
  known: readonly Value[],
): Value => {
  const found = known.find((candidate) => candidate === value)
  if (found === undefined) throw invalidValue(`The value ${value} for parameter ${member} is invalid.`)
  return found
}

/**
 * Periods of whole minutes, which is all that metrics of standard resolution have.
 *
 * @throws {ServiceError} `InvalidParameterValue`
 */
export const requirePeriod = (periodSeconds: number): number => {
  if (Number.isInteger(periodSeconds) && periodSeconds >= 60 && periodSeconds % 60 === 0) return periodSeconds
  throw invalidValue(`The value ${periodSeconds} for parameter Period is invalid.`)
}
