import { ServiceError } from '../operation.ts'

/** The code of nearly everything that Auto Scaling refuses; the SDK has no shape for it. */
export const validationError = (message: string): ServiceError => new ServiceError('ValidationError', message)

/** @throws {ServiceError} `ValidationError` unless the number is whole and within the bounds. */
export const requireWithin = (
  member: string,
  value: number,
  bounds: { readonly least: number; readonly most: number },
): void => {
  if (Number.isInteger(value) && value >= bounds.least && value <= bounds.most) return
  throw validationError(`${member} must be between ${bounds.least} and ${bounds.most}, not ${value}.`)
}

/** @throws {ServiceError} `ValidationError` when the member is missing or empty. */
export const required = (member: string, value: string | undefined): string => {
  if (value === undefined || value === '') throw validationError(`${member} is required.`)
  return value
}

/** @throws {ServiceError} `ValidationError` when a list is longer than the call allows. */
export const requireAtMost = (member: string, items: readonly unknown[] | undefined, most: number): void => {
  if ((items?.length ?? 0) > most) throw validationError(`${member} may name at most ${most}.`)
}
