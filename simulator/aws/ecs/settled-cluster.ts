import type { WorldSpec } from '../../world/world-spec.ts'
import {
  primaryDeployment,
  type Cluster,
  type ContainerInstance,
  type Service,
  type TaskDefinition,
} from './cluster.ts'
import { choosePlacement, shortageOf } from './placement.ts'
import type { TaskLife } from './task-life.ts'

export type Workload = Pick<WorldSpec, 'services' | 'daemons' | 'standaloneTasks'>

interface SettledParts {
  readonly cluster: Cluster
  readonly life: TaskLife
}

interface SettledService {
  readonly service: Service
  /** ARNs of its first tasks, where they are not to be drawn. */
  readonly givenTaskArns: readonly string[]
}

/**
 * Fills the registered instances with tasks as the scheduler would, but at once: a cluster that was already in order
 * when virtual time began. What does not fit is left to the scheduler.
 */
export const settleService = (
  { service, givenTaskArns }: SettledService,
  { cluster, life }: SettledParts,
  now: number,
): void => {
  const { taskDefinition: definition, id: startedBy } = primaryDeployment(service)
  const group = `service:${service.name}`
  const seats = service.strategy === 'DAEMON' ? cluster.registered() : undefined
  const count = seats?.length ?? service.desired
  for (let index = 0; index < count; index += 1) {
    const containerInstance = seats?.[index] ?? place(cluster, definition, group)
    if (containerInstance === undefined || shortageOf(containerInstance, definition.spec) !== undefined)
      return
    const arn = givenTaskArns[index]
    life.launchSettled({
      definition,
      containerInstance,
      service,
      group,
      startedBy,
      ...(arn !== undefined && { arn }),
    })
  }
  primaryDeployment(service).rolloutState = 'COMPLETED'
  service.noticedAt.set('steady', now)
}

/** Standalone tasks have no scheduler to retry them, so a world that cannot hold them is a mistake: throws. */
export const settleStandaloneTasks = (
  definition: TaskDefinition,
  count: number,
  { cluster, life }: SettledParts,
): void => {
  const group = `family:${definition.family}`
  for (let index = 0; index < count; index += 1) {
    const containerInstance = place(cluster, definition, group)
    if (containerInstance === undefined)
      throw new Error(`no instance has room for the standalone task ${group}`)
    life.launchSettled({ definition, containerInstance, service: undefined, group, startedBy: undefined })
  }
}

const place = (cluster: Cluster, { spec }: TaskDefinition, group: string): ContainerInstance | undefined => {
  const placement = choosePlacement(cluster.registered(), { cpu: spec.cpu, memory: spec.memory, group })
  return placement.kind === 'placed' ? placement.containerInstance : undefined
}
