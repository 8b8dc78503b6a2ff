import pMap from 'p-map'

import { asError, isGone, isRefused, isThrottled } from '../aws/errors.ts'
import { secondsBetween } from '../clock.ts'
import { isLastNotice } from '../decide/drain-context.ts'
import { isWorthALook } from '../decide/reading.ts'
import { readContainerInstances, type KnownContainerInstance } from '../observe/container-instances.ts'
import { readLifecycleStates, type LifecycleState } from '../observe/lifecycle-states.ts'
import { newestByInstanceId } from '../observe/newest-registration.ts'
import { readSignal } from '../signals/read-signal.ts'
import type { Signal } from '../signals/signal.ts'
import type { Environment } from './environment.ts'
import { isLaunching, reconcileLaunches } from './launch.ts'
import { mergeLooks, type Look } from './look.ts'
import { reconcile } from './reconcile.ts'
import { routeSignal, type NothingReason, type Route } from './routing.ts'

export interface Message {
  readonly id: string
  readonly body: string
}

/** Failed messages, by id, and why. Every other message is done with. */
export type Failures = ReadonlyMap<string, unknown>

interface Routed {
  readonly id: string
  readonly route: Route
}

/**
 * Handles a batch of messages of either queue. The batch shares its describe calls; each message fails alone.
 *
 * Throttling is no failure: the clients have backed off already, and resync looks at the same instances within a
 * minute; only of a notice of two minutes it hears nothing. So a message in the dead-letter queue means that something is
 * broken, or that AWS let us look at such a machine in none of five tries.
 */
export const handleSignals = async (
  environment: Environment,
  messages: readonly Message[],
): Promise<Failures> => {
  const routed = messages.map(({ id, body }) => ({ id, route: receive(environment, readSignal(body)) }))
  const unreadable = routed.flatMap(({ id, route }) =>
    route.to === 'dead-letters' ? [[id, new Error(`unreadable message: ${route.reason}`)] as const] : [],
  )
  return new Map([...unreadable, ...(await lookAtAll(environment, routed))])
}

/** Counts a signal and says where it leads. */
const receive = (environment: Environment, signal: Signal): Route => {
  const { telemetry, clock, observer } = environment
  telemetry.measure('SignalsReceived', 1, { Kind: signal.kind })
  if ('occurredAt' in signal)
    telemetry.measure('SignalLatencySeconds', secondsBetween(signal.occurredAt, clock.now()), {
      Kind: signal.kind,
    })
  const route = routeSignal(signal, observer.scope)
  if (route.to === 'nothing') ignore(environment, route.reason)
  if (route.to === 'dead-letters')
    telemetry.logger.error('Could not read a message', { reason: route.reason })
  return route
}

const ignore = ({ telemetry }: Environment, reason: NothingReason): void => {
  telemetry.measure('SignalsIgnored', 1, { Reason: reason })
  telemetry.logger.debug('Ignored a signal', { reason })
}

/** Looks at every instance that was named; answers which messages failed. */
const lookAtAll = async (environment: Environment, routed: readonly Routed[]) => {
  try {
    const woken = await readWoken(environment, routed)
    const named = routed.flatMap(({ id, route }) =>
      looksOf(environment, route, woken).map((look) => ({ id, look })),
    )
    const errors = await lookAt(environment, mergeLooks(named.map(({ look }) => look)), woken)
    return named.flatMap(({ id, look }) =>
      failure(environment, { id, error: errors.get(look.instanceId), looks: [look] }),
    )
  } catch (error) {
    environment.telemetry.logger.error('Could not look at the instances of a batch', {
      error: asError(error),
    })
    const asked = routed.filter(({ route }) => route.to === 'instances' || route.to === 'container-instance')
    return asked.flatMap(({ id, route }) =>
      failure(environment, { id, error, looks: route.to === 'instances' ? route.looks : [] }),
    )
  }
}

/** What came of the looks that one message asked for. */
interface Looked {
  readonly id: string
  /** Undefined: all went well. */
  readonly error: unknown
  readonly looks: readonly Look[]
}

/**
 * What was throttled is left to resync, but for the message by which AWS says that the machine goes: resync hears of none, so
 * that comes back. A look-again would come back too late.
 */
const failure = (
  { observer }: Environment,
  { id, error, looks }: Looked,
): readonly (readonly [string, unknown])[] => {
  const isHeardOnlyNow = ({ instanceId, hop, notice }: Look): boolean =>
    hop === 0 && isLastNotice(notice) && observer.strangers.get(instanceId) === undefined
  const isDone = error === undefined || (isThrottled(error) && !looks.some(isHeardOnlyNow))
  return isDone ? [] : [[id, error]]
}

type Woken = ReadonlyMap<string, KnownContainerInstance>

/** The container instances that ECS's own events named, by ARN. Those that are gone, or their cluster, are absent. */
const readWoken = async (environment: Environment, routed: readonly Routed[]): Promise<Woken> => {
  const arns = new Set(routed.flatMap(({ route }) => (route.to === 'container-instance' ? [route.arn] : [])))
  const instances = await readKnown(environment, [...arns])
  return new Map(instances.map((instance) => [instance.arn, instance]))
}

/**
 * ECS refuses a whole call for one identifier of another cluster or region ("Invalid identifier", "Invalid Region in ARN"), so
 * each is then asked for alone, and one that is refused alone is absent.
 */
const readKnown = async (
  environment: Environment,
  arns: readonly string[],
): Promise<readonly KnownContainerInstance[]> => {
  const { clients, scope } = environment.observer
  try {
    return await readContainerInstances({ ecs: clients.ecs, cluster: scope.cluster }, arns)
  } catch (error) {
    if (isGone(error)) return []
    if (!isRefused(error)) throw error
    if (arns.length > 1) return (await pMap(arns, (arn) => readKnown(environment, [arn]), ONE_BY_ONE)).flat()
    environment.telemetry.logger.warn('ECS refused to describe a container instance that an event named', {
      containerInstanceArn: arns[0],
      error: asError(error),
    })
    return []
  }
}

/** What is refused is rare, and ECS's buckets are for others. */
const ONE_BY_ONE = { concurrency: 1 }

/**
 * Most tasks that stop are not the last of a drain, and then there is nothing more to read. An ACTIVE container instance
 * can only be one that a launch hook holds.
 */
const looksOf = (environment: Environment, route: Route, woken: Woken): readonly Look[] => {
  if (route.to === 'instances') return route.looks.filter((look) => !isKnownStranger(environment, look))
  if (route.to !== 'container-instance') return []
  const containerInstance = woken.get(route.arn)
  if (containerInstance !== undefined && isWoken(environment, containerInstance))
    return [{ instanceId: containerInstance.instanceId, hop: 0, ...stoppedTaskIn(route) }]
  ignore(environment, containerInstance?.status === 'DRAINING' ? 'tasks-left' : 'not-draining')
  return []
}

const stoppedTaskIn = ({ stoppedTask }: Extract<Route, { to: 'container-instance' }>) =>
  stoppedTask === undefined ? {} : { saidStopped: [stoppedTask] }

const isWoken = ({ settings }: Environment, containerInstance: KnownContainerInstance): boolean =>
  isWorthALook(containerInstance) ||
  (settings.launchHookName !== undefined && containerInstance.status === 'ACTIVE')

/** EC2 and Health tell of every machine of the account. Whose it is was asked not long ago; a hook is always asked for. */
const isKnownStranger = (environment: Environment, { instanceId, announcedAt }: Look): boolean => {
  const isStranger = announcedAt === undefined && environment.observer.strangers.get(instanceId) !== undefined
  if (isStranger) ignore(environment, 'other-group')
  return isStranger
}

/** Reconciles these instances as far as they belong to our groups; answers errors by instance id. */
const lookAt = async (environment: Environment, looks: readonly Look[], woken: Woken) => {
  if (looks.length === 0) return new Map<string, unknown>()
  const { observer, clock } = environment
  const now = clock.now()
  const ids = looks.map(({ instanceId }) => instanceId)
  const lifecycleStates = await readLifecycleStates(observer.clients.autoScaling, ids)
  const containerInstances = newestByInstanceId([...woken.values()])
  const ours = looks.filter((look) => isOurs(environment, look, { lifecycleStates, containerInstances }))
  const states = ours.flatMap(({ instanceId }) => lifecycleStates.get(instanceId) ?? [])
  const launching = new Set(states.filter(({ state }) => isLaunching(state)))
  const drains = ours.filter(({ instanceId }) =>
    mayDrain(containerInstances.get(instanceId), lifecycleStates.get(instanceId)),
  )
  const sight = { now, lifecycleStates, containerInstances }
  const { results, unseen } = await reconcile(environment, drains, sight)
  const launches = await launchesOf(environment, [...launching])
  return new Map<string, unknown>([
    ...launches,
    ...unseen,
    ...results.map(({ facts, error }) => [facts.instanceId, error] as const),
  ])
}

/** What keeps every launch from being looked at is the error of each, and of no drain in the batch. */
const launchesOf = async (environment: Environment, launching: readonly LifecycleState[]) => {
  try {
    return await reconcileLaunches(environment, launching)
  } catch (error) {
    return new Map<string, unknown>(launching.map(({ instanceId }) => [instanceId, error]))
  }
}

/** One that is on its way in, or that woke us and is at work, has nothing to drain. */
const mayDrain = (woken: KnownContainerInstance | undefined, state: LifecycleState | undefined): boolean =>
  state?.state !== 'Pending:Wait' && !(woken?.status === 'ACTIVE' && state?.state === 'InService')

interface Known {
  readonly lifecycleStates: ReadonlyMap<string, LifecycleState>
  readonly containerInstances: ReadonlyMap<string, KnownContainerInstance>
}

/** An instance of no group may still be ours: its container instance outlived it. */
const isOurs = (environment: Environment, { instanceId }: Look, known: Known): boolean => {
  const { scope, strangers } = environment.observer
  const group = known.lifecycleStates.get(instanceId)?.autoScalingGroupName
  if (group === undefined ? known.containerInstances.has(instanceId) : scope.groups.includes(group))
    return true
  strangers.set(instanceId, 'not ours')
  ignore(environment, 'other-group')
  return false
}
