import {
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling'
import { during, isActionOver } from '../aws/errors.ts'

/**
 * A lifecycle action by instance, group and hook. No Describe call returns the token, so resync could not use one; and
 * tokens are dropped when messages are parsed.
 */
interface LifecycleAction {
  readonly autoScaling: AutoScalingClient
  readonly instanceId: string
  readonly autoScalingGroupName: string
  readonly hookName: string
}

/** `done`: this very call did it. `already-over`: the action had ended before, which is just as well. */
export type LifecycleAnswer = 'done' | 'already-over'

/** Lets Auto Scaling go on and terminate the instance. */
export const completeAction = (action: LifecycleAction): Promise<LifecycleAnswer> =>
  unlessOver(`completing hook ${action.hookName} of ${action.instanceId}`, () =>
    action.autoScaling.send(
      new CompleteLifecycleActionCommand({ ...namesOf(action), LifecycleActionResult: 'CONTINUE' }),
    ),
  )

/** Restarts the hook's timeout. */
export const beat = (action: LifecycleAction): Promise<LifecycleAnswer> =>
  unlessOver(`recording a heartbeat for hook ${action.hookName} of ${action.instanceId}`, () =>
    action.autoScaling.send(new RecordLifecycleActionHeartbeatCommand(namesOf(action))),
  )

const namesOf = ({ instanceId, autoScalingGroupName, hookName }: LifecycleAction) => ({
  InstanceId: instanceId,
  AutoScalingGroupName: autoScalingGroupName,
  LifecycleHookName: hookName,
})

const unlessOver = async (doing: string, work: () => Promise<unknown>): Promise<LifecycleAnswer> => {
  try {
    await during(doing, work)
    return 'done'
  } catch (error) {
    if (error instanceof Error && isActionOver(error.cause)) return 'already-over'
    throw error
  }
}
