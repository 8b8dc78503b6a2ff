import type { Scenario } from '../scenario/scenario.ts'
import type { World } from '../world/world.ts'

/** The groups that the stack of a scenario is given: those that its settings name, or else all. */
export const stackGroupsOf = ({ settings, groups }: Scenario): readonly string[] =>
  settings['groups']?.split(',') ?? groups.map(({ name }) => name)

/** Machines of groups that the stack was not given, as far as they have begun to go. */
export interface ForeignMachines {
  readonly has: (instanceId: string) => boolean
  /** By what a message may name them: instance ids, and ARNs of their container instances. */
  readonly names: ReadonlySet<string>
}

/** To be called before virtual time begins. */
export const watchForeignMachines = (
  { ec2, ecs, autoScaling }: World,
  stackGroups: readonly string[],
): ForeignMachines => {
  const ids = new Set<string>()
  const names = new Set<string>()
  const note = (instanceId: string, group: string | undefined): void => {
    if (group === undefined || stackGroups.includes(group)) return
    ids.add(instanceId)
    names.add(instanceId)
    const arn = ecs.containerInstanceOn(instanceId)?.containerInstanceArn
    if (arn !== undefined) names.add(arn)
  }
  ec2.onStateChange(({ instanceId, autoScalingGroupName }) => note(instanceId, autoScalingGroupName))
  autoScaling.onActionEnded(({ instanceId, autoScalingGroupName }) => note(instanceId, autoScalingGroupName))
  return { has: (instanceId) => ids.has(instanceId), names }
}
