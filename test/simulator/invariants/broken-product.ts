import { AutoScalingClient, CompleteLifecycleActionCommand } from '@aws-sdk/client-auto-scaling'
import { ECSClient } from '@aws-sdk/client-ecs'
import { SQSClient } from '@aws-sdk/client-sqs'

import type { World } from '../../../simulator/world/world.ts'
import { GROUP, HOOK } from '../../scenarios/small-cluster.ts'

/** Clients in the hands of whoever has this name: the drain function, gone wrong, unless another is given, in an invocation if one is named. */
export const clientsAs = (
  { simulation, transport }: World,
  name = 'ebbtide-web-drain',
  invocation?: string,
) => {
  const clients = {
    autoScaling: new AutoScalingClient(),
    ecs: new ECSClient(),
    sqs: new SQSClient(),
  }
  const caller = {
    name,
    statements: undefined,
    wait: (delayMs: number) => simulation.wait(delayMs),
    invocation: () => invocation,
  }
  for (const client of Object.values(clients)) transport.attach(client, caller)
  return clients
}

/** Does something at a time of the run, whatever AWS answers. */
export const at = ({ simulation }: World, seconds: number, work: () => Promise<unknown>): void => {
  simulation.after(seconds * 1_000, () => void work().catch(() => undefined))
}

export const completion = (InstanceId: string, changes = {}) =>
  new CompleteLifecycleActionCommand({
    AutoScalingGroupName: GROUP,
    LifecycleHookName: HOOK,
    LifecycleActionResult: 'CONTINUE',
    InstanceId,
    ...changes,
  })
