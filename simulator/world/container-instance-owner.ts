import type { DescribeContainerInstancesCommandOutput } from '@aws-sdk/client-ecs'

import { call } from './call.ts'
import type { World } from './world.ts'

/** The machine behind a container instance of the cluster, given by ARN or id; undefined if ECS knows none such. */
export const instanceOfContainerInstance = (
  { ecs, spec }: World,
  containerInstance: string,
): string | undefined => {
  const input = { cluster: spec.cluster, containerInstances: [containerInstance] }
  const answer = call<DescribeContainerInstancesCommandOutput>(ecs.model, 'DescribeContainerInstances', input)
  return answer.containerInstances?.[0]?.ec2InstanceId
}
