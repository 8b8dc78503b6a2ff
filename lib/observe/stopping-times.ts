import { DescribeTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs'
import {
  DescribeTargetGroupAttributesCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { during } from '../aws/errors.ts'
import { DEFAULT_STOP_TIMEOUT_SECONDS } from '../decide/stop-tasks.ts'
import type { Memo } from './memo.ts'

/** ELB's default, for a target group that cannot be asked. */
export const DEFAULT_DEREGISTRATION_DELAY_SECONDS = 300

/** A target group's deregistration delay can be changed; within a drain it rarely is. */
export const DEREGISTRATION_MEMO_MS = 10 * 60_000

/**
 * Longest `stopTimeout` of the containers of a task definition, in seconds. A revision never changes, so its answer is
 * good for the life of the environment.
 */
export const readStopTimeout = async (
  { ecs, memo }: { readonly ecs: ECSClient; readonly memo: Memo<number> },
  taskDefinition: string,
): Promise<number> => {
  const known = memo.get(taskDefinition)
  if (known !== undefined) return known
  const answer = await during(`describing task definition ${taskDefinition}`, () =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
  )
  const containers = answer.taskDefinition?.containerDefinitions ?? []
  const timeouts = containers.map(({ stopTimeout }) => stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS)
  const longest = Math.max(0, ...timeouts)
  memo.set(taskDefinition, longest)
  return longest
}

/** Deregistration delay of a target group, in seconds. */
export const readDeregistrationDelay = async (
  {
    loadBalancing,
    memo,
  }: { readonly loadBalancing: ElasticLoadBalancingV2Client; readonly memo: Memo<number> },
  targetGroupArn: string,
): Promise<number> => {
  const known = memo.get(targetGroupArn)
  if (known !== undefined) return known
  const answer = await during(`describing attributes of target group ${targetGroupArn}`, () =>
    loadBalancing.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn })),
  )
  const attribute = answer.Attributes?.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')
  const seconds = Number(attribute?.Value ?? DEFAULT_DEREGISTRATION_DELAY_SECONDS)
  memo.set(targetGroupArn, seconds)
  return seconds
}
