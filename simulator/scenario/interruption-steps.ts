import * as z from 'zod'

import { atSeconds, count, instances } from './step-fields.ts'

/** What AWS, or somebody in EC2, does to machines past every hook. */
export const interruptionSteps = [
  /** EC2 takes Spot instances back: a warning, and two minutes later the end. */
  z.strictObject({ do: z.literal('spot-interruption'), ...instances }),
  /** EC2 sees an elevated risk for Spot instances; nothing more may come of it. */
  z.strictObject({ do: z.literal('rebalance-recommendation'), ...instances }),
  /** AWS Health announces that instances are retired, and EC2 stops or terminates them when the time has come. */
  z.strictObject({
    do: z.literal('scheduled-event'),
    ...instances,
    startsInSeconds: atSeconds,
    ends: z.enum(['stopped', 'terminated'], 'must be stopped or terminated').default('stopped'),
    entityForm: z.enum(['arn', 'id'], 'must be arn or id').default('arn'),
    entitiesPerPage: count.min(1, 'must be 1 or more').default(10),
  }),
  /** The capacity under instances is taken back: two minutes' notice, or the end of a Capacity Block in ten minutes. */
  z.strictObject({
    do: z.literal('capacity-reservation-interruption'),
    ...instances,
    reservation: z
      .enum(['interruptible', 'capacity-block'], 'must be interruptible or capacity-block')
      .default('interruptible'),
  }),
  /** EC2 StopInstances, by hand: past every hook. */
  z.strictObject({ do: z.literal('stop-by-hand'), ...instances }),
] as const

export type InterruptionStep = z.output<(typeof interruptionSteps)[number]>

const kinds: ReadonlySet<string> = new Set(interruptionSteps.map(({ shape }) => shape.do.value))

export const isInterruptionStep = <Step extends { readonly do: string }>(
  step: Step,
): step is Extract<Step, InterruptionStep> => kinds.has(step.do)
