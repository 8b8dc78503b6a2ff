import { isGone } from '../aws/errors.ts'
import { groupOfService } from '../capacity/service-group.ts'
import { isTimeUp, type LaunchFacts, type LaunchPolicy } from '../decide/launch.ts'
import {
  findContainerInstances,
  readContainerInstances,
  type KnownContainerInstance,
} from './container-instances.ts'
import { readDaemons } from './daemons.ts'
import { readGroupOf } from './drains.ts'
import type { LifecycleState } from './lifecycle-states.ts'
import { newestByInstanceId } from './newest-registration.ts'
import type { Observer } from './observer.ts'
import { readActions } from './scaling-activities.ts'
import { readClusterExists, readHasRegisteredInstance } from './registration.ts'
import { readTasks } from './tasks.ts'

/** The facts about these instances, each held by a launch hook. Calls are shared but for the tasks of each. */
export const observeLaunches = async (
  observer: Observer,
  launching: readonly LifecycleState[],
  { now, policy }: { readonly now: number; readonly policy: LaunchPolicy },
): Promise<readonly LaunchFacts[]> => {
  const found = await readRegistered(observer, launching)
  const facts: LaunchFacts[] = []
  for (const group of new Set(launching.map(({ autoScalingGroupName }) => autoScalingGroupName))) {
    const { launchHook } = await readGroupOf(observer, group)
    const ofGroup = launching.filter(({ autoScalingGroupName }) => autoScalingGroupName === group)
    const actions = await readLaunchActions(observer, group, ofGroup)
    const begun = ofGroup.map(({ instanceId, state }) => {
      const listed = actions.get(instanceId)
      const startedAt = listed?.startedAt ?? observer.unlisted.since(`launch ${instanceId}`)
      return { instanceId, state, startedAt, isListed: listed !== undefined }
    })
    const isInDoubt = begun.some(
      ({ instanceId, startedAt }) => !found.has(instanceId) && isTimeUp({ now, startedAt }, policy),
    )
    const isClusterOfGroup = isInDoubt && (await readIsClusterOf(observer, group))
    for (const { instanceId, state, startedAt, isListed } of begun) {
      facts.push({
        now,
        instanceId,
        autoScalingGroupName: group,
        lifecycleState: state,
        ...(launchHook && { hook: launchHook }),
        startedAt,
        isListed,
        ...(await registrationOf(observer, found.get(instanceId))),
        ...(isInDoubt && { isClusterOfGroup }),
      })
    }
  }
  return facts
}

const readLaunchActions = (
  { clients, actions }: Observer,
  autoScalingGroupName: string,
  launching: readonly LifecycleState[],
) =>
  readActions({
    autoScaling: clients.autoScaling,
    memo: actions,
    autoScalingGroupName,
    instanceIds: launching.map(({ instanceId }) => instanceId),
    direction: 'launching',
  })

const readIsClusterOf = async ({ clients, scope }: Observer, autoScalingGroupName: string) => {
  const question = { ecs: clients.ecs, autoScaling: clients.autoScaling, cluster: scope.cluster }
  return (
    (await readClusterExists(question)) && (await readHasRegisteredInstance(question, autoScalingGroupName))
  )
}

/** A cluster that does not exist has no container instances. */
const readRegistered = async ({ clients, scope }: Observer, launching: readonly LifecycleState[]) => {
  const place = { ecs: clients.ecs, cluster: scope.cluster }
  const ids = launching.map(({ instanceId }) => instanceId)
  try {
    return newestByInstanceId(await readContainerInstances(place, await findContainerInstances(place, ids)))
  } catch (error) {
    if (isGone(error)) return new Map<string, KnownContainerInstance>()
    throw error
  }
}

const registrationOf = async (observer: Observer, known: KnownContainerInstance | undefined) => {
  if (known === undefined) return {}
  const { instanceId: _i, registeredAt: _r, ...containerInstance } = known
  return { containerInstance, missingDaemons: await readMissingDaemons(observer, known) }
}

const readMissingDaemons = async (
  { clients, scope, daemons: memo }: Observer,
  { arn }: KnownContainerInstance,
) => {
  const { ecs } = clients
  const { cluster } = scope
  const daemons = await readDaemons({ ecs, cluster, memo })
  if (daemons.length === 0) return []
  const tasks = await readTasks({ ecs, cluster, containerInstanceArn: arn })
  const running = new Set(
    tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').map(({ group }) => group),
  )
  return daemons.filter((name) => !running.has(groupOfService(name)))
}
