import type { InstanceLifecyclePolicy, InstanceMaintenancePolicy } from '@aws-sdk/client-auto-scaling'
import type { Group, MaintenancePolicy } from './group.ts'
import { requireWithin, validationError } from './validation.ts'

/** Both percentages of this take the policy away (API reference, `InstanceMaintenancePolicy`). */
const CLEARED = -1

/** Minimum and maximum may lie at most this far apart (API reference). */
const MOST_DIFFERENCE = 100

/**
 * The maintenance policy that an update makes; left out, it stays as it was.
 *
 * @throws {ServiceError} `ValidationError` for what AWS would not take.
 */
export const maintenancePolicyFrom = (
  shape: InstanceMaintenancePolicy | undefined,
  old: MaintenancePolicy | undefined,
): MaintenancePolicy | undefined => {
  if (shape === undefined) return old
  const { MinHealthyPercentage: min, MaxHealthyPercentage: max } = shape
  if (min === undefined || max === undefined)
    throw validationError('MinHealthyPercentage and MaxHealthyPercentage must both be specified.')
  if (min === CLEARED && max === CLEARED) return undefined
  requireWithin('MinHealthyPercentage', min, { least: 0, most: 100 })
  requireWithin('MaxHealthyPercentage', max, { least: 100, most: 200 })
  requireWithin('MaxHealthyPercentage - MinHealthyPercentage', max - min, { least: 0, most: MOST_DIFFERENCE })
  return { minHealthyPercentage: min, maxHealthyPercentage: max }
}

/**
 * What becomes of instances whose termination hook is abandoned. Those that are retained already stay so, whatever the
 * policy becomes.
 */
export const retentionFrom = (
  shape: InstanceLifecyclePolicy | undefined,
  old: Group['terminateHookAbandon'],
): Group['terminateHookAbandon'] => shape?.RetentionTriggers?.TerminateHookAbandon ?? old
