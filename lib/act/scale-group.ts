import {
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling'

import { during } from '../aws/errors.ts'

interface Group {
  readonly autoScaling: AutoScalingClient
  readonly autoScalingGroupName: string
}

/** Sets the desired capacity, at once: whoever asks has waited out his own cool-down. Setting it again changes nothing. */
export const setDesiredCapacity = async (
  { autoScaling, autoScalingGroupName }: Group,
  desired: number,
): Promise<void> => {
  const command = new SetDesiredCapacityCommand({
    AutoScalingGroupName: autoScalingGroupName,
    DesiredCapacity: desired,
    HonorCooldown: false,
  })
  await during(`setting the desired capacity of ${autoScalingGroupName} to ${desired}`, () =>
    autoScaling.send(command),
  )
}

/**
 * Asks the group to terminate this instance and to want one less. The hook drains it. This is the one call that must not
 * be made twice, since each may lower the desired capacity: the client has to be one that never asks again by itself, and
 * after an error only a fresh look tells whether it was done.
 */
export const removeInstance = async (
  autoScalingOnce: AutoScalingClient,
  instanceId: string,
): Promise<void> => {
  const command = new TerminateInstanceInAutoScalingGroupCommand({
    InstanceId: instanceId,
    ShouldDecrementDesiredCapacity: true,
  })
  await during(`taking ${instanceId} out of its group`, () => autoScalingOnce.send(command))
}
