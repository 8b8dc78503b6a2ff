import {
  DescribeAutoScalingInstancesCommand,
  DescribeWarmPoolCommand,
  type AutoScalingClient,
  type Instance,
} from '@aws-sdk/client-auto-scaling'
import { allPages, chunksOf } from '../aws/pages.ts'
import { asError, during } from '../aws/errors.ts'
import { describeGroups } from './named-groups.ts'

/** An instance as Auto Scaling knows it. */
export interface LifecycleState {
  readonly instanceId: string
  readonly autoScalingGroupName: string
  /** `InService`, `Terminating:Wait`, … */
  readonly state: string
}

/** DescribeAutoScalingInstances takes and gives 50 at most, and silently leaves out what it does not know. */
const INSTANCES_PER_CALL = 50

/** The instances that Auto Scaling knows among these, by instance id. */
export const readLifecycleStates = async (
  autoScaling: AutoScalingClient,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, LifecycleState>> => {
  const states = new Map<string, LifecycleState>()
  for (const InstanceIds of chunksOf(instanceIds, INSTANCES_PER_CALL)) {
    const found = await during(`describing Auto Scaling instances ${InstanceIds.join(', ')}`, () =>
      allPages(async (NextToken) => {
        const command = new DescribeAutoScalingInstancesCommand({ InstanceIds, NextToken })
        const answer = await autoScaling.send(command)
        return { items: answer.AutoScalingInstances ?? [], token: answer.NextToken }
      }),
    )
    for (const { InstanceId = '', AutoScalingGroupName = '', LifecycleState = '' } of found)
      states.set(InstanceId, {
        instanceId: InstanceId,
        autoScalingGroupName: AutoScalingGroupName,
        state: LifecycleState,
      })
  }
  return states
}

/** What could be listed, and why the rest could not. */
export interface GroupInstances {
  readonly instances: readonly LifecycleState[]
  /** Groups whose warm pool could not be read. Empty: the instances are all that there are. */
  readonly unread: readonly UnreadPool[]
}

export interface UnreadPool {
  readonly autoScalingGroupName: string
  readonly error: Error
}

/**
 * Every instance of these groups, with those in their warm pools. A group that does not exist has none. A pool that cannot
 * be read must not keep the hooks of every other instance from being beaten, so its error is part of the answer.
 */
export const readGroupInstances = async (
  autoScaling: AutoScalingClient,
  groups: readonly string[],
): Promise<GroupInstances> => {
  const all: LifecycleState[] = []
  const unread: UnreadPool[] = []
  for (const group of await describeGroups(autoScaling, groups)) {
    const { AutoScalingGroupName = '', Instances = [], WarmPoolConfiguration } = group
    all.push(...Instances.map((instance) => stateOf(AutoScalingGroupName, instance)))
    if (WarmPoolConfiguration === undefined) continue
    try {
      all.push(...(await readWarmPool(autoScaling, AutoScalingGroupName)))
    } catch (error) {
      unread.push({ autoScalingGroupName: AutoScalingGroupName, error: asError(error) })
    }
  }
  return { instances: all, unread }
}

/** The instances of a group's warm pool, which DescribeAutoScalingGroups does not list. */
export const readWarmPool = async (autoScaling: AutoScalingClient, AutoScalingGroupName: string) => {
  const instances = await during(`describing the warm pool of ${AutoScalingGroupName}`, () =>
    allPages(async (NextToken) => {
      const command = new DescribeWarmPoolCommand({ AutoScalingGroupName, NextToken, MaxRecords: 50 })
      const answer = await autoScaling.send(command)
      return { items: answer.Instances ?? [], token: answer.NextToken }
    }),
  )
  return instances.map((instance) => stateOf(AutoScalingGroupName, instance))
}

const stateOf = (autoScalingGroupName: string, instance: Instance): LifecycleState => ({
  instanceId: instance.InstanceId ?? '',
  autoScalingGroupName,
  state: instance.LifecycleState ?? '',
})
