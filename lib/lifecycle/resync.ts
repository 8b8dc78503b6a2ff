import { asError, isGone, isThrottled } from '../aws/errors.ts'
import { secondsBetween } from '../clock.ts'
import { contextOf, isWaiting } from '../decide/drain-context.ts'
import type { Notice } from '../decide/facts.ts'
import {
  findDraining,
  readContainerInstances,
  type KnownContainerInstance,
} from '../observe/container-instances.ts'
import { readGroupOf } from '../observe/drains.ts'
import { readGroupInstances, type GroupInstances, type LifecycleState } from '../observe/lifecycle-states.ts'
import { newestByInstanceId } from '../observe/newest-registration.ts'
import { readScheduledEvents } from '../observe/scheduled-events.ts'
import type { Environment } from './environment.ts'
import { keepAlive, noteDrains, noteWaiting } from './keep-alive.ts'
import { isLaunching, reconcileLaunches } from './launch.ts'
import type { Look } from './look.ts'
import { reconcile, type Reconciled } from './reconcile.ts'

/**
 * Looks at every instance that waits and at every container instance that carries our memory. It beats the hooks,
 * finishes what a lost event would have left hanging, keeps the deadlines and sets orphans right. It is the only timer.
 *
 * @throws if the groups or the cluster could not be read, or an instance failed for another reason than throttling:
 *   the function's errors are an alarm, and the next minute looks again.
 */
export const resync = async (environment: Environment): Promise<void> => {
  failWith(await look(environment))
}

/** Answers the errors of single instances. A minute in which nothing can be read still beats. */
const look = async (environment: Environment): Promise<readonly Error[]> => {
  try {
    const { observer, clock } = environment
    const now = clock.now()
    const listing = await readGroupInstances(observer.clients.autoScaling, observer.scope.groups)
    noteWaiting(environment, listing)
    const { errors, unseen } = await lookAtAll(environment, listing, now)
    const seen = listing.instances.filter(({ instanceId }) => !unseen.has(instanceId))
    if (listing.unread.length > 0 || unseen.size > 0) await keepAlive(environment, seen)
    return [...listing.unread.map(({ error }) => error), ...errors]
  } catch (error) {
    await keepAlive(environment)
    throw error
  }
}

interface LookedAt {
  readonly errors: readonly Error[]
  /** By instance id: their group could not be read, so they are beaten blindly. */
  readonly unseen: ReadonlyMap<string, Error>
}

const lookAtAll = async (
  environment: Environment,
  { instances, unread }: GroupInstances,
  now: number,
): Promise<LookedAt> => {
  const draining = await readDraining(environment)
  const lifecycleStates = new Map(instances.map((state) => [state.instanceId, asSeen(environment, state)]))
  const { notices, errors } = await readNotices(environment, now)
  const looks = looksAt([...lifecycleStates.values()], draining, notices)
  const sight = { now, lifecycleStates, containerInstances: newestByInstanceId(draining) }
  const { results, unseen } = await reconcile(environment, looks, sight)
  noteDrains(environment, results)
  const unknown = instances.filter(({ instanceId }) => unseen.has(instanceId))
  measureInFlight(environment, results, [...unread, ...unknown])
  measureBlocked(environment, results)
  const launching = instances.filter(({ state }) => isLaunching(state))
  const launches = await reconcileLaunches(environment, launching)
  const unreported = await reportMissingHooks(environment)
  const failed = [...results.flatMap(({ error }) => error ?? []), ...unseen.values(), ...launches.values()]
  return { errors: [...errors, ...failed, ...unreported], unseen }
}

/** A dry run has no hook that could hold an instance: one that is on its way out is looked at as if it were held. */
const asSeen = ({ settings }: Environment, state: LifecycleState): LifecycleState =>
  settings.dryRun && state.state.startsWith('Terminating') ? { ...state, state: 'Terminating:Wait' } : state

/** A cluster that does not exist has nothing draining; that it does not exist is found out where it matters. */
const readDraining = async ({ observer }: Environment): Promise<readonly KnownContainerInstance[]> => {
  const place = { ecs: observer.clients.ecs, cluster: observer.scope.cluster }
  try {
    return await readContainerInstances(place, await findDraining(place))
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

const looksAt = (
  instances: readonly LifecycleState[],
  draining: readonly KnownContainerInstance[],
  notices: ReadonlyMap<string, Notice>,
): readonly Look[] => {
  const waiting = instances.filter(({ state }) => isWaiting(state))
  const remembered = draining.filter(({ memory }) => memory !== undefined)
  const noticed = instances.filter(
    ({ instanceId, state }) => state === 'InService' && notices.has(instanceId),
  )
  const ids = new Set([...waiting, ...remembered, ...noticed].map(({ instanceId }) => instanceId))
  return [...ids].map((instanceId) => {
    const notice = notices.get(instanceId)
    return { instanceId, hop: 0, ...(notice && { notice }) }
  })
}

interface Notices {
  readonly notices: ReadonlyMap<string, Notice>
  readonly errors: readonly Error[]
}

/**
 * Scheduled changes are announced weeks ahead; what is still ahead is asked for, as long as a policy asks for it. They can
 * wait until they can be read: the drains of this minute cannot.
 */
const readNotices = async ({ observer, settings }: Environment, now: number): Promise<Notices> => {
  if (settings.policy.health === 'off') return { notices: new Map(), errors: [] }
  const question = { ec2: observer.clients.ec2, memo: observer.scheduledEvents, now }
  try {
    return { notices: await readScheduledEvents(question), errors: [] }
  } catch (error) {
    return { notices: new Map(), errors: [asError(error)] }
  }
}

/** Of a group of which something could not be read nobody knows how many wait: nothing is published. */
const measureInFlight = (
  { observer, telemetry }: Environment,
  results: readonly Reconciled[],
  unread: readonly Pick<LifecycleState, 'autoScalingGroupName'>[],
): void => {
  const unknown = new Set(unread.map(({ autoScalingGroupName }) => autoScalingGroupName))
  for (const autoScalingGroupName of observer.scope.groups.filter((name) => !unknown.has(name))) {
    const ofGroup = results.filter(({ facts }) => facts.autoScalingGroupName === autoScalingGroupName)
    const ages = ofGroup.flatMap(ageOf)
    const group = { AutoScalingGroupName: autoScalingGroupName }
    telemetry.measure('DrainsInFlight', ages.length, group)
    telemetry.measure('OldestDrainAgeSeconds', Math.max(0, ...ages), group)
  }
}

/** Seconds since the termination began, for an instance whose hook waits for us. */
const ageOf = ({ facts, policy }: Reconciled): readonly number[] => {
  if (!isWaiting(facts.lifecycleState) || facts.hook === undefined) return []
  const drain = contextOf(facts, facts.hook, policy)
  return drain.memory?.isEnded ? [] : [secondsBetween(drain.startedAt, facts.now)]
}

const measureBlocked = ({ telemetry }: Environment, results: readonly Reconciled[]): void => {
  for (const { facts, decision } of results) {
    if (decision.verdict !== 'blocked') continue
    const group = { AutoScalingGroupName: facts.autoScalingGroupName ?? '' }
    telemetry.measure('DrainBlocked', 1, { ...group, Reason: decision.because })
  }
}

/** Without our hook a group terminates its instances under their tasks, and nothing else would say so. */
const reportMissingHooks = async (environment: Environment): Promise<readonly Error[]> => {
  const { observer, settings } = environment
  const errors: Error[] = []
  for (const group of settings.dryRun ? [] : observer.scope.groups)
    await reportMissingHook(environment, group).catch((error: unknown) => errors.push(asError(error)))
  return errors
}

const reportMissingHook = async (
  { observer, settings, telemetry }: Environment,
  autoScalingGroupName: string,
): Promise<void> => {
  const { hook } = await readGroupOf(observer, autoScalingGroupName)
  telemetry.measure('HookMissing', hook === undefined ? 1 : 0, { AutoScalingGroupName: autoScalingGroupName })
  const { hookName } = settings
  if (hook === undefined)
    telemetry.logger.error('Lifecycle hook is missing: deploy again', { autoScalingGroupName, hookName })
}

const failWith = (all: readonly Error[]): void => {
  const errors = all.filter((error) => !isThrottled(error))
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} instances could not be reconciled`)
}
