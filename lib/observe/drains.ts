import { isGone } from '../aws/errors.ts'
import { isWaiting } from '../decide/drain-context.ts'
import type { ActionFacts, DrainFacts } from '../decide/facts.ts'
import type { DrainPolicy } from '../decide/policy.ts'
import { needsAction } from '../decide/reading.ts'
import type { Look } from '../lifecycle/look.ts'
import {
  findContainerInstances,
  readContainerInstances,
  type KnownContainerInstance,
} from './container-instances.ts'
import { factsOf, withSightings } from './drain-facts.ts'
import { readGroup, type GroupReading } from './groups.ts'
import type { LifecycleState } from './lifecycle-states.ts'
import { readMachines } from './machines.ts'
import type { Observer } from './observer.ts'
import { readActions } from './scaling-activities.ts'

/** What one look at many instances has already read, so that nothing is read twice. */
export interface Sight {
  readonly now: number
  readonly lifecycleStates: ReadonlyMap<string, LifecycleState>
  readonly containerInstances: ReadonlyMap<string, KnownContainerInstance>
}

/** One instance as it was seen, and the policy of its group. */
export interface Observed {
  readonly facts: DrainFacts
  readonly policy: DrainPolicy
}

/**
 * The facts about each of these instances, but for their tasks, which are read one instance at a time. The calls are
 * shared: their number depends on the number of groups and of hundreds of instances, not on that of the looks.
 */
export const observeDrains = async (
  observer: Observer,
  looks: readonly Look[],
  sight: Sight,
): Promise<readonly Observed[]> => {
  const asked = looks.flatMap((look) => sight.lifecycleStates.get(look.instanceId) ?? [])
  const waiting = asked.filter(({ state }) => isWaiting(state))
  const noticed = looks.filter(({ notice }) => notice !== undefined).map(({ instanceId }) => instanceId)
  const groups = await readGroups(observer, asked)
  const found = await readMissing(
    observer,
    [...waiting.map(({ instanceId }) => instanceId), ...noticed],
    sight,
  )
  const containerInstances = new Map([...sight.containerInstances, ...found.containerInstances])
  const machines = await readMachines(observer.clients.ec2, unsure(waiting, containerInstances))
  const all = looks.map((look): Observed => {
    const state = sight.lifecycleStates.get(look.instanceId)
    const group = state && groups.get(state.autoScalingGroupName)
    const containerInstance = containerInstances.get(look.instanceId)
    const facts = factsOf(look, { now: sight.now, observer, state, group, machines, containerInstance })
    return { facts, policy: observer.policyOf(group?.tags ?? {}) }
  })
  const observed: Observed[] = []
  for (const { facts, policy } of await withActions(observer, all))
    observed.push({
      facts: await withSightings(observer, facts, found.clusterExists ? 'found' : 'missing'),
      policy,
    })
  return observed
}

const readGroups = async (observer: Observer, asked: readonly LifecycleState[]) => {
  const groups = new Map<string, GroupReading>()
  for (const name of new Set(asked.map(({ autoScalingGroupName }) => autoScalingGroupName)))
    groups.set(name, await readGroupOf(observer, name))
  return groups
}

/** What this stack reads of one of its groups. */
export const readGroupOf = ({ clients, scope, groups }: Observer, autoScalingGroupName: string) =>
  readGroup({
    autoScaling: clients.autoScaling,
    memo: groups,
    autoScalingGroupName,
    hookName: scope.hookName,
    stackHeartbeatTimeoutSeconds: scope.heartbeatTimeoutSeconds,
    ...(scope.launchHookName !== undefined && { launchHookName: scope.launchHookName }),
  })

/** Adds the termination in progress to the facts that need it, with one listing for each group. */
const withActions = async (observer: Observer, all: readonly Observed[]): Promise<readonly Observed[]> => {
  const asking = all.filter(({ facts, policy }) => needsAction(facts, policy)).map(({ facts }) => facts)
  const actions = new Map<string, ActionFacts>()
  for (const autoScalingGroupName of new Set(asking.flatMap((facts) => facts.autoScalingGroupName ?? []))) {
    const ofGroup = asking.filter((facts) => facts.autoScalingGroupName === autoScalingGroupName)
    const instanceIds = ofGroup.map(({ instanceId }) => instanceId)
    const { autoScaling } = observer.clients
    const place = { autoScaling, memo: observer.actions, autoScalingGroupName }
    const lifecycleStates = new Map(
      ofGroup.map(({ instanceId, lifecycleState }) => [instanceId, lifecycleState]),
    )
    const found = await readActions({ ...place, instanceIds, lifecycleStates, direction: 'terminating' })
    for (const [id, action] of found) actions.set(id, action)
  }
  const asked = new Set(asking.map(({ instanceId }) => instanceId))
  return all.map(({ facts, policy }) => {
    const { instanceId } = facts
    const action = actions.get(instanceId)
    if (action !== undefined) observer.unlisted.forget(instanceId)
    const found = action
      ? { action }
      : asked.has(instanceId) && { unlistedSince: observer.unlisted.since(instanceId) }
    return { facts: { ...facts, ...found }, policy }
  })
}

interface Found {
  readonly containerInstances: ReadonlyMap<string, KnownContainerInstance>
  readonly clusterExists: boolean
}

/** The container instances of these machines that this look has not read yet. */
const readMissing = async (
  observer: Observer,
  instanceIds: readonly string[],
  sight: Sight,
): Promise<Found> => {
  const ids = [...new Set(instanceIds)].filter((id) => !sight.containerInstances.has(id))
  try {
    return { containerInstances: await readByInstanceId(observer, ids), clusterExists: true }
  } catch (error) {
    if (!isGone(error)) throw error
    return { containerInstances: new Map(), clusterExists: false }
  }
}

/** By the ARN known from an earlier look; an instance that has got another one since is looked up anew. */
const readByInstanceId = async (observer: Observer, ids: readonly string[]) => {
  const place = { ecs: observer.clients.ecs, cluster: observer.scope.cluster }
  const { containerInstanceArns: memo } = observer
  const remembered = ids.flatMap((id) => memo.get(id) ?? [])
  const first = byInstanceId(await readContainerInstances(place, remembered))
  const missing = ids.filter((id) => first.get(id) === undefined || first.get(id)?.status === 'INACTIVE')
  const arns = missing.length === 0 ? [] : await findContainerInstances(place, missing)
  const second = byInstanceId(await readContainerInstances(place, arns))
  for (const [id, { arn }] of second) memo.set(id, arn)
  return new Map([...first, ...second])
}

export const byInstanceId = (instances: readonly KnownContainerInstance[]) =>
  new Map(instances.map((instance) => [instance.instanceId, instance]))

/** Only EC2 can say whether these still run: ECS does not know them, or has lost touch with their agents. */
const unsure = (
  waiting: readonly LifecycleState[],
  known: ReadonlyMap<string, KnownContainerInstance>,
): readonly string[] => {
  const unknown = waiting.map(({ instanceId }) => instanceId).filter((id) => !known.has(id))
  const silent = [...known.values()].filter(({ agentConnected }) => !agentConnected)
  return [...unknown, ...silent.map(({ instanceId }) => instanceId)]
}
