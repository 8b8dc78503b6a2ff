import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'
import { phaseOf, workloadOf, type TaskPhase } from './task-phase.ts'

/** A cluster at one moment, as it is drawn. */
export interface ClusterSnapshot {
  /** Services, daemons and jobs, in the scenario's order. */
  readonly workloads: readonly string[]
  readonly zones: readonly ZoneSnapshot[]
}

interface ZoneSnapshot {
  readonly name: string
  readonly instances: readonly InstanceSnapshot[]
}

export interface InstanceSnapshot {
  readonly instanceId: string
  readonly lifecycleState: string
  /** `ACTIVE`, `DRAINING` or, where ECS does not know the machine, a dash. */
  readonly ecsStatus: string
  readonly tasks: readonly TaskOnInstance[]
}

export interface TaskOnInstance {
  readonly workload: string
  readonly phase: TaskPhase
}

export const snapshotOf = ({ spec, autoScaling, ecs }: World): ClusterSnapshot => {
  const members = spec.groups.flatMap(({ name }) => instancesOf(autoScaling, name))
  return {
    workloads: [...spec.services, ...spec.daemons, ...spec.standaloneTasks].map(({ name }) => name),
    zones: spec.zones.map((zone) => ({
      name: zone,
      instances: members
        .filter(({ availabilityZone }) => availabilityZone === zone)
        .map(({ instanceId, lifecycleState }) => ({
          instanceId,
          lifecycleState,
          ecsStatus: ecs.containerInstanceOn(instanceId)?.status ?? '-',
          tasks: ecs
            .tasksOn(instanceId)
            .map((task) => ({ workload: workloadOf(task), phase: phaseOf(task) })),
        })),
    })),
  }
}
