import type {
  DeleteLifecycleHookCommandInput,
  DescribeLifecycleHooksCommandInput,
  DescribeLifecycleHooksCommandOutput,
  LifecycleHook as HookShape,
  PutLifecycleHookCommandInput,
} from '@aws-sdk/client-auto-scaling'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { ServiceError } from '../../operation.ts'
import type { Group } from '../group.ts'
import { hookFrom } from '../hook-request.ts'
import {
  globalTimeoutSeconds,
  MOST_HOOKS_PER_GROUP,
  type HookTarget,
  type LifecycleHook,
} from '../lifecycle-hook.ts'
import { testNotificationBody, testNotificationSubject } from '../notification.ts'
import { required, requireAtMost, validationError } from '../validation.ts'
import { requireGroup, type OperationContext } from './context.ts'

type DescribeOutput = Omit<DescribeLifecycleHooksCommandOutput, '$metadata'>

/** `DescribeLifecycleHooks.LifecycleHookNames` (API reference). */
const MOST_NAMES = 50

export const hookOperations = (context: OperationContext) => ({
  DescribeLifecycleHooks: (input: DescribeLifecycleHooksCommandInput): DescribeOutput => {
    refuseUnmodelledMembers('DescribeLifecycleHooks', input, ['AutoScalingGroupName', 'LifecycleHookNames'])
    const names = input.LifecycleHookNames ?? []
    requireAtMost('LifecycleHookNames', names, MOST_NAMES)
    const group = requireGroup(context, input.AutoScalingGroupName)
    const found = [...group.hooks.values()].filter(({ name }) => names.length === 0 || names.includes(name))
    return { LifecycleHooks: found.map((hook) => toHookShape(group, hook)) }
  },

  /** A target is tried with a test notification first: one that does not take it makes the whole call fail. */
  PutLifecycleHook: (input: PutLifecycleHookCommandInput): object => {
    refuseUnmodelledMembers('PutLifecycleHook', input, putMembers)
    const group = requireGroup(context, input.AutoScalingGroupName)
    const old = group.hooks.get(required('LifecycleHookName', input.LifecycleHookName))
    if (old === undefined && group.hooks.size >= MOST_HOOKS_PER_GROUP)
      throw new ServiceError(
        'LimitExceeded',
        `A group may have at most ${MOST_HOOKS_PER_GROUP} lifecycle hooks.`,
      )
    const hook = hookFrom(input, old)
    if (input.NotificationTargetARN && hook.target !== undefined) tryTarget(context, group, hook.target)
    group.hooks.set(hook.name, hook)
    if (context.assumptions.hookChangeAppliesTo === 'waiting-actions') context.actions.adopt(group, hook)
    return {}
  },

  /** Whatever waits for the hook goes at once: launches are abandoned, terminations continue. */
  DeleteLifecycleHook: (input: DeleteLifecycleHookCommandInput): object => {
    refuseUnmodelledMembers('DeleteLifecycleHook', input, ['AutoScalingGroupName', 'LifecycleHookName'])
    const group = requireGroup(context, input.AutoScalingGroupName)
    const name = required('LifecycleHookName', input.LifecycleHookName)
    if (!group.hooks.delete(name)) throw validationError(`No Lifecycle Hook found with name: ${name}`)
    context.actions.endAllOf(group, name)
    return {}
  },
})

const putMembers = [
  'LifecycleHookName',
  'AutoScalingGroupName',
  'LifecycleTransition',
  'RoleARN',
  'NotificationTargetARN',
  'NotificationMetadata',
  'HeartbeatTimeout',
  'DefaultResult',
]

/** FIFO queues can be no targets ("Prepare to add a lifecycle hook"), so Auto Scaling cannot publish to one either. */
const tryTarget = (
  { notify, newId, account, simulation }: OperationContext,
  group: Group,
  target: HookTarget,
) => {
  const request = { accountId: account.accountId, requestId: newId(), at: simulation.now() }
  const isFifo = target.arn.endsWith('.fifo')
  const message = { body: testNotificationBody(group, request), subject: testNotificationSubject(group) }
  if (!isFifo && notify({ ...target, ...message }) === 'accepted') return
  throw validationError(
    `Unable to publish test message to notification target ${target.arn} using IAM role ${target.roleArn}. ` +
      `Please check your target and role configuration and try to put lifecycle hook again.`,
  )
}

const toHookShape = (group: Group, hook: LifecycleHook): HookShape => ({
  LifecycleHookName: hook.name,
  AutoScalingGroupName: group.name,
  LifecycleTransition: hook.transition,
  HeartbeatTimeout: hook.heartbeatTimeoutSeconds,
  GlobalTimeout: globalTimeoutSeconds(hook.heartbeatTimeoutSeconds),
  DefaultResult: hook.defaultResult,
  ...(hook.target === undefined ? {} : { NotificationTargetARN: hook.target.arn }),
  ...(hook.target?.roleArn === undefined ? {} : { RoleARN: hook.target.roleArn }),
  ...(hook.metadata === undefined ? {} : { NotificationMetadata: hook.metadata }),
})
