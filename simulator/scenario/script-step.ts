import * as z from 'zod'

const atSeconds = z.number('must be a number of seconds').min(0, 'must be 0 or more seconds')
const name = z.string('must be a name').min(1, 'must not be empty')
const count = z.int('must be a whole number').min(0, 'must be 0 or more')

/** Which instances a step concerns: the first so many of a group, by age. */
const instances = { atSeconds, group: name, instances: count.min(1, 'must be 1 or more').default(1) }

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
    /** UpdateService. */
    z.strictObject({
      do: z.literal('update-service'),
      atSeconds,
      service: name,
      desired: z.exactOptional(count),
      minimumHealthyPercent: z.exactOptional(count),
      maximumPercent: z.exactOptional(count),
    }),
    z.strictObject({ do: z.literal('delete-hook'), atSeconds, group: name, hook: name }),
  ],
  'must be a step with a known "do"',
)

export type ScriptStep = z.output<typeof scriptStep>
