import type {
  SetDesiredCapacityCommandInput,
  UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { causes, type Bounds } from '../cause.ts'
import type { Group } from '../group.ts'
import { LEAST_INSTANCE_LIFETIME_SECONDS } from '../instance-lifetimes.ts'
import { maintenancePolicyFrom, retentionFrom, terminationPoliciesFrom } from '../policy-request.ts'
import { validationError } from '../validation.ts'
import { requireGroup, type OperationContext } from './context.ts'

export const changeGroupOperations = (context: OperationContext) => ({
  SetDesiredCapacity: (input: SetDesiredCapacityCommandInput): object => {
    refuseUnmodelledMembers('SetDesiredCapacity', input, [
      'AutoScalingGroupName',
      'DesiredCapacity',
      'HonorCooldown',
    ])
    if (input.HonorCooldown === true) throw notModelled('SetDesiredCapacity with HonorCooldown')
    const group = requireGroup(context, input.AutoScalingGroupName)
    const to = requireDesired(group, input.DesiredCapacity)
    const because = causes.setDesiredCapacity(context.simulation.now(), group.desired, to)
    context.capacity.setDesired(group, to, because)
    context.warmPools.look(group)
    return {}
  },

  UpdateAutoScalingGroup: (input: UpdateAutoScalingGroupCommandInput): object => {
    refuseUnmodelledMembers('UpdateAutoScalingGroup', input, [
      'AutoScalingGroupName',
      'MinSize',
      'MaxSize',
      'DesiredCapacity',
      'MaxInstanceLifetime',
      'InstanceMaintenancePolicy',
      'InstanceLifecyclePolicy',
      'NewInstancesProtectedFromScaleIn',
      'TerminationPolicies',
    ])
    const group = requireGroup(context, input.AutoScalingGroupName)
    const bounds = updatedBounds(group, input)
    const policies = policiesFrom(group, input)
    setLifetime(context, group, input.MaxInstanceLifetime)
    Object.assign(group, policies)
    const because = causes.update(context.simulation.now(), bounds, group.desired)
    group.min = bounds.min
    group.max = bounds.max
    context.capacity.setDesired(group, bounds.desired, because)
    context.warmPools.look(group)
    return {}
  },
})

const requireDesired = (group: Group, desired: number | undefined): number => {
  if (desired === undefined) throw validationError('DesiredCapacity is required.')
  const refused = `New SetDesiredCapacity value ${desired} is`
  if (desired > group.max)
    throw validationError(`${refused} above max value ${group.max} for the AutoScalingGroup.`)
  if (desired < group.min)
    throw validationError(`${refused} below min value ${group.min} for the AutoScalingGroup.`)
  return desired
}

/** A new minimum or maximum moves a desired capacity that was not given along with it. */
const updatedBounds = (group: Group, input: UpdateAutoScalingGroupCommandInput): Bounds => {
  const min = input.MinSize ?? group.min
  const max = input.MaxSize ?? group.max
  if (min > max)
    throw validationError(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`)
  const desired = input.DesiredCapacity ?? Math.min(max, Math.max(min, group.desired))
  if (desired < min || desired > max)
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    )
  return { min, max, desired }
}

/** What an update says of the group's policies; what it leaves out stays. */
const policiesFrom = (group: Group, input: UpdateAutoScalingGroupCommandInput) => ({
  maintenancePolicy: maintenancePolicyFrom(input.InstanceMaintenancePolicy, group.maintenancePolicy),
  terminateHookAbandon: retentionFrom(input.InstanceLifecyclePolicy, group.terminateHookAbandon),
  terminationPolicies: terminationPoliciesFrom(input.TerminationPolicies, group.terminationPolicies),
  protectsNewInstances: input.NewInstancesProtectedFromScaleIn ?? group.protectsNewInstances,
})

const setLifetime = (context: OperationContext, group: Group, seconds: number | undefined): void => {
  if (seconds === undefined) return
  if (seconds !== 0 && seconds < LEAST_INSTANCE_LIFETIME_SECONDS)
    throw validationError(
      `MaxInstanceLifetime must be 0 or at least ${LEAST_INSTANCE_LIFETIME_SECONDS} seconds.`,
    )
  group.maxInstanceLifetimeSeconds = seconds
  context.lifetimes.plan(group)
}
