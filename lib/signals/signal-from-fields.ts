import type * as z from 'zod/mini'

import type { Fields } from './message.ts'
import type { Signal } from './signal.ts'

/**
 * Checks fields against a schema that makes a signal of them, or says what is wrong with the first bad field.
 *
 * A reason is made of words of ours and of the schema's own keys, so it cannot repeat the message. Schemas used here
 * must therefore name their keys and give every check a sentence of its own, such as `is not an EC2 instance id`.
 */
export const signalFromFields = (what: string, schema: z.ZodMiniType<Signal>, fields: Fields): Signal => {
  const result = schema.safeParse(fields)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const key = String(issue?.path[0])
  const problem =
    fields[key] === undefined ? `without ${key}` : `whose ${key} ${issue?.message ?? 'is wrong'}`
  return { kind: 'unreadable', reason: `${what} ${problem}` }
}
