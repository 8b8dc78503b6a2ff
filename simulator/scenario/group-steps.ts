import * as z from 'zod'

import { atSeconds, count, instances, name } from './step-fields.ts'
import { poolState, scalingProcess } from './group-schemas.ts'

const group = { atSeconds, group: name }

/** What somebody asks of an Auto Scaling group. */
export const groupSteps = [
  /** StartInstanceRefresh; what is left out comes from the group's maintenance policy or AWS's defaults. */
  z.strictObject({
    do: z.literal('start-instance-refresh'),
    ...group,
    strategy: z
      .enum(['Rolling', 'ReplaceRootVolume'], 'must be Rolling or ReplaceRootVolume')
      .default('Rolling'),
    minHealthyPercentage: z.exactOptional(count),
    maxHealthyPercentage: z.exactOptional(count),
    instanceWarmupSeconds: z.exactOptional(count),
  }),
  /** UpdateAutoScalingGroup with MaxInstanceLifetime; 0 lifts the limit. */
  z.strictObject({ do: z.literal('set-max-instance-lifetime'), ...group, lifetimeSeconds: count }),
  z.strictObject({ do: z.literal('suspend-processes'), ...group, processes: z.array(scalingProcess) }),
  z.strictObject({ do: z.literal('resume-processes'), ...group, processes: z.array(scalingProcess) }),
  /** PutWarmPool; what is left out stays as it was. */
  z.strictObject({
    do: z.literal('put-warm-pool'),
    ...group,
    minSize: z.exactOptional(count),
    poolState: z.exactOptional(poolState),
    reuseOnScaleIn: z.exactOptional(z.boolean('must be true or false')),
    maxGroupPreparedCapacity: z.exactOptional(z.int('must be a whole number')),
  }),
  z.strictObject({
    do: z.literal('delete-warm-pool'),
    ...group,
    byForce: z.boolean('must be true or false').default(false),
  }),
  /** StartZonalShift of Application Recovery Controller, for so many minutes. */
  z.strictObject({
    do: z.literal('start-zonal-shift'),
    ...group,
    awayFrom: name,
    lastsMinutes: z
      .int('must be a whole number')
      .min(1, 'must be 1 or more')
      .max(4_320, 'must be 4320 or less'),
  }),
  z.strictObject({ do: z.literal('cancel-zonal-shift'), ...group }),
  /** TerminateInstanceInAutoScalingGroup for instances that the group's lifecycle policy retained. */
  z.strictObject({ do: z.literal('terminate-retained'), ...instances }),
  /** SetInstanceProtection. */
  z.strictObject({
    do: z.literal('protect-from-scale-in'),
    ...instances,
    protected: z.boolean('must be true or false').default(true),
  }),
] as const

export type GroupStep = z.output<(typeof groupSteps)[number]>

const kinds: ReadonlySet<string> = new Set(groupSteps.map(({ shape }) => shape.do.value))

export const isGroupStep = <Step extends { readonly do: string }>(
  step: Step,
): step is Extract<Step, GroupStep> => kinds.has(step.do)
