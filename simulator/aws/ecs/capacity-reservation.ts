import type { EcsAssumptions } from './assumptions.ts'

/** Settings of managed scaling (API reference, ManagedScaling). */
interface ScalingSteps {
  readonly minimumScalingStepSize: number
  readonly maximumScalingStepSize: number
}

/** Tasks that wait and need exactly the same. */
export interface TaskGroup {
  readonly count: number
  readonly cpu: number
  readonly memory: number
  /** A fixed host port, or `distinctInstance`. */
  readonly isOnePerInstance: boolean
}

export interface ReservationFacts {
  /** N: instances of the group in service. */
  readonly instanceCount: number
  /** Those of them that run nothing but daemons. */
  readonly emptyCount: number
  readonly waiting: readonly TaskGroup[]
  /** What a new instance has for tasks. */
  readonly machine: { readonly cpu: number; readonly memory: number }
  readonly zoneCount: number
  readonly steps: ScalingSteps
}

type Assumed = Pick<
  EcsAssumptions,
  'emptyInstancesInReservation' | 'severalTaskGroups' | 'scaleOutOverSeveralZones'
>

/** What the metric is where it would divide by zero: nothing is needed, or instances are. */
const NOTHING_OF_NOTHING = 100
const SOMETHING_OF_NOTHING = 200

/**
 * CapacityProviderReservation: M / N × 100, where N instances are there and M would do ("Deep dive on Amazon ECS cluster
 * auto scaling"). Undefined is never published: a group without instances has 100 or 200.
 */
export const capacityReservation = (facts: ReservationFacts, assumed: Assumed): number => {
  const { instanceCount, emptyCount } = facts
  const more = instancesToAdd(facts, assumed)
  if (instanceCount === 0) return more === 0 ? NOTHING_OF_NOTHING : SOMETHING_OF_NOTHING
  if (more > 0) return ((instanceCount + more) / instanceCount) * 100
  // Tasks wait that no instance of this group could ever run: scaling stops at what there is.
  if (facts.waiting.length > 0) return NOTHING_OF_NOTHING
  return assumed.emptyInstancesInReservation === 'one-percent-each'
    ? 100 - emptyCount
    : ((instanceCount - emptyCount) / instanceCount) * 100
}

/**
 * How many instances the waiting tasks need: each group of equal tasks is packed into new instances by itself, and the
 * result kept within the scaling steps ("Amazon ECS managed scaling behavior"). Tasks that no instance could run do not
 * count.
 */
const instancesToAdd = (
  { waiting, machine, zoneCount, steps }: ReservationFacts,
  assumed: Assumed,
): number => {
  const needs = waiting.flatMap((group) => {
    const perInstance = tasksPerInstance(group, machine)
    return perInstance === 0 ? [] : [Math.ceil(group.count / perInstance)]
  })
  if (needs.length === 0) return 0
  const { minimumScalingStepSize, maximumScalingStepSize } = steps
  if (zoneCount > 1 && assumed.scaleOutOverSeveralZones === 'minimum-step') return minimumScalingStepSize
  const needed =
    assumed.severalTaskGroups === 'largest' ? Math.max(...needs) : needs.reduce((sum, need) => sum + need, 0)
  return Math.max(minimumScalingStepSize, Math.min(maximumScalingStepSize, needed))
}

const tasksPerInstance = (
  { cpu, memory, isOnePerInstance }: TaskGroup,
  machine: ReservationFacts['machine'],
): number => {
  const fitting = Math.floor(Math.min(machine.cpu / cpu, machine.memory / memory))
  return isOnePerInstance ? Math.min(1, fitting) : fitting
}
