import { ServiceError } from '../operation.ts'

/** All from "Amazon SQS message quotas" and the SQS API reference. */
export const MAX_DELAY_SECONDS = 900
export const MAX_VISIBILITY_TIMEOUT_SECONDS = 43_200
export const MIN_RETENTION_SECONDS = 60
export const MAX_RETENTION_SECONDS = 1_209_600
export const MAX_MESSAGE_BYTES = 1_048_576
export const MAX_BATCH_ENTRIES = 10
export const MAX_RECEIVE_COUNT = 1_000
export const MAX_MESSAGE_ATTRIBUTES = 10

interface Bounds {
  readonly least: number
  readonly most: number
}

/** @throws {ServiceError} `InvalidParameterValue` when `value` is no whole number within the bounds. */
export const checkWithin = (parameter: string, value: number, { least, most }: Bounds): void => {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new ServiceError(
    'InvalidParameterValue',
    `${parameter} must be between ${least} and ${most}, not ${value}.`,
  )
}
