import { isGone, isThrottled } from './aws/errors.ts'
import { contextOf, WAITING_STATE } from './decide/drain.ts'
import { secondsBetween } from './drain-metrics.ts'
import type { Environment } from './environment.ts'
import type { Look } from './look.ts'
import {
  findDraining,
  readContainerInstances,
  type KnownContainerInstance,
} from './observe/container-instances.ts'
import { byInstanceId } from './observe/drains.ts'
import { readHook } from './observe/lifecycle-hooks.ts'
import { readGroupInstances, type LifecycleState } from './observe/lifecycle-states.ts'
import { reconcile, type Reconciled } from './reconcile.ts'

/**
 * Looks at every instance that waits and at every container instance that carries our memory. It beats the hooks,
 * finishes what a lost event would have left hanging, keeps the deadlines and sets orphans right. It is the only timer.
 *
 * @throws if the groups or the cluster could not be read, or an instance failed for another reason than throttling:
 *   the function's errors are an alarm, and the next minute looks again.
 */
export const resync = async (environment: Environment): Promise<void> => {
  const { observer, clock } = environment
  const now = clock.now()
  const { autoScaling } = observer.clients
  const instances = await readGroupInstances(autoScaling, observer.scope.groups)
  const containerInstances = await readDraining(environment)
  const lifecycleStates = new Map(instances.map((state) => [state.instanceId, state]))
  const looks = looksAt(instances, containerInstances)
  const results = await reconcile(environment, looks, {
    now,
    lifecycleStates,
    containerInstances: byInstanceId(containerInstances),
  })
  measureInFlight(environment, results)
  await reportMissingHooks(environment)
  failWith(results)
}

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
): readonly Look[] => {
  const waiting = instances.filter(({ state }) => state === WAITING_STATE)
  const remembered = draining.filter(({ memory }) => memory !== undefined)
  const ids = new Set([...waiting, ...remembered].map(({ instanceId }) => instanceId))
  return [...ids].map((instanceId) => ({ instanceId, hop: 0 }))
}

const measureInFlight = (
  { observer, policy, telemetry }: Environment,
  results: readonly Reconciled[],
): void => {
  for (const autoScalingGroupName of observer.scope.groups) {
    const ages = results.flatMap(({ facts }) => {
      const { hook, autoScalingGroupName: name, lifecycleState, now } = facts
      if (name !== autoScalingGroupName || lifecycleState !== WAITING_STATE || hook === undefined) return []
      const drain = contextOf(facts, hook, policy)
      return drain.memory?.isEnded ? [] : [secondsBetween(drain.startedAt, now)]
    })
    const group = { AutoScalingGroupName: autoScalingGroupName }
    telemetry.measure('DrainsInFlight', ages.length, group)
    telemetry.measure('OldestDrainAgeSeconds', Math.max(0, ...ages), group)
  }
}

/** Without our hook a group terminates its instances under their tasks, and nothing else would say so. */
const reportMissingHooks = async ({ observer, telemetry }: Environment): Promise<void> => {
  const { clients, scope, hooks } = observer
  for (const autoScalingGroupName of scope.groups) {
    const question = {
      autoScaling: clients.autoScaling,
      memo: hooks,
      autoScalingGroupName,
      hookName: scope.hookName,
    }
    const isMissing = (await readHook(question)) === 'missing'
    telemetry.measure('HookMissing', isMissing ? 1 : 0, { AutoScalingGroupName: autoScalingGroupName })
    if (isMissing)
      telemetry.logger.error('Lifecycle hook is missing: deploy again', {
        autoScalingGroupName,
        hookName: scope.hookName,
      })
  }
}

const failWith = (results: readonly Reconciled[]): void => {
  const errors = results.flatMap(({ error }) => (error === undefined || isThrottled(error) ? [] : [error]))
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} instances could not be reconciled`)
}
