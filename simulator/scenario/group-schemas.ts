import * as z from 'zod'

import { predefinedPolicies } from '../aws/auto-scaling/termination-order.ts'
import { scalingProcesses } from '../aws/auto-scaling/scaling-process.ts'

/** What a scenario may say of a group beyond its size, in the words of Auto Scaling. */

const percentage = z.int('must be a whole number')
const count = z.int('must be a whole number').min(0, 'must be 0 or more')
const yesOrNo = z.boolean('must be true or false')
const name = z.string('must be a name').min(1, 'must not be empty')

/** A day, unless it is 0 for no limit ("Replace Auto Scaling instances based on maximum instance lifetime"). */
const LEAST_LIFETIME_SECONDS = 86_400

export const poolState = z.enum(
  ['Stopped', 'Running'],
  'must be Stopped or Running: hibernation is not modelled',
)

export const scalingProcess = z.enum(
  scalingProcesses,
  'must be a process of Auto Scaling, such as Launch or AZRebalance',
)

const warmPool = z.strictObject({
  minSize: count.default(0),
  poolState: poolState.default('Stopped'),
  reuseOnScaleIn: yesOrNo.default(false),
  maxGroupPreparedCapacity: z.exactOptional(count),
})

const maintenancePolicy = z
  .strictObject({
    minHealthyPercentage: percentage.min(0, 'must be 0 or more').max(100, 'must be 100 or less'),
    maxHealthyPercentage: percentage.min(100, 'must be 100 or more').max(200, 'must be 200 or less'),
  })
  .refine(({ minHealthyPercentage: min, maxHealthyPercentage: max }) => max - min <= 100, {
    path: ['maxHealthyPercentage'],
    message: 'must be at most 100 above minHealthyPercentage',
  })

const scalingPolicy = z.strictObject({
  name,
  policyType: z.enum(
    ['SimpleScaling', 'StepScaling', 'TargetTrackingScaling'],
    'must be SimpleScaling, StepScaling or TargetTrackingScaling',
  ),
})

/** Bounds of the API reference's page ManagedScaling. */
const stepSize = count.min(1, 'must be 1 or more').max(10_000, 'must be 10000 or less')

const managedScaling = z.strictObject({
  targetCapacity: z.exactOptional(count.min(1, 'must be 1 or more').max(100, 'must be 100 or less')),
  minimumScalingStepSize: z.exactOptional(stepSize),
  maximumScalingStepSize: z.exactOptional(stepSize),
  instanceWarmupPeriodSeconds: z.exactOptional(count.max(10_000, 'must be 10000 or less')),
  managedTerminationProtection: z.exactOptional(yesOrNo),
})

/** Fields of a group. Each may be left out, and AWS's default holds then. */
export const groupPolicies = {
  market: z.exactOptional(z.enum(['on-demand', 'spot'], 'must be on-demand or spot')),
  capacityRebalance: z.exactOptional(yesOrNo),
  warmPool: z.exactOptional(warmPool),
  allocationStrategy: z.exactOptional(
    z.enum(['prioritized', 'lowest-price'], 'must be prioritized or lowest-price'),
  ),
  zonalShift: z.exactOptional(
    z.enum(['ReplaceUnhealthy', 'IgnoreUnhealthy'], 'must be ReplaceUnhealthy or IgnoreUnhealthy'),
  ),
  terminationPolicies: z.exactOptional(
    z.array(z.enum(predefinedPolicies, 'must be a termination policy of Auto Scaling, such as Default')),
  ),
  terminateHookAbandon: z.exactOptional(z.enum(['retain', 'terminate'], 'must be retain or terminate')),
  instanceMaintenancePolicy: z.exactOptional(maintenancePolicy),
  maxInstanceLifetimeSeconds: z.exactOptional(
    count.refine(
      (seconds) => seconds === 0 || seconds >= LEAST_LIFETIME_SECONDS,
      'must be 0 or at least a day',
    ),
  ),
  managedScaling: z.exactOptional(managedScaling),
  newInstancesProtectedFromScaleIn: z.exactOptional(yesOrNo),
  suspendedProcesses: z.exactOptional(z.array(scalingProcess)),
  scalingPolicies: z.exactOptional(z.array(scalingPolicy)),
  tags: z.exactOptional(z.record(name, z.string('must be a text'))),
}
