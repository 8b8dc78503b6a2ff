import { isGone } from '../aws/errors.ts'
import { WAITING_STATE } from '../decide/drain.ts'
import type { ActionFacts, DrainFacts, MachineFacts, RegistrationFacts } from '../decide/facts.ts'
import { isOrphan } from '../decide/orphan.ts'
import { needsAction } from '../decide/reading.ts'
import { REGISTRATION_GRACE_SECONDS } from '../decide/unknown-instance.ts'
import type { Look } from '../look.ts'
import {
  findContainerInstances,
  readContainerInstances,
  type KnownContainerInstance,
} from './container-instances.ts'
import { readHook, type HookReading } from './lifecycle-hooks.ts'
import type { LifecycleState } from './lifecycle-states.ts'
import { readMachines } from './machines.ts'
import type { Observer } from './observer.ts'
import { readClusterExists, readHasRegisteredInstance } from './registration.ts'
import { readTerminations } from './terminations.ts'

/** What one look at many instances has already read, so that nothing is read twice. */
export interface Sight {
  readonly now: number
  readonly lifecycleStates: ReadonlyMap<string, LifecycleState>
  readonly containerInstances: ReadonlyMap<string, KnownContainerInstance>
}

/**
 * The facts about each of these instances, but for their tasks, which are read one instance at a time. The calls are
 * shared: their number depends on the number of groups and of hundreds of instances, not on that of the looks.
 */
export const observeDrains = async (
  observer: Observer,
  looks: readonly Look[],
  sight: Sight,
): Promise<readonly DrainFacts[]> => {
  const waiting = looks.flatMap(({ instanceId }) => {
    const state = sight.lifecycleStates.get(instanceId)
    return state?.state === WAITING_STATE ? [state] : []
  })
  const hooks = await readHooks(observer, waiting)
  const found = await readMissing(observer, waiting, sight)
  const containerInstances = new Map([...sight.containerInstances, ...found.containerInstances])
  const machines = await readMachines(observer.clients.ec2, unsure(waiting, containerInstances))
  const all = looks.map((look) => {
    const state = sight.lifecycleStates.get(look.instanceId)
    const containerInstance = containerInstances.get(look.instanceId)
    return factsOf(look, { now: sight.now, observer, state, hooks, machines, containerInstance })
  })
  const facts: DrainFacts[] = []
  for (const one of await withActions(observer, all)) facts.push(await withSightings(observer, one, found))
  return facts
}

const readHooks = async (observer: Observer, waiting: readonly LifecycleState[]) => {
  const hooks = new Map<string, HookReading>()
  for (const autoScalingGroupName of new Set(waiting.map((state) => state.autoScalingGroupName))) {
    const { clients, scope, hooks: memo } = observer
    const question = {
      autoScaling: clients.autoScaling,
      memo,
      autoScalingGroupName,
      hookName: scope.hookName,
    }
    hooks.set(autoScalingGroupName, await readHook(question))
  }
  return hooks
}

/** Adds the termination in progress to the facts that need it, with one listing for each group. */
const withActions = async (
  observer: Observer,
  all: readonly DrainFacts[],
): Promise<readonly DrainFacts[]> => {
  const asking = all.filter((facts) => needsAction(facts, observer.policy))
  const actions = new Map<string, ActionFacts>()
  for (const autoScalingGroupName of new Set(asking.flatMap((facts) => facts.autoScalingGroupName ?? []))) {
    const ofGroup = asking.filter((facts) => facts.autoScalingGroupName === autoScalingGroupName)
    const instanceIds = ofGroup.map(({ instanceId }) => instanceId)
    const { autoScaling } = observer.clients
    const question = { autoScaling, memo: observer.terminations, autoScalingGroupName, instanceIds }
    for (const [id, action] of await readTerminations(question)) actions.set(id, action)
  }
  return all.map((facts) => {
    const action = actions.get(facts.instanceId)
    return action === undefined ? facts : { ...facts, action }
  })
}

interface Found {
  readonly containerInstances: ReadonlyMap<string, KnownContainerInstance>
  readonly clusterExists: boolean
}

/** The container instances of waiting machines that this look has not read yet. */
const readMissing = async (
  observer: Observer,
  waiting: readonly LifecycleState[],
  sight: Sight,
): Promise<Found> => {
  const ids = waiting.map(({ instanceId }) => instanceId).filter((id) => !sight.containerInstances.has(id))
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

interface Reading {
  readonly now: number
  readonly observer: Observer
  readonly state: LifecycleState | undefined
  readonly hooks: ReadonlyMap<string, HookReading>
  readonly machines: ReadonlyMap<string, MachineFacts>
  readonly containerInstance: KnownContainerInstance | undefined
}

const factsOf = (look: Look, reading: Reading): DrainFacts => {
  const { state, containerInstance, observer } = reading
  const hook = state && reading.hooks.get(state.autoScalingGroupName)
  const machine = reading.machines.get(look.instanceId)
  const group = [state, machine]
    .map((of) => of?.autoScalingGroupName)
    .find((name) => name && isOurs(observer, name))
  return {
    now: reading.now,
    instanceId: look.instanceId,
    hop: look.hop,
    ...(group !== undefined && { autoScalingGroupName: group }),
    ...(look.announcedAt !== undefined && { announcedAt: look.announcedAt }),
    ...(state && { lifecycleState: state.state }),
    ...(hook !== undefined && hook !== 'missing' && { hook }),
    ...(machine && { machine }),
    ...(containerInstance && { containerInstance: withRefusedMemory(observer, containerInstance) }),
  }
}

const isOurs = ({ scope }: Observer, name: string): boolean => scope.groups.includes(name)

const withRefusedMemory = ({ refusedMemory }: Observer, containerInstance: KnownContainerInstance) => {
  const memory = containerInstance.memory ?? refusedMemory.get(containerInstance.arn)
  const { instanceId: _, ...facts } = containerInstance
  return memory === undefined ? facts : { ...facts, memory }
}

/** Adds what only looks one after another can tell: how long an instance has been unknown, or an orphan. */
const withSightings = async (observer: Observer, facts: DrainFacts, found: Found): Promise<DrainFacts> => {
  const { instanceId } = facts
  if (!isOrphan(facts)) observer.orphans.forget(instanceId)
  if (!isUnknown(facts)) observer.unknown.forget(instanceId)
  if (isOrphan(facts)) return { ...facts, orphanSince: observer.orphans.since(instanceId) }
  return isUnknown(facts) ? { ...facts, registration: await readRegistration(observer, facts, found) } : facts
}

const isUnknown = ({ lifecycleState, containerInstance }: DrainFacts): boolean =>
  lifecycleState === WAITING_STATE &&
  (containerInstance === undefined || containerInstance.status === 'INACTIVE')

/** Whether the cluster is the right one is asked only once the instance has been unknown for the grace period. */
const readRegistration = async (
  observer: Observer,
  { instanceId, autoScalingGroupName = '', now }: DrainFacts,
  found: Found,
): Promise<RegistrationFacts> => {
  const unknownSince = observer.unknown.since(instanceId)
  const { ecs, autoScaling } = observer.clients
  const question = { ecs, autoScaling, cluster: observer.scope.cluster }
  const isTimeToAsk = found.clusterExists && now - unknownSince >= REGISTRATION_GRACE_SECONDS * 1_000
  const clusterExists = isTimeToAsk ? await readClusterExists(question) : found.clusterExists
  const hasSibling =
    isTimeToAsk && clusterExists && (await readHasRegisteredInstance(question, autoScalingGroupName))
  return { clusterExists, hasSibling, unknownSince }
}
