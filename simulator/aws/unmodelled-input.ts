import { ServiceError } from './operation.ts'

/** No AWS service sends this code, so that a gap in the model is never taken for an answer of AWS. */
export const NOT_MODELLED = 'NotModelled'

/**
 * Refuses an input that says more than the model understands: an ignored member would make the simulator agree to
 * something that it then does not do.
 *
 * @throws {ServiceError} `NotModelled`, naming each member.
 */
export const refuseUnmodelledMembers = (
  operation: string,
  input: object,
  modelled: readonly string[],
): void => {
  const unknown = Object.entries(input)
    .filter(([member, value]) => value !== undefined && !modelled.includes(member))
    .map(([member]) => member)
  if (unknown.length > 0) throw notModelled(`${operation} with ${unknown.join(', ')}`)
}

export const notModelled = (what: string): ServiceError =>
  new ServiceError(NOT_MODELLED, `The simulator does not model ${what}.`)
