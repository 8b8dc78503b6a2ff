import {
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling'
import { during, isActionOver, isContended } from '../aws/errors.ts'

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

/**
 * `done`: this very call did it. `already-over`: the action had ended before, which is just as well. `contended`: Auto
 * Scaling was busy with the same group; nothing was done, and some seconds later it will be.
 */
export type LifecycleAnswer = 'done' | 'already-over' | 'contended'

/** `CONTINUE` lets Auto Scaling go on; `ABANDON` keeps a terminating instance where its group says so. */
type LifecycleResult = 'CONTINUE' | 'ABANDON'

/** Ends the hook's wait. */
export const completeAction = (action: LifecycleAction, result: LifecycleResult): Promise<LifecycleAnswer> =>
  unlessOver(`completing hook ${action.hookName} of ${action.instanceId}`, () =>
    action.autoScaling.send(
      new CompleteLifecycleActionCommand({ ...namesOf(action), LifecycleActionResult: result }),
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
    if (isContended(error)) return 'contended'
    throw error
  }
}
