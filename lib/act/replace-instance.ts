import {
  TerminateInstanceInAutoScalingGroupCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling'

import { during } from '../aws/errors.ts'

/**
 * Asks the group to terminate an instance and launch another in its place: the desired capacity stays. The hook drains
 * the instance. Asking twice is harmless: an instance that is already leaving is not terminated again.
 */
export const replaceInstance = async (autoScaling: AutoScalingClient, instanceId: string): Promise<void> => {
  const command = new TerminateInstanceInAutoScalingGroupCommand({
    InstanceId: instanceId,
    ShouldDecrementDesiredCapacity: false,
  })
  await during(`asking for the replacement of ${instanceId}`, () => autoScaling.send(command))
}
