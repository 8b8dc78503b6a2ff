import * as z from 'zod'

import { atSeconds, count, name } from './step-fields.ts'

const service = { atSeconds, service: name }
const atLeastOne = count.min(1, 'must be 1 or more')
const seconds = z.number('must be a number of seconds').min(0, 'must be 0 or more seconds')

/** What somebody asks of an ECS service, and what becomes of its image. */
export const serviceSteps = [
  /** UpdateService; what is left out stays as it was. */
  z.strictObject({
    do: z.literal('update-service'),
    ...service,
    desired: z.exactOptional(count),
    minimumHealthyPercent: z.exactOptional(count),
    maximumPercent: z.exactOptional(count),
  }),
  /** The next revision of a service's task is registered and rolled out; what is left out stays as it was. */
  z.strictObject({
    do: z.literal('deploy'),
    ...service,
    cpu: z.exactOptional(atLeastOne),
    memory: z.exactOptional(atLeastOne),
    startSeconds: z.exactOptional(seconds),
    stopSeconds: z.exactOptional(seconds),
    stopTimeoutSeconds: z.exactOptional(atLeastOne),
  }),
  /** The oldest tasks of a service get task protection: UpdateTaskProtection. */
  z.strictObject({
    do: z.literal('protect-tasks'),
    ...service,
    tasks: atLeastOne.default(1),
    minutes: atLeastOne.max(2_880, 'must be 2880 or less').default(120),
  }),
  /** The image of a service can no longer be pulled, so that tasks do not start; or it can again. */
  z.strictObject({ do: z.literal('break-image'), ...service }),
  z.strictObject({ do: z.literal('mend-image'), ...service }),
] as const

export type ServiceStep = z.output<(typeof serviceSteps)[number]>

const kinds: ReadonlySet<string> = new Set(serviceSteps.map(({ shape }) => shape.do.value))

export const isServiceStep = <Step extends { readonly do: string }>(
  step: Step,
): step is Extract<Step, ServiceStep> => kinds.has(step.do)
