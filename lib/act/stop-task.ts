import { StopTaskCommand, type ECSClient } from '@aws-sdk/client-ecs'
import { during } from '../aws/errors.ts'
import { STOP_REASON } from '../decide/stop-tasks.ts'

interface StopTaskRequest {
  readonly ecs: ECSClient
  readonly cluster: string
  readonly taskArn: string
  readonly instanceId: string
}

/**
 * Tells ECS to stop a task in order: it deregisters the target, waits for the deregistration delay and only then sends
 * SIGTERM. Stopping a task that is stopping changes nothing.
 */
export const stopTask = async ({ ecs, cluster, taskArn, instanceId }: StopTaskRequest): Promise<void> => {
  const command = new StopTaskCommand({ cluster, task: taskArn, reason: `${STOP_REASON} of ${instanceId}` })
  await during(`stopping task ${taskArn}`, () => ecs.send(command))
}
