import * as z from 'zod'
import type { Specified, Stack } from './stack.ts'

/** A lifecycle hook as PutLifecycleHook takes it. */
export interface DeployedLifecycleHook {
  readonly autoScalingGroupName: string
  readonly lifecycleHookName: string
  readonly lifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' | 'autoscaling:EC2_INSTANCE_LAUNCHING'
  readonly heartbeatTimeoutSeconds: number
  readonly defaultResult: 'CONTINUE' | 'ABANDON'
  /** Absent: the action is known to EventBridge only. */
  readonly notificationTargetArn?: string
  readonly roleArn?: string
  readonly notificationMetadata?: string
}

/** Defaults as in the API reference of PutLifecycleHook. */
const hookProperties = z.strictObject({
  AutoScalingGroupName: z.string(),
  LifecycleHookName: z.string().optional(),
  LifecycleTransition: z.enum(['autoscaling:EC2_INSTANCE_TERMINATING', 'autoscaling:EC2_INSTANCE_LAUNCHING']),
  HeartbeatTimeout: z.coerce.number().int().default(3_600),
  DefaultResult: z.enum(['CONTINUE', 'ABANDON']).default('ABANDON'),
  NotificationTargetARN: z.string().optional(),
  RoleARN: z.string().optional(),
  NotificationMetadata: z.string().optional(),
})

export const lifecycleHooksOf = (stack: Stack): Specified<DeployedLifecycleHook>[] =>
  stack
    .resources('AWS::AutoScaling::LifecycleHook', hookProperties)
    .map(({ logicalId, ref, properties }) => ({ logicalId, spec: hookSpec(ref, properties) }))

const hookSpec = (
  lifecycleHookName: string,
  properties: z.output<typeof hookProperties>,
): DeployedLifecycleHook => ({
  autoScalingGroupName: properties.AutoScalingGroupName,
  lifecycleHookName,
  lifecycleTransition: properties.LifecycleTransition,
  heartbeatTimeoutSeconds: properties.HeartbeatTimeout,
  defaultResult: properties.DefaultResult,
  ...(properties.NotificationTargetARN !== undefined && {
    notificationTargetArn: properties.NotificationTargetARN,
  }),
  ...(properties.RoleARN !== undefined && { roleArn: properties.RoleARN }),
  ...(properties.NotificationMetadata !== undefined && {
    notificationMetadata: properties.NotificationMetadata,
  }),
})
