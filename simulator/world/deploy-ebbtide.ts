import { cachedTemplate } from '../../deploy/cached-template.ts'
import { deployTemplate } from '../cloudformation/deploy.ts'
import { functionsOf, type DeployedFunction } from '../cloudformation/functions.ts'
import type { DeployedLifecycleHook } from '../cloudformation/lifecycle-hooks.ts'
import { Stack } from '../cloudformation/stack.ts'
import { call } from './call.ts'
import { loadProduct } from './product.ts'
import type { World } from './world.ts'

/** Stack parameters beside `cluster` and `groups`, which follow from the world. */
export type StackSettings = Readonly<Record<string, string>>

/**
 * Packages Ebbtide as `sls deploy` would, for this world's cluster and groups, and deploys the template into it: its
 * queues, rules, schedules, hooks and roles, and the real functions. `onPackaging` is called when no template is at hand.
 *
 * @returns the functions, as they were deployed.
 * @throws {Error} in the words of `sls package` when a parameter is wrong.
 */
export const deployEbbtide = async (
  world: World,
  settings: StackSettings = {},
  onPackaging?: () => void,
): Promise<readonly DeployedFunction[]> => {
  const { spec, transport, sqs, s3, eventBridge, lambda } = world
  const groups = spec.groups.map(({ name }) => name).join(',')
  const template = await cachedTemplate({ cluster: spec.cluster, groups, ...settings }, onPackaging)
  const place = {
    template,
    region: spec.region,
    accountId: spec.accountId,
    stackName: `ebbtide-${spec.cluster}`,
  }
  const functions = functionsOf(new Stack(place))
  const variables = Object.fromEntries(functions.map((deployed) => [deployed.handler, deployed.variables]))
  const createHandler = await loadProduct(variables, transport)
  deployTemplate({
    ...place,
    sqs,
    s3,
    eventBridge,
    lambda,
    createHandler:
      ({ handler }) =>
      (environment) =>
        createHandler(handler, environment),
    putLifecycleHook: (hook) => putHook(world, hook),
  })
  return functions
}

const putHook = ({ autoScaling }: World, hook: DeployedLifecycleHook): void => {
  const input = {
    AutoScalingGroupName: hook.autoScalingGroupName,
    LifecycleHookName: hook.lifecycleHookName,
    LifecycleTransition: hook.lifecycleTransition,
    HeartbeatTimeout: hook.heartbeatTimeoutSeconds,
    DefaultResult: hook.defaultResult,
    ...(hook.notificationTargetArn !== undefined && { NotificationTargetARN: hook.notificationTargetArn }),
    ...(hook.roleArn !== undefined && { RoleARN: hook.roleArn }),
  }
  call(autoScaling.model, 'PutLifecycleHook', input)
}
