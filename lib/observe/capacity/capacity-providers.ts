import { DescribeCapacityProvidersCommand, type ECSClient } from '@aws-sdk/client-ecs'

import { during } from '../../aws/errors.ts'
import { chunksOf } from '../../aws/pages.ts'

/** The capacity provider of each group, by the group's name. */
export type ProvidersByGroup = ReadonlyMap<string, string>

/** DescribeCapacityProviders takes 100 at most. */
const PROVIDERS_PER_CALL = 100

/** Which of these providers stands for which group. One that does not exist stands for none. */
export const readCapacityProviders = async (
  ecs: ECSClient,
  names: readonly string[],
): Promise<ProvidersByGroup> => {
  const byGroup = new Map<string, string>()
  for (const capacityProviders of chunksOf([...new Set(names)], PROVIDERS_PER_CALL)) {
    const answer = await during(`describing capacity providers ${capacityProviders.join(', ')}`, () =>
      ecs.send(new DescribeCapacityProvidersCommand({ capacityProviders })),
    )
    for (const { name = '', autoScalingGroupProvider } of answer.capacityProviders ?? []) {
      // `arn:aws:autoscaling:…:autoScalingGroup:<uuid>:autoScalingGroupName/<name>`; some callers gave the name alone.
      const group = autoScalingGroupProvider?.autoScalingGroupArn?.split(':autoScalingGroupName/').at(-1)
      if (group !== undefined) byGroup.set(group, name)
    }
  }
  return byGroup
}
