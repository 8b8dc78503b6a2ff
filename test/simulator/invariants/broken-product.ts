import { AutoScalingClient, CompleteLifecycleActionCommand } from '@aws-sdk/client-auto-scaling'
import { ECSClient } from '@aws-sdk/client-ecs'
import { SQSClient } from '@aws-sdk/client-sqs'

import type { InvocationRecord, InvocationResult } from '../../../simulator/aws/lambda/invocation.ts'
import type { Recording } from '../../../simulator/rehearsal/recording.ts'
import type { Rehearsal } from '../../../simulator/rehearsal/rehearse.ts'
import type { World } from '../../../simulator/world/world.ts'
import { GROUP, HOOK, oldest, play, shop, terminateOne } from '../../scenarios/small-cluster.ts'

/**
 * Clients in the hands of whoever has this name: the drain function, gone wrong, unless another is given; in an invocation, if
 * one is named.
 */
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

/** A run of the drain function that has ended in virtual time. */
export const drainRun = (
  awsRequestId: string,
  endedAt: number,
  result: InvocationResult,
): InvocationRecord => ({
  functionName: 'ebbtide-web-drain',
  awsRequestId,
  payload: '{}',
  startedAt: endedAt - 1_000,
  endedAt,
  result,
  isColdStart: false,
  billedMs: 1_000,
  memoryMb: 512,
})

export const START = Date.UTC(2026, 10, 20, 9, 0, 0)
export const secondsInto = (milliseconds: number): number => (milliseconds - START) / 1_000

/** Plays a drain that begins at 10 s, with something done to the world; the instance it is about comes along. */
export const playBroken = async (
  changes: Record<string, unknown>,
  breakIt: (world: World, instanceId: string, recording: Recording) => void,
) => {
  let instanceId = ''
  const run = await play({ script: [terminateOne(10)], ...changes }, (world, recording) => {
    instanceId = oldest(world)
    breakIt(world, instanceId, recording)
  })
  return { ...run, instanceId, violations: run.recording.violations }
}

export const promisesBroken = ({ recording }: Pick<Rehearsal, 'recording'>) =>
  recording.violations.map(({ promise }) => promise)

/** Nothing can be replaced and so nothing leaves: the drain waits for its deadline. */
export const deadlocked = { ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }

/** Nothing reaches a function any more. */
export const killEbbtide = ({ eventBridge }: World): void => eventBridge.dropDeliveries(() => true)
