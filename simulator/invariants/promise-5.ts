import type { DescribeTasksCommandOutput } from '@aws-sdk/client-ecs'

import type { CallRecord } from '../sdk/call-record.ts'
import { call } from '../world/call.ts'
import { instancesOf } from '../world/group-instances.ts'
import { instanceOfContainerInstance } from '../world/container-instance-owner.ts'
import type { Watch } from './watch.ts'

/**
 * Promise 5: nothing that does not belong to this stack's cluster and groups is touched, and no message of others is
 * lost.
 *
 * Every call of our functions that is no read is held against what the stack may name, whether AWS refused it or not:
 * an attempt is already a mistake.
 */
export const watchPromise5 = (watch: Watch): void =>
  watch.onCall((made) => {
    if (/^(Describe|List|Get)/.test(made.operation)) return
    const foreign = foreignThing(watch, made)
    if (foreign === undefined) return
    const instanceId = made.input['InstanceId']
    watch.report({
      promise: 5,
      at: made.at,
      what: `${made.operation} of ${foreign}, which is not this stack's`,
      ...(typeof instanceId === 'string' && { instanceId }),
    })
  })

/** The first thing that a call names and the stack does not own; undefined if there is none. */
const foreignThing = (watch: Watch, made: CallRecord): string | undefined => {
  switch (made.service) {
    case 'Auto Scaling':
      return foreignAction(watch, made)
    case 'ECS':
      return foreignEcsThing(watch, made)
    case 'SQS':
      return foreignQueue(watch, made)
    case 'S3':
      return made.input['Bucket'] === watch.bucket ? undefined : `the bucket ${String(made.input['Bucket'])}`
    case 'SNS':
      return made.input['TopicArn'] === watch.settings.notificationTopicArn ? undefined : 'a topic'
    default:
      return `something in ${made.service}`
  }
}

const foreignAction = ({ settings, world }: Watch, { operation, input }: CallRecord): string | undefined => {
  if (operation === 'TerminateInstanceInAutoScalingGroup') {
    const id = String(input['InstanceId'])
    const ours = settings.groups.flatMap((group) => instancesOf(world.autoScaling, group))
    return ours.some(({ instanceId }) => instanceId === id) ? undefined : `the instance ${id}`
  }
  const groups = groupsIn(input)
  const foreign = groups.find((group) => !settings.groups.includes(group))
  if (foreign !== undefined || groups.length === 0) return `the group ${String(foreign)}`
  const hook = input['LifecycleHookName']
  if (typeof hook !== 'string') return undefined
  return hook === settings.hookName || hook === settings.launchHookName ? undefined : `the hook ${hook}`
}

/** Calls about tags name their groups there. */
const groupsIn = (input: CallRecord['input']): readonly string[] => {
  const { AutoScalingGroupName, Tags = [] } = input as AutoScalingInput
  return [AutoScalingGroupName ?? [], Tags.flatMap(({ ResourceId }) => ResourceId ?? [])].flat()
}

interface AutoScalingInput {
  readonly AutoScalingGroupName?: string
  readonly Tags?: readonly { readonly ResourceId?: string }[]
}

const foreignEcsThing = (watch: Watch, { operation, input }: CallRecord): string | undefined => {
  const cluster = String(input['cluster'])
  if (cluster !== watch.settings.cluster) return `the cluster ${cluster}`
  if (operation === 'StopTask') return foreignArn(watch, input['task']) ?? foreignTask(watch, input['task'])
  return containerInstancesIn(input)
    .map((arn) => foreignArn(watch, arn) ?? foreignMachine(watch, arn))
    .find((foreign) => foreign !== undefined)
}

/** Long ARNs name their cluster, short ones and ids cannot be of another. */
const foreignArn = ({ settings }: Watch, arn: unknown): string | undefined => {
  const [, cluster, id] = String(arn).split('/')
  return id === undefined || cluster === settings.cluster ? undefined : String(arn)
}

/** A task is of whom its container instance is of; one that ECS does not know can be of nobody. */
const foreignTask = (watch: Watch, task: unknown): string | undefined => {
  const { ecs, spec } = watch.world
  const input = { cluster: spec.cluster, tasks: [String(task)] }
  const { tasks = [] } = call<DescribeTasksCommandOutput>(ecs.model, 'DescribeTasks', input)
  const containerInstance = tasks[0]?.containerInstanceArn
  if (containerInstance === undefined || foreignMachine(watch, containerInstance) === undefined)
    return undefined
  return `the task ${String(task)}`
}

/** A container instance of the cluster may belong to a group that the stack was not given. */
const foreignMachine = ({ world, settings }: Watch, containerInstance: string): string | undefined => {
  const instanceId = instanceOfContainerInstance(world, containerInstance)
  const group = instanceId === undefined ? undefined : world.ec2.find(instanceId)?.autoScalingGroupName
  return group === undefined || settings.groups.includes(group) ? undefined : containerInstance
}

const containerInstancesIn = (input: CallRecord['input']): readonly string[] => {
  const { containerInstances = [], containerInstance, attributes = [] } = input as EcsInput
  return [
    ...containerInstances,
    ...(containerInstance === undefined ? [] : [containerInstance]),
    ...attributes.flatMap(({ targetId }) => targetId ?? []),
  ]
}

/** The members by which ECS's writes name container instances. */
interface EcsInput {
  readonly containerInstances?: readonly string[]
  readonly containerInstance?: string
  readonly attributes?: readonly { readonly targetId?: string }[]
}

const foreignQueue = ({ settings }: Watch, { input }: CallRecord): string | undefined => {
  const queue = String(input['QueueUrl'])
  const ours = [settings.signalsQueueUrl, settings.wakesQueueUrl, settings.capacityQueueUrl]
  return ours.includes(queue) ? undefined : `the queue ${queue}`
}
