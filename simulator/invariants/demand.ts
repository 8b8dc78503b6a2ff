import type { Demand } from '../aws/ecs/wanted-tasks.ts'
import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'

/** When more was asked of the cluster, or room was taken from it that nobody gave up: what excuses a judgement of before. */
export interface DemandWatch {
  /** True if there was such a moment at `since` or later. */
  readonly hasGrownSince: (since: number) => boolean
}

export const watchDemand = (world: World): DemandWatch => {
  const { simulation, ecs, ec2 } = world
  let grownAt = -Infinity
  let known = ecs.demand
  simulation.watch(() => {
    const demand = ecs.demand
    if (isMore(demand, known)) grownAt = simulation.now()
    known = demand
  })
  ec2.onStateChange(({ instanceId, state }) => {
    if ((state === 'shutting-down' || state === 'stopping') && !isLeaving(world, instanceId))
      grownAt = simulation.now()
  })
  return { hasGrownSince: (since) => grownAt >= since }
}

/** A deployment needs room for old and new tasks at the same time. */
const isMore = (now: Demand, before: Demand): boolean =>
  now.newestDeploymentAt > before.newestDeploymentAt || now.taskCount > before.taskCount

const isLeaving = ({ autoScaling, spec }: World, instanceId: string): boolean =>
  spec.groups
    .flatMap(({ name }) => instancesOf(autoScaling, name))
    .some((member) => member.instanceId === instanceId && member.lifecycleState.startsWith('Terminating'))
