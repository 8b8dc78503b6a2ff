import { InvalidArgumentError } from 'commander'

import { scalers, type Scaler } from '../rehearsal/scaler.ts'

/** @throws {InvalidArgumentError} for an unknown scaler, or one that is named twice. */
export const parseScalers = (text: string): readonly Scaler[] => {
  const names = text.split(',')
  const known = names.map((name) => scalers.find((scaler) => scaler === name))
  const unknown = names.find((_, index) => known[index] === undefined)
  if (unknown !== undefined)
    throw new InvalidArgumentError(`It must be some of ${scalers.join(', ')}, separated by commas.`)
  if (new Set(names).size < names.length) throw new InvalidArgumentError('It names one twice.')
  return known.flatMap((scaler) => scaler ?? [])
}
