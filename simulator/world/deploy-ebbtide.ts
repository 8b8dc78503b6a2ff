import { cachedTemplate } from '../../deploy/cached-template.ts'
import { deployTemplate, updateStack, type DeployOptions } from '../cloudformation/deploy.ts'
import type { Deployment } from '../cloudformation/deployment.ts'
import { functionsOf, type DeployedFunction } from '../cloudformation/functions.ts'
import type { DeployedLifecycleHook } from '../cloudformation/lifecycle-hooks.ts'
import type { Scaling } from '../cloudformation/resource-work.ts'
import { Stack } from '../cloudformation/stack.ts'
import { call } from './call.ts'
import { loadProduct } from './product.ts'
import type { World } from './world.ts'

/** Stack parameters beside `cluster` and `groups`, which follow from the world. */
export type StackSettings = Readonly<Record<string, string>>

/** Ebbtide as it stands in a world. */
interface DeployedEbbtide {
  readonly functions: readonly DeployedFunction[]
  /** How far the stack is, and how it is removed. */
  readonly deployment: Deployment
}

/**
 * Packages Ebbtide as `sls deploy` would, for this world's cluster and groups, and deploys the template into it: its
 * queues, rules, schedules, hooks and roles, and the real functions. What its custom resources do, they do when virtual time
 * goes on. `onPackaging` is called when no template is at hand.
 *
 * @throws {Error} in the words of `sls package` when a parameter is wrong.
 */
export const deployEbbtide = async (
  world: World,
  settings: StackSettings = {},
  onPackaging?: () => void,
): Promise<DeployedEbbtide> => {
  const described = await describeIn(world, settings, onPackaging)
  const deployment = deployTemplate({ ...described.options, onEnd: throwIfFailed })
  return { functions: described.functions, deployment }
}

/** Packages and deploys anew over what stands: an update goes on in virtual time. */
export const updateEbbtide = async (
  world: World,
  { deployment }: DeployedEbbtide,
  settings: StackSettings,
): Promise<void> => {
  const { options } = await describeIn(world, settings)
  updateStack(deployment, options)
}

const describeIn = async (world: World, settings: StackSettings, onPackaging?: () => void) => {
  const { spec } = world
  const groups = spec.groups.map(({ name }) => name).join(',')
  const template = await cachedTemplate({ cluster: spec.cluster, groups, ...settings }, onPackaging)
  const place = {
    template,
    region: spec.region,
    accountId: spec.accountId,
    stackName: `ebbtide-${settings['cluster'] ?? spec.cluster}`,
  }
  const functions = functionsOf(new Stack(place))
  const variables = Object.fromEntries(functions.map((deployed) => [deployed.handler, deployed.variables]))
  const createHandler = await loadProduct(variables, world)
  const options: Omit<DeployOptions, 'onEnd'> = {
    ...world,
    ...place,
    createHandler:
      ({ handler }) =>
      (environment) =>
        createHandler(handler, environment),
    putLifecycleHook: (hook) => putHook(world, hook),
    deleteLifecycleHook: (hook) => deleteHook(world, hook),
    scaling: scalingIn(world),
  }
  return { functions, options }
}

/** CloudFormation would roll back; here whoever deploys is told at once. A removal that failed can be read and repeated. */
const throwIfFailed = ({ status, failures }: Deployment): void => {
  if (status === 'CREATE_FAILED') throw new Error(`the stack could not be created: ${failures.join('; ')}`)
  if (status === 'UPDATE_FAILED') throw new Error(`the stack could not be updated: ${failures.join('; ')}`)
}

const scalingIn = ({ autoScaling, cloudWatch }: World): Scaling => ({
  putPolicy: (policy) => void call(autoScaling.model, 'PutScalingPolicy', policy),
  deletePolicy: ({ AutoScalingGroupName, PolicyName }) =>
    void call(autoScaling.model, 'DeletePolicy', { AutoScalingGroupName, PolicyName }),
  putAlarm: (alarm) => void call(cloudWatch.model, 'PutMetricAlarm', alarm),
  deleteAlarm: (name) => void call(cloudWatch.model, 'DeleteAlarms', { AlarmNames: [name] }),
})

const deleteHook = ({ autoScaling }: World, hook: DeployedLifecycleHook): void => {
  const { autoScalingGroupName: AutoScalingGroupName, lifecycleHookName: LifecycleHookName } = hook
  call(autoScaling.model, 'DeleteLifecycleHook', { AutoScalingGroupName, LifecycleHookName })
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
