import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'

import { customPolicyOf } from '../aws/auto-scaling/victim-choice.ts'
import type { InvocationRecord } from '../aws/lambda/invocation.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import { call } from '../world/call.ts'
import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'
import { watchDemand, type DemandWatch } from './demand.ts'
import type { Watch } from './watch.ts'

/** Whoever adds an instance so soon after taking one away, with nothing more to do, should have kept it. */
const FLAP_MS = 600_000

/** The candidates that `choose-victims` answers from may be this old; only some of them are looked at again. */
const CANDIDATES_MS = 90_000

/**
 * Promise 8: `capacity` and `choose-victims` never remove instances whose tasks do not provably fit elsewhere, jointly,
 * nor go below the group's minimum, nor flap.
 *
 * A removal is judged in the moment in which it has its effect, or in which Auto Scaling takes a victim that our function
 * has named, by a search of our own over the rules of the simulated ECS. What was asked of the cluster after the function
 * may have looked excuses it: nobody can know that. Which instances a refresh or a lifetime takes is not our choice.
 */
export const watchPromise8 = (watch: Watch): void => {
  const { world, longestLookMs } = watch
  const demand = watchDemand(world)
  /** By group: when our functions last took an instance out of it. */
  const removedAt = new Map<string, number>()
  watch.onCall((made) => {
    if (!made.hadEffect) return
    if (isRemoval(made)) {
      const instanceId = String(made.input['InstanceId'])
      demand.giveUp(instanceId)
      const group = groupOf(world, instanceId)
      if (group === undefined) return
      judgeMinimum(watch, { instanceIds: [instanceId], group, at: made.at })
      if (!demand.hasGrownSince(made.at - longestLookMs)) {
        watch.judged('removal judged')
        judgeRoom(watch, [instanceId], made.at)
      }
      removedAt.set(group, made.at)
    }
    if (made.operation !== 'SetDesiredCapacity') return
    judgeGrowth(watch, { made, removedAt, demand })
    judgeLowering(watch, made)
  })
  world.autoScaling.onPolicyAnswer(({ cause, group, chosen }) => {
    if ((cause !== 'SCALE_IN' && cause !== 'REBALANCE') || !isOurPolicy(watch, group)) return
    const at = world.simulation.now()
    const instanceIds = chosen.map(({ instanceId }) => instanceId)
    for (const instanceId of instanceIds) demand.giveUp(instanceId)
    judgeMinimum(watch, { instanceIds: [...instanceIds], group: group.name, at })
    if (demand.hasGrownSince(at - longestLookMs - CANDIDATES_MS)) return
    if (instanceIds.length > 0) watch.judged('victims judged')
    judgeRoom(watch, instanceIds, at)
  })
  world.lambda.onInvocation((invocation) => noteStay(watch, { invocation, removedAt, demand }))
}

const isRemoval = ({ operation, input }: CallRecord): boolean =>
  operation === 'TerminateInstanceInAutoScalingGroup' && input['ShouldDecrementDesiredCapacity'] === true

/** Every function of the stack begins with the name of its hook. */
const isOurPolicy = ({ settings }: Watch, group: Parameters<typeof customPolicyOf>[0]): boolean =>
  customPolicyOf(group)?.includes(`:function:${settings.hookName}-`) === true

interface Removal {
  readonly instanceIds: readonly string[]
  readonly group: string
  readonly at: number
}

/** Instances that still count as the group's capacity are taken off it. */
const judgeMinimum = ({ world, report }: Watch, { instanceIds, group, at }: Removal): void => {
  const { min, staying } = sizeOf(world, group)
  const capacity = staying.filter((instanceId) => !instanceIds.includes(instanceId)).length
  const [instanceId] = instanceIds
  if (instanceId === undefined || capacity >= min) return
  const what = `removed an instance of ${group}, which is below its minimum of ${min}`
  report({ promise: 8, instanceId, at, what })
}

const judgeRoom = ({ world, report, judged }: Watch, instanceIds: readonly string[], at: number): void => {
  const leaving = new Set([...leavingIn(world), ...instanceIds])
  for (const instanceId of instanceIds) {
    if (hasTasksToMove(world, instanceId)) judged('moving tasks judged')
    const homeless = world.ecs.tasksWithoutHome({ victim: instanceId, leaving })
    if (homeless.length === 0) continue
    const names = [...new Set(homeless)].join(', ')
    const what = `removed an instance although its tasks do not fit elsewhere with what leaves already: ${names}`
    report({ promise: 8, instanceId, at, what })
  }
}

/** Of an instance without any, there is nothing to prove. A daemon's task moves nowhere. */
const hasTasksToMove = ({ ecs, spec }: World, instanceId: string): boolean => {
  const daemons = new Set(spec.daemons.map(({ name }) => `service:${name}`))
  return ecs
    .tasksOn(instanceId)
    .some(({ group, desiredStatus }) => desiredStatus === 'RUNNING' && !daemons.has(group))
}

interface Growth {
  readonly made: CallRecord
  readonly removedAt: ReadonlyMap<string, number>
  readonly demand: DemandWatch
}

const judgeGrowth = ({ world, report, longestLookMs }: Watch, { made, removedAt, demand }: Growth): void => {
  const { input, at } = made
  const group = String(input['AutoScalingGroupName'])
  const removed = removedAt.get(group) ?? -Infinity
  const isAdding = Number(input['DesiredCapacity']) > sizeOf(world, group).staying.length
  if (!isAdding || at - removed > FLAP_MS || demand.hasGrownSince(removed - longestLookMs)) return
  const minutes = Math.round((at - removed) / 60_000)
  report({
    promise: 8,
    at,
    what: `added an instance to ${group} ${minutes} min after taking one away, with nothing more to do`,
  })
}

interface Look {
  readonly invocation: InvocationRecord
  readonly removedAt: ReadonlyMap<string, number>
  readonly demand: DemandWatch
}

/** Whatever `capacity` had added in this invocation would have been reported. */
const noteStay = (
  { judged, capacityFunction, longestLookMs }: Watch,
  { invocation, removedAt, demand }: Look,
): void => {
  const { functionName, startedAt, endedAt, result } = invocation
  if (functionName !== capacityFunction || result.kind !== 'succeeded') return
  const isJudged = [...removedAt.values()].some(
    (removed) =>
      removed < startedAt && endedAt - removed <= FLAP_MS && !demand.hasGrownSince(removed - longestLookMs),
  )
  if (isJudged) judged('flapping judged')
}

/** Auto Scaling would choose whom to take. Where it asks our function, what that one answers is judged. */
const judgeLowering = ({ world, report }: Watch, { input, at }: CallRecord): void => {
  const group = String(input['AutoScalingGroupName'])
  const { staying, isChosenByFunction } = sizeOf(world, group)
  if (isChosenByFunction || Number(input['DesiredCapacity']) >= staying.length) return
  const what = `lowered the desired capacity of ${group} below its ${staying.length} instances, so that Auto Scaling takes any`
  report({ promise: 8, at, what })
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

interface GroupSize {
  readonly min: number
  /** In service or on the way there. */
  readonly staying: readonly string[]
  /** A function chooses its victims. */
  readonly isChosenByFunction: boolean
}

const sizeOf = ({ autoScaling }: World, group: string): GroupSize => {
  const input = { AutoScalingGroupNames: [group] }
  const answer = call<DescribeAutoScalingGroupsCommandOutput>(
    autoScaling.model,
    'DescribeAutoScalingGroups',
    input,
  )
  const staying = instancesOf(autoScaling, group).filter(
    ({ lifecycleState }) => !lifecycleState.startsWith('Terminat'),
  )
  const [found] = answer.AutoScalingGroups ?? []
  return {
    min: found?.MinSize ?? 0,
    isChosenByFunction: (found?.TerminationPolicies ?? []).some((policy) => policy.includes(':lambda:')),
    staying: staying.map(({ instanceId }) => instanceId),
  }
}
