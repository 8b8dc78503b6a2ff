import * as z from 'zod'

import { capacitySteps } from './capacity-steps.ts'
import { groupSteps } from './group-steps.ts'
import { interruptionSteps } from './interruption-steps.ts'
import { serviceSteps } from './service-steps.ts'
import { atSeconds, count, instances, name } from './step-fields.ts'

/** What happens at some moment: one step of a scenario's script. `do` says what. */
export const scriptStep = z.discriminatedUnion(
  'do',
  [
    /** Somebody, or a scaling policy, changes the group's desired capacity. */
    z.strictObject({ do: z.literal('set-desired-capacity'), atSeconds, group: name, desired: count }),
    /** TerminateInstanceInAutoScalingGroup: through the hook. */
    z.strictObject({
      do: z.literal('terminate-in-group'),
      ...instances,
      decrementDesiredCapacity: z.boolean().default(true),
    }),
    /** EC2 TerminateInstances, by hand: past every hook. */
    z.strictObject({ do: z.literal('terminate-by-hand'), ...instances }),
    /** The ECS agent loses touch, or finds it again. */
    z.strictObject({ do: z.literal('disconnect-agent'), ...instances }),
    z.strictObject({ do: z.literal('connect-agent'), ...instances }),
    /** Somebody sets container instances to DRAINING, or back. */
    z.strictObject({
      do: z.literal('set-container-instances'),
      ...instances,
      status: z.enum(['DRAINING', 'ACTIVE'], 'must be DRAINING or ACTIVE'),
    }),
    /** EventBridge delivers nothing but schedules until `untilSeconds`. */
    z.strictObject({ do: z.literal('lose-events'), atSeconds, untilSeconds: atSeconds }),
    z.strictObject({ do: z.literal('delete-hook'), atSeconds, group: name, hook: name }),
    /** Somebody puts a lifecycle hook on terminations, or changes one: ours too, while it holds instances. */
    z.strictObject({
      do: z.literal('put-hook'),
      atSeconds,
      group: name,
      hook: name,
      heartbeatTimeoutSeconds: count.min(30, 'must be 30 or more').max(7_200, 'must be 7200 or less'),
      defaultResult: z.enum(['CONTINUE', 'ABANDON'], 'must be CONTINUE or ABANDON').default('CONTINUE'),
    }),
    /** A whole zone loses power: every machine of the group in it dies at once. */
    z.strictObject({ do: z.literal('lose-zone'), atSeconds, group: name, zone: name }),
    ...interruptionSteps,
    ...capacitySteps,
    ...groupSteps,
    ...serviceSteps,
  ],
  'must be a step with a known "do"',
)

export type ScriptStep = z.output<typeof scriptStep>
