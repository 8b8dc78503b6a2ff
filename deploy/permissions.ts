import { FORMER_POLICIES_TAG, MARK_TAG } from '../lib/decide/attachment.ts'
import { actionsOf, otherPlacesOf, placeOf, type Action, type FunctionName, type Place } from './actions.ts'
import type { StackParameters } from './parameters.ts'
import { arnIn, arnOf, groupArn, type Intrinsic, type Resource } from './template.ts'

/** The role of a function: one statement for each place, holding the function's actions there. */
export const functionRole = (name: FunctionName, parameters: StackParameters): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    Policies: [
      {
        PolicyName: name,
        PolicyDocument: { Version: '2012-10-17', Statement: statementsFor(name, parameters) },
      },
    ],
  },
})

/**
 * Lets the capacity function write to the bucket. A run that is under way when the stack goes must not write to a bucket that
 * was emptied to be deleted, so the right goes before that, unlike the role, on which too much else stands.
 */
export const bucketWritingPolicy = (parameters: StackParameters): Resource => ({
  Type: 'AWS::IAM::Policy',
  DependsOn: 'EmptiedBucket',
  Properties: {
    PolicyName: 'write-to-bucket',
    Roles: [{ Ref: 'CapacityRole' }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:PutObject'],
          Resource: resourcesAt('written-objects', 'capacity', parameters),
        },
      ],
    },
  },
})

const statementsFor = (name: FunctionName, parameters: StackParameters): readonly object[] => {
  const actions = actionsOf[name]
  const placeFor = (action: Action): Place => otherPlacesOf[name]?.[action] ?? placeOf[action]
  const places = [...new Set(actions.map(placeFor))].filter((place) => isNeeded(place, parameters))
  return places.map((place) => ({
    Effect: 'Allow',
    Action: actions.filter((action) => placeFor(action) === place),
    Resource: resourcesAt(place, name, parameters),
    ...conditionAt(place, parameters),
  }))
}

/** What a parameter does not ask for is not allowed either. */
const isNeeded = (place: Place, parameters: StackParameters): boolean => {
  const { rebalance, health, notificationTopicArn, scale } = parameters
  if (place === 'replaced-groups') return rebalance === 'replace' || health === 'replace'
  if (place === 'scaled-groups') return scale === 'act'
  if (place === 'written-objects') return false
  return place !== 'topic' || notificationTopicArn !== ''
}

/** The framework's own names for the log groups of `functions/<name>.ts`. */
const logGroups: Readonly<Record<FunctionName, string>> = {
  drain: 'DrainLogGroup',
  resync: 'ResyncLogGroup',
  capacity: 'CapacityLogGroup',
  'choose-victims': 'ChooseDashvictimsLogGroup',
  attach: 'AttachLogGroup',
}

/**
 * What the stack has left on a group must go also when the group, or the wish for it, is no longer in the template: the role
 * is changed before what is no longer there is cleaned up.
 */
const anyGroup = [groupArn('*')]

const resourcesAt = (
  place: Place,
  name: FunctionName,
  parameters: StackParameters,
): '*' | readonly (Intrinsic | string)[] => {
  switch (place) {
    case 'anything':
    case 'within-cluster':
      return '*'
    case 'topic':
      return [parameters.notificationTopicArn]
    case 'groups':
    case 'replaced-groups':
    case 'scaled-groups':
      return parameters.groups.map(groupArn)
    case 'tagged-groups':
    case 'remembering-groups':
      return anyGroup
    case 'cluster':
      return [clusterArn(parameters.cluster)]
    case 'container-instances':
    case 'tasks':
    case 'services':
      return [arnIn('ecs', `${place.slice(0, -1)}/${parameters.cluster}/*`)]
    case 'capacity-providers':
      return [arnIn('ecs', 'capacity-provider/*')]
    case 'bucket':
      return [arnOf('ScalingBucket')]
    case 'bucket-objects':
    case 'written-objects':
      return [{ 'Fn::Sub': '${ScalingBucket.Arn}/*' }]
    case 'own-log-group':
      return [arnOf(logGroups[name])]
    case 'signals-queue':
    case 'woken-queues':
    case 'both-queues':
    case 'capacity-queue':
      return queuesAt(place, parameters).map(arnOf)
  }
}

type QueuePlace = Extract<Place, `${string}-queue` | `${string}-queues`>

const queuesAt = (place: QueuePlace, { scale }: StackParameters): readonly string[] => {
  switch (place) {
    case 'signals-queue':
      return ['SignalsQueue']
    case 'woken-queues':
      return ['WakesQueue', ...(scale === 'act' ? ['CapacityQueue'] : [])]
    case 'both-queues':
      return ['SignalsQueue', 'WakesQueue']
    case 'capacity-queue':
      return ['CapacityQueue']
  }
}

const clusterPlaces: readonly Place[] = ['within-cluster', 'container-instances', 'tasks', 'services']

/**
 * The `ecs:cluster` key exists for container instances, tasks and services; on the cluster itself the ARN says it all. Groups
 * that are not in the template are told by the tags of ours ("Control access to tags", Amazon EC2 Auto Scaling).
 */
const conditionAt = (place: Place, { cluster }: StackParameters): object => {
  if (clusterPlaces.includes(place))
    return { Condition: { ArnEquals: { 'ecs:cluster': clusterArn(cluster) } } }
  if (place === 'tagged-groups')
    return { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': [FORMER_POLICIES_TAG, MARK_TAG] } } }
  if (place === 'remembering-groups')
    return { Condition: { StringLike: { [`aws:ResourceTag/${FORMER_POLICIES_TAG}`]: '*' } } }
  return {}
}

const clusterArn = (cluster: string): Intrinsic => arnIn('ecs', `cluster/${cluster}`)
