import { roomFor, type Admissions, type Bin } from './bin.ts'
import { slotsIn, sumOf } from './resources.ts'
import type { TaskClass } from './task-class.ts'

/**
 * How many more tasks of one class ECS could place, each instance for itself: Σ over usable instances that the constraints
 * admit of the least over resources of ⌊left / need⌋, and at most one where a fixed host port or `distinctInstance` allows
 * no second. Example: (1,000 units, 200 MiB) and (200, 1,000) take a task of 128/128 twice, though both together have
 * room for nine. Without an instance it is 0.
 */
export const schedulableTasks = (
  taskClass: TaskClass,
  bins: readonly Bin[],
  admissions: Admissions,
): number =>
  bins.reduce((sum, bin) => sum + (admissions.admits(taskClass, bin) ? roomFor(taskClass, bin) : 0), 0)

/**
 * How much of the free room is in pieces too small for a task, in percent: 100 · (1 − schedulable / what would go in if the
 * free room of all these instances were on one). Example: four times (512 units, 512 MiB) and a task of 1,024/512: 0 of 2,
 * so 100. Without room it is 0: nothing is in pieces.
 */
export const fragmentationPercent = (
  taskClass: TaskClass,
  bins: readonly Bin[],
  admissions: Admissions,
): number => {
  const admitted = bins.filter((bin) => admissions.admits(taskClass, bin))
  const together = slotsIn(sumOf(admitted.map(({ left }) => left)), taskClass.need)
  if (together === 0 || together === Infinity) return 0
  return Math.max(0, 100 * (1 - schedulableTasks(taskClass, admitted, admissions) / together))
}
