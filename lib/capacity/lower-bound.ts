import { roomFor, type Admissions, type Bin } from './bin.ts'
import { RESOURCE_NAMES, mostOf, sumOf, times } from './resources.ts'
import type { Resources } from './snapshot.ts'
import type { ClassCount } from './task-class.ts'

interface BoundQuestion {
  readonly tasks: readonly ClassCount[]
  readonly bins: readonly Bin[]
  /** An empty machine of each kind that may be added. */
  readonly machines: readonly Bin[]
  readonly admissions: Admissions
}

/**
 * No packing adds fewer machines than this: for each resource what is needed, less what is left on bins that take at least
 * one of the tasks, divided by the largest machine and rounded up; the most of it over resources. The distance to what the
 * packing adds says how good the packing is at worst. Five tasks of 3,000 units on machines of 4,096 need four by
 * this bound, and five in truth.
 */
export const leastMachines = ({ tasks, bins, machines, admissions }: BoundQuestion): number => {
  const needed = sumOf(tasks.map(({ taskClass, count }) => times(count, taskClass.need)))
  const useful = bins.filter((bin) =>
    tasks.some(({ taskClass }) => admissions.admits(taskClass, bin) && roomFor(taskClass, bin) > 0),
  )
  const left = sumOf(useful.map((bin) => bin.left))
  return fewest({ needed, left, largest: mostOf(machines.map((machine) => machine.left)) })
}

const fewest = ({
  needed,
  left,
  largest,
}: Readonly<Record<'needed' | 'left' | 'largest', Resources>>): number =>
  Math.max(
    0,
    ...RESOURCE_NAMES.map((name) =>
      largest[name] > 0 ? Math.ceil((needed[name] - left[name]) / largest[name]) : 0,
    ),
  )
