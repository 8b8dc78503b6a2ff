import type { InstanceLifecyclePolicy, InstanceMaintenancePolicy } from '@aws-sdk/client-auto-scaling'
import type { Group, MaintenancePolicy } from './group.ts'
import { isPredefined } from './termination-order.ts'
import { notModelled } from '../unmodelled-input.ts'
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

/** A function, with or without the version or alias that qualifies it. */
const FUNCTION_ARN = /^arn:[\w-]+:lambda:[\w-]+:\d+:function:[\w-]+(:(?<qualifier>.+))?$/

/**
 * The termination policies that an update makes; left out or empty, they stay as they were.
 *
 * @throws {ServiceError} `ValidationError` for an order or a name that AWS would not take ("Create a custom termination
 *   policy with Lambda", "Change the termination policy for an Auto Scaling group").
 */
export const terminationPoliciesFrom = (
  wanted: readonly string[] | undefined,
  old: readonly string[],
): readonly string[] => {
  if (wanted === undefined || wanted.length === 0) return old
  wanted.forEach((policy, index) => {
    if (isPredefined(policy)) return
    checkFunction(policy)
    if (index > 0)
      throw validationError('A custom termination policy must be the first one, and the only one.')
  })
  const last = wanted.length - 1
  if (wanted.includes('Default') && wanted.indexOf('Default') !== last)
    throw validationError('The termination policy Default must be the last one.')
  return [...wanted]
}

const checkFunction = (policy: string): void => {
  const found = FUNCTION_ARN.exec(policy)
  if (found === null) throw validationError(`${policy} is not a valid termination policy.`)
  const { qualifier } = found.groups ?? {}
  if (qualifier === '$LATEST')
    throw validationError(`${policy} is qualified with $LATEST, which is not allowed.`)
  if (qualifier !== undefined) throw notModelled(`the version or alias ${qualifier} of a function`)
}
