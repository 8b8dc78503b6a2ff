import * as z from 'zod'

import { compileQuery } from '../aws/ecs/query-language.ts'

const expression = z.string('must be an expression').superRefine((text, context) => {
  try {
    compileQuery(text)
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error)
    context.addIssue({ code: 'custom', message: `must be in the cluster query language: ${fault}` })
  }
})

export const memberOf = z.strictObject({ type: z.literal('memberOf', 'must be memberOf'), expression })

export const placementConstraint = z.discriminatedUnion(
  'type',
  [memberOf, z.strictObject({ type: z.literal('distinctInstance') })],
  'must have the type memberOf or distinctInstance',
)

const spreadField = z
  .string('must be a field')
  .regex(/^(instanceId|host|attribute:.+)$/, 'must be instanceId, host or attribute:<name>')

/** One rule of a placement strategy. */
export const placementRule = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('random') }),
    z.strictObject({ type: z.literal('spread'), field: spreadField }),
    z.strictObject({ type: z.literal('binpack'), field: z.enum(['cpu', 'memory'], 'must be cpu or memory') }),
  ],
  'must have the type spread, binpack or random',
)
