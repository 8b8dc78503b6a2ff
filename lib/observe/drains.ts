import { asError, isGone } from '../aws/errors.ts'
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
import { newestByInstanceId } from './newest-registration.ts'
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

/** What many looks saw. A group that cannot be read costs its own instances a look, and no others. */
export interface Observation {
  readonly observed: readonly Observed[]
  /** By instance id, why it could not be looked at. */
  readonly unseen: ReadonlyMap<string, Error>
}

/**
 * The facts about each of these instances, but for their tasks, which are read one instance at a time. The calls are
 * shared: their number depends on the number of groups and of hundreds of instances, not on that of the looks.
 *
 * @throws if what all groups share cannot be read.
 */
export const observeDrains = async (
  observer: Observer,
  all: readonly Look[],
  sight: Sight,
): Promise<Observation> => {
  const unseen = new Map<string, Error>()
  const groups = await readGroups(observer, statesOf(all, sight), unseen)
  const looks = all.filter(({ instanceId }) => !unseen.has(instanceId))
  const asked = statesOf(looks, sight)
  const waiting = asked.filter(({ state }) => isWaiting(state))
  const noticed = looks.filter(({ notice }) => notice !== undefined).map(({ instanceId }) => instanceId)
  const found = await readMissing(
    observer,
    [...waiting.map(({ instanceId }) => instanceId), ...noticed],
    sight,
  )
  const containerInstances = new Map([...sight.containerInstances, ...found.containerInstances])
  const machines = await readMachines(observer.clients.ec2, unsure(waiting, containerInstances))
  const seen = looks.map((look): Observed => {
    const state = sight.lifecycleStates.get(look.instanceId)
    const group = state && groups.get(state.autoScalingGroupName)
    const containerInstance = containerInstances.get(look.instanceId)
    const facts = factsOf(look, { now: sight.now, observer, state, group, machines, containerInstance })
    return { facts, policy: observer.policyOf(group?.tags ?? {}) }
  })
  const observed: Observed[] = []
  for (const { facts, policy } of await withActions(observer, seen, unseen))
    observed.push({
      facts: await withSightings(observer, facts, found.clusterExists ? 'found' : 'missing'),
      policy,
    })
  return { observed, unseen }
}

const statesOf = (looks: readonly Look[], { lifecycleStates }: Sight): readonly LifecycleState[] =>
  looks.flatMap(({ instanceId }) => lifecycleStates.get(instanceId) ?? [])

const readGroups = async (
  observer: Observer,
  asked: readonly LifecycleState[],
  unseen: Map<string, Error>,
) => {
  const groups = new Map<string, GroupReading>()
  for (const [name, members] of byGroup(asked))
    await orUnseen(members, unseen, async () => void groups.set(name, await readGroupOf(observer, name)))
  return groups
}

const byGroup = <Item extends { readonly autoScalingGroupName?: string }>(items: readonly Item[]) =>
  Map.groupBy(items, ({ autoScalingGroupName = '' }) => autoScalingGroupName)

/** What fails for one group is told of each of its instances. */
const orUnseen = async (
  instances: readonly { readonly instanceId: string }[],
  unseen: Map<string, Error>,
  read: () => Promise<void>,
): Promise<void> => {
  try {
    await read()
  } catch (error) {
    for (const { instanceId } of instances) unseen.set(instanceId, asError(error))
  }
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
const withActions = async (
  observer: Observer,
  all: readonly Observed[],
  unseen: Map<string, Error>,
): Promise<readonly Observed[]> => {
  const asking = all.filter(({ facts, policy }) => needsAction(facts, policy)).map(({ facts }) => facts)
  const actions = new Map<string, ActionFacts>()
  for (const [name, ofGroup] of byGroup(asking.filter((facts) => facts.autoScalingGroupName !== undefined)))
    await orUnseen(ofGroup, unseen, async () => {
      const found = await readTerminations(observer, name, ofGroup)
      for (const [id, action] of found) actions.set(id, action)
    })
  const asked = new Set(asking.map(({ instanceId }) => instanceId))
  const seen = all.filter(({ facts }) => !unseen.has(facts.instanceId))
  return seen.map(({ facts, policy }) => {
    const { instanceId } = facts
    const action = actions.get(instanceId)
    if (action !== undefined) observer.unlisted.forget(instanceId)
    const found = action
      ? { action }
      : asked.has(instanceId) && { unlistedSince: observer.unlisted.since(instanceId) }
    return { facts: { ...facts, ...found }, policy }
  })
}

const readTerminations = (
  { clients, actions }: Observer,
  autoScalingGroupName: string,
  ofGroup: readonly DrainFacts[],
) =>
  readActions({
    autoScaling: clients.autoScaling,
    // One that ABANDON has kept may be terminated anew at once, and is in the same state then.
    ...(ofGroup.some(({ hook }) => hook?.retainsAbandoned) ? {} : { memo: actions }),
    autoScalingGroupName,
    instanceIds: ofGroup.map(({ instanceId }) => instanceId),
    lifecycleStates: new Map(ofGroup.map(({ instanceId, lifecycleState }) => [instanceId, lifecycleState])),
    direction: 'terminating',
  })

interface Found {
  readonly containerInstances: ReadonlyMap<string, KnownContainerInstance>
  readonly clusterExists: boolean
}

/** The container instances of these machines that this look has not read yet, or that may not be their machines' last. */
const readMissing = async (
  observer: Observer,
  instanceIds: readonly string[],
  sight: Sight,
): Promise<Found> => {
  const ids = [...new Set(instanceIds)].filter((id) => !isConnected(sight.containerInstances.get(id)))
  try {
    return { containerInstances: await readByInstanceId(observer, ids), clusterExists: true }
  } catch (error) {
    if (!isGone(error)) throw error
    return { containerInstances: new Map(), clusterExists: false }
  }
}

/** By the ARN known from an earlier look; an instance that may have got another one since is looked up anew. */
const readByInstanceId = async (observer: Observer, ids: readonly string[]) => {
  const place = { ecs: observer.clients.ecs, cluster: observer.scope.cluster }
  const { containerInstanceArns: memo } = observer
  const remembered = ids.flatMap((id) => memo.get(id) ?? [])
  const first = newestByInstanceId(await readContainerInstances(place, remembered))
  const missing = ids.filter((id) => !isConnected(first.get(id)))
  const arns = missing.length === 0 ? [] : await findContainerInstances(place, missing)
  const second = newestByInstanceId(await readContainerInstances(place, arns))
  for (const [id, { arn }] of second) memo.set(id, arn)
  return new Map([...first, ...second])
}

const isConnected = (containerInstance: KnownContainerInstance | undefined): boolean =>
  containerInstance?.agentConnected === true && containerInstance.status !== 'INACTIVE'

/** Only EC2 can say whether these still run: ECS does not know them, or has lost touch with their agents. */
const unsure = (
  waiting: readonly LifecycleState[],
  known: ReadonlyMap<string, KnownContainerInstance>,
): readonly string[] => {
  const unknown = waiting.map(({ instanceId }) => instanceId).filter((id) => !known.has(id))
  const silent = [...known.values()].filter(({ agentConnected }) => !agentConnected)
  return [...unknown, ...silent.map(({ instanceId }) => instanceId)]
}
