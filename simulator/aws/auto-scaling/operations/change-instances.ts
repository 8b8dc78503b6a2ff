import type {
  SetInstanceProtectionCommandInput,
  TerminateInstanceInAutoScalingGroupCommandInput,
  TerminateInstanceInAutoScalingGroupCommandOutput,
} from '@aws-sdk/client-auto-scaling'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { causes } from '../cause.ts'
import type { Group } from '../group.ts'
import { isRetained, isTerminating, isWarmed } from '../lifecycle-state.ts'
import type { Member } from '../member.ts'
import { required, requireAtMost, validationError } from '../validation.ts'
import { toActivityShape } from './activities.ts'
import { requireGroup, type OperationContext } from './context.ts'

type TerminateOutput = Omit<TerminateInstanceInAutoScalingGroupCommandOutput, '$metadata'>

/** `SetInstanceProtection.InstanceIds` (API reference). */
const MOST_INSTANCE_IDS = 50

export const changeInstanceOperations = (context: OperationContext) => ({
  /**
   * Without a decrement the capacity loop launches another, which does not wait for the hooks of this one. A
   * retained instance passes through the hooks once more; for it a decrement is refused, as was measured.
   */
  TerminateInstanceInAutoScalingGroup: (
    input: TerminateInstanceInAutoScalingGroupCommandInput,
  ): TerminateOutput => {
    refuseUnmodelledMembers('TerminateInstanceInAutoScalingGroup', input, [
      'InstanceId',
      'ShouldDecrementDesiredCapacity',
    ])
    const { group, member } = requireMember(context, required('InstanceId', input.InstanceId))
    const decrement = input.ShouldDecrementDesiredCapacity === true ? 1 : 0
    const activity = isTerminating(member.state)
      ? member.activity
      : terminateByUser(context, { group, member, decrement })
    return { Activity: toActivityShape(activity, group) }
  },

  SetInstanceProtection: (input: SetInstanceProtectionCommandInput): object => {
    refuseUnmodelledMembers('SetInstanceProtection', input, [
      'InstanceIds',
      'AutoScalingGroupName',
      'ProtectedFromScaleIn',
    ])
    requireAtMost('InstanceIds', input.InstanceIds, MOST_INSTANCE_IDS)
    const group = requireGroup(context, input.AutoScalingGroupName)
    const members = (input.InstanceIds ?? []).map((instanceId) => requireInService(group, instanceId))
    for (const member of members) member.isProtected = input.ProtectedFromScaleIn === true
    context.capacity.look(group)
    context.refreshes.look(group)
    return {}
  },
})

const terminateByUser = (
  { simulation, lifecycle }: OperationContext,
  { group, member, decrement }: { readonly group: Group; readonly member: Member; readonly decrement: 0 | 1 },
) => {
  const now = simulation.now()
  const { instanceId } = member
  requireTerminable(member, decrement)
  if (decrement === 0) return lifecycle.terminate(group, member, causes.userTermination(now, instanceId))
  requireAboveMinimum(group)
  const cause = causes.userTerminationWithDecrement(now, instanceId, group.desired)
  group.desired -= 1
  return lifecycle.terminate(group, member, cause)
}

/** "This operation cannot be called on instances in a warm pool" (API reference), unless they are retained. */
const requireTerminable = ({ instanceId, state }: Member, decrement: 0 | 1): void => {
  if (isRetained(state) && decrement === 1)
    throw validationError(
      `ShouldDecrementDesiredCapacity must be false: the instance ${instanceId} is retained and is not part of the desired capacity.`,
    )
  if (isWarmed(state) && !isRetained(state))
    throw validationError(
      `The instance ${instanceId} is in a warm pool and cannot be terminated by this call.`,
    )
}

const requireAboveMinimum = (group: Group): void => {
  if (group.desired > group.min) return
  throw validationError(
    `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate ` +
      `group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
  )
}

const requireMember = ({ lifecycle }: OperationContext, instanceId: string) => {
  const found = lifecycle.find(instanceId)
  if (found === undefined)
    throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`)
  return found
}

const requireInService = (group: Group, instanceId: string): Member => {
  const member = group.members.get(instanceId)
  if (member === undefined)
    throw validationError(`The instance ${instanceId} is not part of Auto Scaling group ${group.name}.`)
  if (member.state !== 'InService')
    throw validationError(`The instance ${instanceId} is not in InService or EnteringStandby or Standby.`)
  return member
}
