import type { Random } from '../../engine/random.ts'
import { attributeOf } from './attributes.ts'
import type { ContainerInstance, Service, TaskDefinition } from './cluster.ts'
import { fixedHostPort, portsTaken } from './host-ports.ts'
import { isSatisfied } from './placement-constraints.ts'
import { preferred } from './placement-strategies.ts'
import { remainingResources } from './remaining-resources.ts'
import { requiredAttributes } from './task-definition-view.ts'

export interface PlacementNeed {
  readonly definition: TaskDefinition
  /** Undefined: a standalone task, which has the constraints of its definition alone. */
  readonly service: Service | undefined
  /** Tasks of the same group are spread over zones and instances. */
  readonly group: string
  /** Only its instances will do; absent: any. */
  readonly capacityProviderName?: string | undefined
}

export type Placement =
  | { readonly kind: 'placed'; readonly containerInstance: ContainerInstance }
  /** The closest match first. */
  | { readonly kind: 'refused'; readonly shortages: readonly Shortage[] }

/** How ECS names what keeps a task off an instance ("API failure reasons"). */
export type ShortageReason =
  | 'AGENT'
  | 'ATTRIBUTE'
  | 'RESOURCE:CPU'
  | 'RESOURCE:MEMORY'
  | 'RESOURCE:GPU'
  | 'RESOURCE:PORTS'
  | 'RESOURCE:ENI'
  | 'MemberOf placement constraint unsatisfied.'
  | 'DistinctInstance placement constraint unsatisfied.'

/** Why one instance could not take the task. */
export interface Shortage {
  readonly containerInstance: ContainerInstance
  readonly reason: ShortageReason
  /** How much else is missing there, the reason included: the closest match lacks least. */
  readonly lackCount: number
}

/**
 * Chooses where a task goes: among the ACTIVE instances that can take it, by the service's placement strategy ("Use
 * strategies to define Amazon ECS task placement"), and among equals the one registered first.
 */
export const choosePlacement = (
  registered: readonly ContainerInstance[],
  need: PlacementNeed,
  random: Random,
): Placement => {
  const fitting: ContainerInstance[] = []
  const shortages: Shortage[] = []
  for (const containerInstance of registered) {
    if (containerInstance.status !== 'ACTIVE' || !isOfProvider(containerInstance, need)) continue
    const shortage = shortageOf(containerInstance, need)
    if (shortage === undefined) fitting.push(containerInstance)
    else shortages.push(shortage)
  }
  const [best] = fitting.length === 0 ? [] : preferred(fitting, { ...need, registered, random })
  if (best !== undefined) return { kind: 'placed', containerInstance: best }
  return { kind: 'refused', shortages: shortages.sort((one, other) => one.lackCount - other.lackCount) }
}

const isOfProvider = (
  containerInstance: ContainerInstance,
  { capacityProviderName }: PlacementNeed,
): boolean =>
  capacityProviderName === undefined || containerInstance.capacityProviderName === capacityProviderName

/** Undefined: nothing is missing. */
export const shortageOf = (
  containerInstance: ContainerInstance,
  need: PlacementNeed,
): Shortage | undefined => {
  const lacks = [...lackingResources(containerInstance, need), ...lackingRules(containerInstance, need)]
  const [reason] = lacks
  return reason === undefined ? undefined : { containerInstance, reason, lackCount: lacks.length }
}

const lackingResources = (
  containerInstance: ContainerInstance,
  { definition: { spec } }: PlacementNeed,
): readonly ShortageReason[] => {
  const free = remainingResources(containerInstance)
  const hostPort = fixedHostPort(spec)
  return [
    ...(free.cpu < spec.cpu ? (['RESOURCE:CPU'] as const) : []),
    ...(free.memory < spec.memory ? (['RESOURCE:MEMORY'] as const) : []),
    ...(free.gpus < (spec.gpus ?? 0) ? (['RESOURCE:GPU'] as const) : []),
    ...(hostPort !== undefined && portsTaken(containerInstance).includes(hostPort)
      ? (['RESOURCE:PORTS'] as const)
      : []),
    ...(spec.networkMode === 'awsvpc' && free.taskInterfaces < 1 ? (['RESOURCE:ENI'] as const) : []),
  ]
}

const lackingRules = (
  containerInstance: ContainerInstance,
  { definition, service, group }: PlacementNeed,
): readonly ShortageReason[] => {
  const lacks: ShortageReason[] = []
  for (const constraint of [...definition.constraints, ...(service?.placementConstraints ?? [])]) {
    if (!isSatisfied(constraint, containerInstance, group)) lacks.push(unsatisfied[constraint.type])
  }
  if (requiredAttributes(definition).some((name) => attributeOf(containerInstance, name) === undefined))
    lacks.push('ATTRIBUTE')
  if (!containerInstance.agentConnected) lacks.push('AGENT')
  return lacks
}

const unsatisfied = {
  memberOf: 'MemberOf placement constraint unsatisfied.',
  distinctInstance: 'DistinctInstance placement constraint unsatisfied.',
} as const
