import { capacityProviderForNext } from './capacity-provider-strategy.ts'
import type { Random } from '../../engine/random.ts'
import type { WorldSpec } from '../../world/world-spec.ts'
import {
  primaryDeployment,
  type Cluster,
  type ContainerInstance,
  type Service,
  type TaskDefinition,
} from './cluster.ts'
import { isSeat } from './daemon-seats.ts'
import { countHealthyTask } from './deployment-failures.ts'
import { choosePlacement, shortageOf, type PlacementNeed } from './placement.ts'
import { STEADY_STATE } from './service-notices.ts'
import type { TaskLife } from './task-life.ts'
import { DEFAULT_PROTECTION_MINUTES, type TaskProtection } from './task-protection.ts'

export type Workload = Pick<WorldSpec, 'services' | 'daemons' | 'standaloneTasks'>

interface SettledParts {
  readonly cluster: Cluster
  readonly life: TaskLife
  readonly random: Random
  readonly protection: TaskProtection
}

interface SettledService {
  readonly service: Service
  /** ARNs of its first tasks, where they are not to be drawn. */
  readonly givenTaskArns: readonly string[]
  readonly protectedTasks: number
}

/**
 * Fills the registered instances with tasks as the scheduler would, but at once: a cluster that was already in order
 * when virtual time began. What does not fit is left to the scheduler.
 */
export const settleService = (
  { service, givenTaskArns, protectedTasks }: SettledService,
  parts: SettledParts,
  now: number,
): void => {
  const { cluster, life } = parts
  const { taskDefinition: definition, id: startedBy } = primaryDeployment(service)
  const group = `service:${service.name}`
  const seats = service.strategy === 'DAEMON' ? seatsOf(service, cluster) : undefined
  const count = seats?.length ?? service.desired
  for (let index = 0; index < count; index += 1) {
    const capacityProviderName = seats === undefined ? capacityProviderForNext(service, cluster) : undefined
    const need = { definition, service, group, capacityProviderName }
    const containerInstance = seats?.[index] ?? place(parts, need)
    if (containerInstance === undefined || shortageOf(containerInstance, need) !== undefined) return
    const arn = givenTaskArns[index]
    const launch = { ...need, containerInstance, startedBy, ...(arn !== undefined && { arn }) }
    const task = life.launchSettled(launch)
    countHealthyTask(service, task)
    if (index < protectedTasks) parts.protection.protect(task, DEFAULT_PROTECTION_MINUTES)
  }
  primaryDeployment(service).rolloutState = 'COMPLETED'
  service.notices.set('steady', { text: STEADY_STATE, at: now })
}

/** Standalone tasks have no scheduler to retry them, so a world that cannot hold them is a mistake: throws. */
export const settleStandaloneTasks = (
  definition: TaskDefinition,
  count: number,
  parts: SettledParts,
): void => {
  const group = `family:${definition.family}`
  for (let index = 0; index < count; index += 1) {
    const containerInstance = place(parts, { definition, service: undefined, group })
    if (containerInstance === undefined)
      throw new Error(`no instance has room for the standalone task ${group}`)
    parts.life.launchSettled({
      definition,
      containerInstance,
      service: undefined,
      group,
      startedBy: undefined,
    })
  }
}

const seatsOf = (service: Service, cluster: Cluster): readonly ContainerInstance[] =>
  cluster.registered().filter((containerInstance) => isSeat(service, containerInstance))

const place = ({ cluster, random }: SettledParts, need: PlacementNeed): ContainerInstance | undefined => {
  const placement = choosePlacement(cluster.registered(), need, random)
  return placement.kind === 'placed' ? placement.containerInstance : undefined
}
