import type {
  CompleteLifecycleActionCommandInput,
  RecordLifecycleActionHeartbeatCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { requireResult } from '../hook-request.ts'
import type { OpenAction } from '../lifecycle-actions.ts'
import { required, validationError } from '../validation.ts'
import { requireGroup, type OperationContext } from './context.ts'

const addressMembers = ['LifecycleHookName', 'AutoScalingGroupName', 'LifecycleActionToken', 'InstanceId']

export const lifecycleActionOperations = (context: OperationContext) => ({
  CompleteLifecycleAction: (input: CompleteLifecycleActionCommandInput): object => {
    refuseUnmodelledMembers('CompleteLifecycleAction', input, [...addressMembers, 'LifecycleActionResult'])
    const result = requireResult('LifecycleActionResult', input.LifecycleActionResult)
    context.actions.end(requireAction(context, input), result, 'completed')
    return {}
  },

  RecordLifecycleActionHeartbeat: (input: RecordLifecycleActionHeartbeatCommandInput): object => {
    refuseUnmodelledMembers('RecordLifecycleActionHeartbeat', input, addressMembers)
    context.actions.beat(requireAction(context, input))
    return {}
  },
})

/** An action that has ended is as unknown as one that never was; AWS tells no difference either. */
const requireAction = (
  context: OperationContext,
  input: RecordLifecycleActionHeartbeatCommandInput,
): OpenAction => {
  const group = requireGroup(context, input.AutoScalingGroupName)
  const { LifecycleActionToken: token, InstanceId: instanceId } = input
  if (token === undefined && instanceId === undefined)
    throw validationError('Either LifecycleActionToken or InstanceId is required.')
  const hookName = required('LifecycleHookName', input.LifecycleHookName)
  const action = context.actions.find({ autoScalingGroupName: group.name, hookName, token, instanceId })
  if (action === undefined)
    throw validationError(
      `No active Lifecycle Action found with ${token === undefined ? `instance ID ${instanceId}` : `token ${token}`}`,
    )
  return action
}
