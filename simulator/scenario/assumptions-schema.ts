import * as z from 'zod'

import type { Alternatives } from '../aws/alternatives.ts'
import { switches, type Assumptions } from '../world/assumptions.ts'

interface Switches<Values> {
  readonly defaults: Values
  readonly alternatives: Alternatives<Values>
}

/** Each switch may be what it is anyway, or one of its alternatives. */
const schemaOf = <Values extends object>({
  defaults,
  alternatives,
}: Switches<Values>): z.ZodType<Partial<Values>> => {
  const names = Object.keys(defaults) as (keyof Values & string)[]
  const switchOf = (name: keyof Values): z.ZodType => {
    const values = [defaults[name], ...alternatives[name]] as (string | number)[]
    return z.exactOptional(z.literal(values, `must be ${values.join(' or ')}`))
  }
  const shape = Object.fromEntries(names.map((name) => [name, switchOf(name)]))
  return z.strictObject(shape) as unknown as z.ZodType<Partial<Values>>
}

/** Which of AWS's open questions are answered otherwise than by default; see docs/fidelity.md. */
export const assumptionsSchema: z.ZodType<Assumptions> = z.strictObject({
  ecs: z.exactOptional(schemaOf(switches.ecs)),
  autoScaling: z.exactOptional(schemaOf(switches.autoScaling)),
  cloudWatch: z.exactOptional(schemaOf(switches.cloudWatch)),
  ec2: z.exactOptional(schemaOf(switches.ec2)),
})
