import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { uuid } from '../../engine/uuid.ts'
import { statisticsOf, type MetricSample } from '../cloudwatch/metric.ts'
import { ServiceError } from '../operation.ts'
import type { Arns } from './arns.ts'
import type { EcsAssumptions } from './assumptions.ts'
import { capacityReservation, type ReservationFacts, type TaskGroup } from './capacity-reservation.ts'
import { primaryDeployment, type Cluster, type ContainerInstance } from './cluster.ts'
import { capacityProviderNameOf, managedScalingOf, type EcsGroup, type ManagedScaling } from './ecs-group.ts'
import { capacityProviderReservation } from './managed-scaling-metric.ts'
import type { OwnAutoScaling } from './own-auto-scaling.ts'
import type { WaitingTask } from './waiting-task.ts'
import type { WaitingTasks } from './waiting-tasks.ts'

interface ManagedScalersOptions {
  readonly simulation: Simulation
  readonly random: Random
  readonly arns: Arns
  readonly cluster: Cluster
  readonly groups: readonly EcsGroup[]
  readonly waiting: WaitingTasks
  readonly autoScaling: OwnAutoScaling
  readonly putMetric: (sample: MetricSample) => void
  readonly assumptions: EcsAssumptions
}

/** A group whose capacity provider scales it. */
interface ScaledGroup {
  readonly group: EcsGroup
  readonly capacityProviderName: string
  readonly settings: ManagedScaling
  /** By instance id, as Auto Scaling had it at the last look, and as ECS has changed it since. */
  readonly protection: Map<string, 'protected' | 'free'>
}

/** "Every minute, Amazon ECS collects the following metrics" (cluster auto scaling, developer guide). */
const LOOK_MS = 60_000

/**
 * Managed scaling of capacity providers: a target tracking policy on the group, a metric of what its tasks need, and with
 * managed termination protection the scale-in protection of instances that run tasks ("Automatically manage Amazon ECS
 * capacity with cluster auto scaling").
 */
export class ManagedScalers {
  readonly #options: ManagedScalersOptions
  readonly #scaled: readonly ScaledGroup[]

  constructor(options: ManagedScalersOptions) {
    this.#options = options
    this.#scaled = options.groups.flatMap((group) => {
      const settings = managedScalingOf(group)
      const capacityProviderName = capacityProviderNameOf(group)
      if (settings === undefined || capacityProviderName === undefined) return []
      return [{ group, settings, capacityProviderName, protection: new Map<string, 'protected' | 'free'>() }]
    })
    if (this.#scaled.length > 0) this.#begin()
  }

  /** A task has been put on an instance, which must not be taken from it. */
  taskPlaced({ instanceId, capacityProviderName }: ContainerInstance): void {
    const scaled = this.#scaled.find((candidate) => candidate.capacityProviderName === capacityProviderName)
    if (scaled?.settings.managedTerminationProtection !== true) return
    if (scaled.protection.get(instanceId) === 'free') this.#protect(scaled, instanceId, 'protected')
  }

  /** Groups exist only when virtual time runs, so the policies are put then. */
  #begin(): void {
    const { simulation, random } = this.#options
    simulation.after(0, () => {
      for (const scaled of this.#scaled) this.#putPolicy(scaled)
      simulation.after(random.integer(0, LOOK_MS - 1), () => this.#lookEveryMinute())
    })
  }

  #putPolicy({ group, settings, capacityProviderName }: ScaledGroup): void {
    const { autoScaling, arns, random } = this.#options
    const { namespace, name, dimensions } = capacityProviderReservation(
      arns.clusterName,
      capacityProviderName,
    )
    autoScaling.ask('PutScalingPolicy', {
      AutoScalingGroupName: group.name,
      PolicyName: `ECSManagedAutoScalingPolicy-${uuid(random)}`,
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup: settings.instanceWarmupPeriodSeconds,
      TargetTrackingConfiguration: {
        TargetValue: settings.targetCapacity,
        CustomizedMetricSpecification: {
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          Statistic: 'Average',
        },
      },
    })
  }

  #lookEveryMinute(): void {
    for (const scaled of this.#scaled) this.#look(scaled)
    this.#options.simulation.after(LOOK_MS, () => this.#lookEveryMinute())
  }

  #look(scaled: ScaledGroup): void {
    const { autoScaling, cluster, putMetric, arns, simulation, assumptions } = this.#options
    const inService = autoScaling.inService(scaled.group.name)
    const empty = inService.filter(({ instanceId }) => isEmpty(cluster.onMachine(instanceId)))
    const facts = this.#factsOf(scaled, { instanceCount: inService.length, emptyCount: empty.length })
    const statistics = statisticsOf([capacityReservation(facts, assumptions)])
    const metric = capacityProviderReservation(arns.clusterName, scaled.capacityProviderName)
    if (statistics !== undefined) putMetric({ ...metric, unit: 'Percent', at: simulation.now(), statistics })
    if (scaled.settings.managedTerminationProtection) this.#protectBusy(scaled, inService)
  }

  #factsOf(
    { capacityProviderName, group, settings }: ScaledGroup,
    counts: Pick<ReservationFacts, 'instanceCount' | 'emptyCount'>,
  ): ReservationFacts {
    const { waiting, cluster, autoScaling, assumptions } = this.#options
    const tasks = waiting.all().filter((task) => task.capacityProviderName === capacityProviderName)
    const daemons = assumptions.daemonsInEstimate === 'subtracted' ? daemonNeeds(cluster) : NO_NEED
    return {
      ...counts,
      waiting: groupsOf(tasks),
      machine: { cpu: group.cpu - daemons.cpu, memory: group.memory - daemons.memory },
      zoneCount: autoScaling.zoneCountOf(group.name),
      steps: settings,
    }
  }

  #protectBusy(
    scaled: ScaledGroup,
    inService: readonly { readonly instanceId: string; readonly isProtected: boolean }[],
  ): void {
    const { cluster } = this.#options
    scaled.protection.clear()
    for (const { instanceId, isProtected } of inService) {
      scaled.protection.set(instanceId, isProtected ? 'protected' : 'free')
      const wanted = isEmpty(cluster.onMachine(instanceId)) ? 'free' : 'protected'
      if (isProtected !== (wanted === 'protected')) this.#protect(scaled, instanceId, wanted)
    }
  }

  /** An instance that has left service meanwhile is none of ECS's business any more. */
  #protect(scaled: ScaledGroup, instanceId: string, wanted: 'protected' | 'free'): void {
    scaled.protection.set(instanceId, wanted)
    try {
      this.#options.autoScaling.ask('SetInstanceProtection', {
        AutoScalingGroupName: scaled.group.name,
        InstanceIds: [instanceId],
        ProtectedFromScaleIn: wanted === 'protected',
      })
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'ValidationError')) throw error
    }
  }
}

/** "A container instance is considered empty even when daemon tasks are running." One that never registered is, too. */
const isEmpty = (containerInstance: ContainerInstance | undefined): boolean =>
  [...(containerInstance?.tasks ?? [])].every(({ service }) => service?.strategy === 'DAEMON')

const NO_NEED = { cpu: 0, memory: 0 }

const daemonNeeds = ({ services }: Cluster) => {
  const needs = { ...NO_NEED }
  for (const service of services.values()) {
    if (service.strategy !== 'DAEMON') continue
    const { cpu, memory } = primaryDeployment(service).taskDefinition.spec
    needs.cpu += cpu
    needs.memory += memory
  }
  return needs
}

/** Tasks with exactly the same needs are one group. */
const groupsOf = (tasks: readonly WaitingTask[]): readonly TaskGroup[] => {
  const groups = new Map<string, TaskGroup>()
  for (const { definition, service } of tasks) {
    const { cpu, memory, hostPort } = definition.spec
    const isDistinct = service?.placementConstraints.some(({ type }) => type === 'distinctInstance') ?? false
    const isOnePerInstance = hostPort !== undefined || isDistinct
    const key = [cpu, memory, hostPort, isDistinct].join(' ')
    const count = (groups.get(key)?.count ?? 0) + 1
    groups.set(key, { cpu, memory, isOnePerInstance, count })
  }
  return [...groups.values()]
}
