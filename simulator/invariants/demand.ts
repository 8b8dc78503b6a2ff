import type { Demand } from '../aws/ecs/wanted-tasks.ts'
import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'

/** When more was asked of the cluster, or room was taken from it that nobody gave up: what excuses a judgement of before. */
export interface DemandWatch {
  /** True if there was such a moment at `since` or later. */
  readonly hasGrownSince: (since: number) => boolean
  /** Our functions have taken this instance out themselves: its room is theirs to reckon with. */
  readonly giveUp: (instanceId: string) => void
}

export const watchDemand = (world: World): DemandWatch => {
  const { simulation, autoScaling, ecs, ec2 } = world
  let grownAt = -Infinity
  let known = ecs.demand
  /** By instance id, when it began to leave: neither of a list of candidates nor of a look can this be known before. */
  const left = new Map<string, number>()
  const givenUp = new Set<string>()
  const leave = (instanceId: string, at: number) => {
    if (!left.has(instanceId)) left.set(instanceId, at)
  }
  simulation.watch(() => {
    const demand = ecs.demand
    if (isMore(demand, known)) grownAt = simulation.now()
    known = demand
  })
  ec2.onStateChange(({ instanceId, state }) => {
    if (state === 'shutting-down' || state === 'stopping') leave(instanceId, simulation.now())
  })
  // One that a Spot notice is about is drained long before it goes. It may be set back, and go later all the same.
  const drained = new Map<string, number>()
  ecs.onStatusSet((instanceId, status) => {
    const isHeld = autoScaling.waitingActions().some((action) => action.instanceId === instanceId)
    if (status === 'ACTIVE') drained.delete(instanceId)
    else if (!isHeld) drained.set(instanceId, simulation.now())
  })
  autoScaling.onActionEnded(({ instanceId, startedAt, transition }) => {
    if (transition === 'terminating') leave(instanceId, startedAt)
  })
  return {
    giveUp: (instanceId) => givenUp.add(instanceId),
    hasGrownSince: (since) =>
      grownAt >= since ||
      [...left, ...drained, ...leavingNow(world)].some(
        ([instanceId, at]) => at >= since && !givenUp.has(instanceId),
      ),
  }
}

/** By instance id, since when it leaves; one whose hook does not hold it yet has only just begun. */
const leavingNow = ({ autoScaling, spec, simulation }: World): ReadonlyMap<string, number> => {
  const began = spec.groups
    .flatMap(({ name }) => instancesOf(autoScaling, name))
    .filter(({ lifecycleState }) => lifecycleState === 'Terminating')
    .map(({ instanceId }) => [instanceId, simulation.now()] as const)
  const held = autoScaling
    .waitingActions()
    .filter(({ transition }) => transition === 'terminating')
    .map(({ instanceId, startedAt }) => [instanceId, startedAt] as const)
  return new Map([...began, ...held])
}

/** A deployment needs room for old and new tasks at the same time. */
const isMore = (now: Demand, before: Demand): boolean =>
  now.newestDeploymentAt > before.newestDeploymentAt || now.taskCount > before.taskCount
