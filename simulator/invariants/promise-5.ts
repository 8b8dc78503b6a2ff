import type { CallRecord } from '../sdk/call-record.ts'
import { instancesOf } from '../world/group-instances.ts'
import { instanceOfContainerInstance } from './container-instance-owner.ts'
import type { Watch } from './watch.ts'

/**
 * Promise 5: nothing that does not belong to this stack's cluster and groups is touched, and no message of others is
 * lost.
 *
 * Every call of our functions that is no read is held against what the stack may name, whether AWS refused it or not:
 * an attempt is already a mistake.
 */
export const watchPromise5 = (watch: Watch): void =>
  watch.onCall((call) => {
    if (/^(Describe|List|Get)/.test(call.operation)) return
    const foreign = foreignThing(watch, call)
    if (foreign === undefined) return
    const instanceId = call.input['InstanceId']
    watch.report({
      promise: 5,
      at: call.at,
      what: `${call.operation} of ${foreign}, which is not this stack's`,
      ...(typeof instanceId === 'string' && { instanceId }),
    })
  })

/** The first thing that a call names and the stack does not own; undefined if there is none. */
const foreignThing = (watch: Watch, call: CallRecord): string | undefined => {
  switch (call.service) {
    case 'Auto Scaling':
      return foreignAction(watch, call)
    case 'ECS':
      return foreignEcsThing(watch, call)
    case 'SQS':
      return foreignQueue(watch, call)
    case 'S3':
      return call.input['Bucket'] === watch.bucket ? undefined : `the bucket ${String(call.input['Bucket'])}`
    case 'SNS':
      return call.input['TopicArn'] === watch.settings.notificationTopicArn ? undefined : 'a topic'
    default:
      return `something in ${call.service}`
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
  if (operation === 'StopTask') return foreignArn(watch, input['task'])
  return containerInstancesIn(input)
    .map((arn) => foreignArn(watch, arn) ?? foreignMachine(watch, arn))
    .find((foreign) => foreign !== undefined)
}

/** Long ARNs name their cluster, short ones and ids cannot be of another. */
const foreignArn = ({ settings }: Watch, arn: unknown): string | undefined => {
  const [, cluster, id] = String(arn).split('/')
  return id === undefined || cluster === settings.cluster ? undefined : String(arn)
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
