import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { DescribeClustersCommand, type ECSClient } from '@aws-sdk/client-ecs'
import { during } from '../aws/errors.ts'
import { findContainerInstances } from './container-instances.ts'
import { readGroupInstances } from './lifecycle-states.ts'

interface RegistrationQuestion {
  readonly ecs: ECSClient
  readonly autoScaling: AutoScalingClient
  readonly cluster: string
}

/** True if ECS has the cluster that the stack names, and it is in use. */
export const readClusterExists = async ({ ecs, cluster }: RegistrationQuestion): Promise<boolean> => {
  const answer = await during(`describing cluster ${cluster}`, () =>
    ecs.send(new DescribeClustersCommand({ clusters: [cluster] })),
  )
  return answer.clusters?.some(({ status }) => status === 'ACTIVE') ?? false
}

/** True if the cluster knows any instance of the group, so that it is the group's cluster. Needs an existing cluster. */
export const readHasRegisteredInstance = async (
  { ecs, autoScaling, cluster }: RegistrationQuestion,
  autoScalingGroupName: string,
): Promise<boolean> => {
  const { instances } = await readGroupInstances(autoScaling, [autoScalingGroupName])
  const ids = instances.map(({ instanceId }) => instanceId)
  return (await findContainerInstances({ ecs, cluster }, ids)).length > 0
}
