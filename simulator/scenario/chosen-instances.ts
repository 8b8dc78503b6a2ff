import { instancesInService, instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'

/** Which instances a step concerns. */
export interface InstanceChoice {
  readonly group: string
  readonly instances: number
}

/** The oldest instances of the group that are in service. */
export const oldestInService = (
  { autoScaling }: World,
  { group, instances }: InstanceChoice,
): readonly string[] => instancesInService(autoScaling, group).slice(0, instances)

/** The oldest instances of the group that its lifecycle policy retained. */
export const oldestRetained = (
  { autoScaling }: World,
  { group, instances }: InstanceChoice,
): readonly string[] =>
  instancesOf(autoScaling, group)
    .filter(({ lifecycleState }) => lifecycleState === 'Terminating:Retained')
    .map(({ instanceId }) => instanceId)
    .slice(0, instances)
