import * as z from 'zod'

import { atSeconds, count, name } from './step-fields.ts'

/** What EC2 has for the account, and how much of it the account may use. */
export const capacitySteps = [
  /** Launches fail with InsufficientInstanceCapacity until then: in one zone or all, of one instance type or all. */
  z.strictObject({
    do: z.literal('lack-capacity'),
    atSeconds,
    untilSeconds: atSeconds,
    zone: z.exactOptional(name),
    instanceType: z.exactOptional(name),
  }),
  /** Launches beyond it fail with VcpuLimitExceeded. Machines that run already stay. */
  z.strictObject({ do: z.literal('limit-vcpus'), atSeconds, vcpus: count }),
] as const

export type CapacityStep = z.output<(typeof capacitySteps)[number]>

const kinds: ReadonlySet<string> = new Set(capacitySteps.map(({ shape }) => shape.do.value))

export const isCapacityStep = <Step extends { readonly do: string }>(
  step: Step,
): step is Extract<Step, CapacityStep> => kinds.has(step.do)
