import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'

import type { CallRecord } from '../sdk/call-record.ts'
import { call } from '../world/call.ts'
import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'
import { watchDemand, type DemandWatch } from './demand.ts'
import type { Watch } from './watch.ts'

/** Whoever adds an instance so soon after taking one away, with nothing more to do, should have kept it. */
const FLAP_MS = 600_000

/**
 * Promise 8: `capacity` and `choose-victims` never remove instances whose tasks do not provably fit elsewhere, jointly,
 * nor go below the group's minimum, nor flap.
 *
 * A removal is judged in the moment in which it has its effect, by a search of our own over the rules of the simulated
 * ECS. What was asked of the cluster after the function may have looked excuses it: nobody can know that.
 */
export const watchPromise8 = (watch: Watch): void => {
  const demand = watchDemand(watch.world)
  /** By group: when our functions last took an instance out of it. */
  const removedAt = new Map<string, number>()
  watch.onCall((made) => {
    if (made.error !== undefined) return
    if (isRemoval(made)) {
      const instanceId = String(made.input['InstanceId'])
      const group = groupOf(watch.world, instanceId)
      if (group === undefined) return
      judgeRemoval(watch, { instanceId, group, at: made.at, demand })
      removedAt.set(group, made.at)
    }
    if (made.operation === 'SetDesiredCapacity') judgeGrowth(watch, { made, removedAt, demand })
  })
}

const isRemoval = ({ operation, input }: CallRecord): boolean =>
  operation === 'TerminateInstanceInAutoScalingGroup' && input['ShouldDecrementDesiredCapacity'] === true

interface Removal {
  readonly instanceId: string
  readonly group: string
  readonly at: number
  readonly demand: DemandWatch
}

const judgeRemoval = (watch: Watch, { instanceId, group, at, demand }: Removal): void => {
  const { world, report } = watch
  const { min, capacity } = sizeOf(world, group)
  if (capacity < min)
    report({
      promise: 8,
      instanceId,
      at,
      what: `removed an instance of ${group}, which is below its minimum of ${min}`,
    })
  if (demand.hasGrownSince(at - watch.longestLookMs)) return
  const homeless = world.ecs.tasksWithoutHome({ victim: instanceId, leaving: leavingIn(world) })
  if (homeless.length === 0) return
  const names = [...new Set(homeless)].join(', ')
  report({
    promise: 8,
    instanceId,
    at,
    what: `removed an instance although its tasks do not fit elsewhere with what leaves already: ${names}`,
  })
}

interface Growth {
  readonly made: CallRecord
  readonly removedAt: ReadonlyMap<string, number>
  readonly demand: DemandWatch
}

const judgeGrowth = ({ world, report }: Watch, { made, removedAt, demand }: Growth): void => {
  const { input, at } = made
  const group = String(input['AutoScalingGroupName'])
  const removed = removedAt.get(group) ?? -Infinity
  const isAdding = Number(input['DesiredCapacity']) > sizeOf(world, group).capacity
  if (!isAdding || at - removed > FLAP_MS || demand.hasGrownSince(removed)) return
  const minutes = Math.round((at - removed) / 60_000)
  report({
    promise: 8,
    at,
    what: `added an instance to ${group} ${minutes} min after taking one away, with nothing more to do`,
  })
}

const groupOf = ({ autoScaling, spec }: World, instanceId: string): string | undefined =>
  spec.groups.find(({ name }) =>
    instancesOf(autoScaling, name).some((member) => member.instanceId === instanceId),
  )?.name

const leavingIn = ({ autoScaling, spec }: World): ReadonlySet<string> =>
  new Set(
    spec.groups
      .flatMap(({ name }) => instancesOf(autoScaling, name))
      .filter(({ lifecycleState }) => lifecycleState.startsWith('Terminating'))
      .map(({ instanceId }) => instanceId),
  )

/** What the group may not go below, and what it has in service or on the way there. */
const sizeOf = (
  { autoScaling }: World,
  group: string,
): { readonly min: number; readonly capacity: number } => {
  const input = { AutoScalingGroupNames: [group] }
  const answer = call<DescribeAutoScalingGroupsCommandOutput>(
    autoScaling.model,
    'DescribeAutoScalingGroups',
    input,
  )
  const capacity = instancesOf(autoScaling, group).filter(
    ({ lifecycleState }) => !lifecycleState.startsWith('Terminat'),
  ).length
  return { min: answer.AutoScalingGroups?.[0]?.MinSize ?? 0, capacity }
}
