import * as z from 'zod'

/** Fields that many kinds of steps have. */
export const atSeconds = z.number('must be a number of seconds').min(0, 'must be 0 or more seconds')
export const name = z.string('must be a name').min(1, 'must not be empty')
export const count = z.int('must be a whole number').min(0, 'must be 0 or more')

/** Which instances a step concerns: the first so many of a group, by age. */
export const instances = {
  atSeconds,
  group: name,
  instances: count.min(1, 'must be 1 or more').default(1),
}
