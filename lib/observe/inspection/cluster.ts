import {
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  type CapacityProvider,
  type ECSClient,
} from '@aws-sdk/client-ecs'
import { GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs'

import { allowOnlyMissing } from '../../aws/failures.ts'
import { chunksOf } from '../../aws/pages.ts'
import type { InspectedCapacityProvider } from '../../decide/findings/inspection.ts'
import { asking } from './asking.ts'

/** DescribeCapacityProviders takes 100 at most. */
const PROVIDERS_PER_CALL = 100

/** Names of the cluster's capacity providers. Undefined: there is no such cluster, or none in use. */
export const readCluster = async (
  ecs: ECSClient,
  cluster: string,
): Promise<readonly string[] | undefined> => {
  const doing = `describing cluster ${cluster}`
  const answer = await asking({ action: 'ecs:DescribeClusters', doing }, () =>
    ecs.send(new DescribeClustersCommand({ clusters: [cluster] })),
  )
  allowOnlyMissing(doing, answer.failures)
  const active = answer.clusters?.find(({ status }) => status === 'ACTIVE')
  return active === undefined ? undefined : (active.capacityProviders ?? [])
}

/** The capacity providers among these that stand for an Auto Scaling group, by its name. */
export const readCapacityProviders = async (
  ecs: ECSClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, InspectedCapacityProvider>> => {
  const byGroup = new Map<string, InspectedCapacityProvider>()
  for (const capacityProviders of chunksOf(names, PROVIDERS_PER_CALL)) {
    const question = { action: 'ecs:DescribeCapacityProviders', doing: 'describing the capacity providers' }
    const answer = await asking(question, () =>
      ecs.send(new DescribeCapacityProvidersCommand({ capacityProviders })),
    )
    for (const provider of answer.capacityProviders ?? []) {
      const group = groupNameOf(provider)
      if (group !== undefined) byGroup.set(group, inspected(provider))
    }
  }
  return byGroup
}

/** `arn:aws:autoscaling:…:autoScalingGroup:<uuid>:autoScalingGroupName/<name>`; some callers gave the name alone. */
const groupNameOf = ({ autoScalingGroupProvider }: CapacityProvider): string | undefined =>
  autoScalingGroupProvider?.autoScalingGroupArn?.split(':autoScalingGroupName/').at(-1)

const inspected = ({ name = '', autoScalingGroupProvider: provider }: CapacityProvider) => ({
  name,
  managesDraining: provider?.managedDraining === 'ENABLED',
  managesTerminationProtection: provider?.managedTerminationProtection === 'ENABLED',
})

/** True if this account has the queue in this region. */
export const readQueueExists = async (sqs: SQSClient, QueueName: string): Promise<boolean> => {
  try {
    await asking({ action: 'sqs:GetQueueUrl', doing: `looking for the queue ${QueueName}` }, () =>
      sqs.send(new GetQueueUrlCommand({ QueueName })),
    )
    return true
  } catch (error) {
    if (error instanceof Error && error.cause instanceof QueueDoesNotExist) return false
    throw error
  }
}
