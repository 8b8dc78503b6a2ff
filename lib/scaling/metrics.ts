import type { Measures } from '../capacity/measure.ts'
import type { ScalingPlan } from '../capacity/plan.ts'
import type { Telemetry } from '../telemetry.ts'

/** Sizes of services that are published by name: each is a metric of its own, at a price. The scarcest come first. */
const MOST_SHAPES = 50

/** Publishes what was measured. Zero where zero is true. */
export const publishMeasures = (telemetry: Telemetry, measures: Measures): void => {
  const { largestSchedulableTask: largest } = measures
  publishSchedulable(telemetry, measures)
  telemetry.measure('LargestSchedulableTask', largest.cpu, { Resource: 'cpu' })
  telemetry.measure('LargestSchedulableTask', largest.memory, { Resource: 'memory' })
  telemetry.measure('PendingTasks', measures.pendingTasks, {})
  telemetry.measure('InstancesActive', measures.instancesActive, {})
  telemetry.measure('InstancesDraining', measures.instancesDraining, {})
  telemetry.measure('InstancesEmpty', measures.instancesEmpty, {})
  telemetry.measure('InstancesDisconnected', measures.instancesDisconnected, {})
  telemetry.measure('InstancesUnregistered', measures.instancesUnregistered, {})
  telemetry.measure('FragmentationPercent', measures.fragmentationPercent, {})
  telemetry.measure('HeadroomTasks', measures.headroomTasks, {})
  telemetry.measure('ProtectedIdleInstances', measures.protectedIdleInstances, {})
  for (const [resource, percent] of Object.entries(measures.reservationPercent))
    telemetry.measure('ReservationPercent', percent, { Resource: resource })
  telemetry.measure('InstancesNeededAtLeast', measures.instancesNeededAtLeast, {})
  for (const [reason, count] of Object.entries(measures.unplacedTasks))
    telemetry.measure('UnplacedTasks', count, { Reason: reason })
  publishGroups(telemetry, measures)
}

/** Services of one size share a metric: the one that finds the least room decides, for constraints may differ. */
const publishSchedulable = (telemetry: Telemetry, { schedulableTasks }: Measures): void => {
  const least = new Map<string, number>()
  for (const { shape, count } of schedulableTasks)
    least.set(shape, Math.min(count, least.get(shape) ?? Infinity))
  const scarcest = [...least].sort(([, one], [, other]) => one - other)
  for (const [shape, count] of scarcest.slice(0, MOST_SHAPES))
    telemetry.measure('SchedulableTasks', count, { Shape: shape })
  const [first] = scarcest
  if (first !== undefined) telemetry.measure('LeastSchedulableTasks', first[1], {})
}

const publishGroups = (telemetry: Telemetry, { groups }: Measures): void => {
  for (const measured of groups) {
    const group = { AutoScalingGroupName: measured.group }
    telemetry.measure('RemovableInstances', measured.removableInstances, group)
    const { instancesNeeded, capacityReservation, desiredBelowActual } = measured
    if (instancesNeeded !== undefined) telemetry.measure('InstancesNeeded', instancesNeeded, group)
    if (capacityReservation !== undefined)
      telemetry.measure('CapacityReservation', capacityReservation, group)
    if (desiredBelowActual !== undefined) telemetry.measure('DesiredBelowActual', desiredBelowActual, group)
  }
}

/** What each group should have, whether or not anybody sets it. */
export const publishAdvice = (telemetry: Telemetry, { groups }: ScalingPlan): void => {
  for (const { group, desired } of groups)
    telemetry.measure('DesiredCapacityAdvised', desired, { AutoScalingGroupName: group })
}
