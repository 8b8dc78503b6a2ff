import { Admissions, open, put, roomFor, type Bin, type OpenBin } from './bin.ts'
import type { NewMachine } from './new-machine.ts'
import { dominantShare, mostOf } from './resources.ts'
import type { Resources } from './snapshot.ts'
import type { ClassCount, TaskClass } from './task-class.ts'
import { compareText } from './text-order.ts'

interface PackingProblem {
  readonly tasks: readonly ClassCount[]
  /** Placed only when all of `tasks` have been: room to be kept free. */
  readonly spare: readonly ClassCount[]
  readonly bins: readonly Bin[]
  /** What may be added when the bins are full. Empty: nothing. */
  readonly machines: readonly NewMachine[]
}

export interface Packing {
  readonly placements: readonly Placement[]
  readonly unplaced: readonly Unplaced[]
  readonly unplacedSpare: readonly Unplaced[]
  /** Machines that were added, by group, those that are coming anyway left out. */
  readonly added: ReadonlyMap<string, number>
  /** Classes of which a task, or one to be kept room for, waits for a machine that was added. */
  readonly awaiting: readonly TaskClass[]
}

export interface Placement {
  readonly binId: string
  readonly classKey: string
  readonly count: number
}

export interface Unplaced {
  readonly classKey: string
  readonly count: number
  readonly because: UnplacedBecause
  /** What is not modelled. Empty but for that reason. */
  readonly about: readonly string[]
}

/**
 * `no-room`: none was left and no machine was to be added. `fits-no-machine`: not even on an empty one that is sure to
 * come. `group-maximum`: it would, but its groups may not grow, by their maximum or for another reason (`GrowthLimit`).
 * `zone-not-next`: it must be in a zone in which its group has more members than elsewhere, so that Auto Scaling would
 * launch in all other zones first.
 */
export type UnplacedBecause = 'no-room' | 'fits-no-machine' | 'group-maximum' | 'zone-not-next' | 'unmodelled'

/**
 * Finds room for tasks: first-fit-decreasing by the largest share that a task takes of any resource, into the fullest bins
 * first, then into machines that are coming, then into new ones. Deterministic, and never more into a bin than it has left.
 *
 * Placement strategies do not enter: `spread` and `binpack` say where ECS likes a task best, and it places one wherever it
 * fits when nothing better is left ("Amazon ECS task placement strategies": best effort). That a packing exists does not
 * mean that ECS finds it; where that matters, `any-order.ts` proves more.
 *
 * One class of tasks meets each bin once, so the work grows with classes times bins, not with tasks.
 */
export const packTasks = ({ tasks, spare, bins, machines }: PackingProblem): Packing => {
  const whole = mostOf([...bins, ...machines.flatMap(({ samples }) => samples)].map(({ left }) => left))
  const packer = new Packer([...bins].sort(byFullness(whole)), machines)
  const order = byShare(whole)
  const placeAll = (counts: readonly ClassCount[]) =>
    [...counts].sort(order).flatMap((each) => packer.place(each) ?? [])
  const unplaced = placeAll(tasks)
  const unplacedSpare = placeAll(spare)
  const { placements, awaiting } = packer
  return { placements, unplaced, unplacedSpare, added: packer.added(), awaiting: [...awaiting] }
}

const byFullness =
  (whole: Resources) =>
  (one: Bin, other: Bin): number =>
    dominantShare(one.left, whole) - dominantShare(other.left, whole) || compareText(one.id, other.id)

const byShare = (whole: Resources) => {
  const shares = new Map<TaskClass, number>()
  const shareOf = (taskClass: TaskClass): number => {
    const share = shares.get(taskClass) ?? dominantShare(taskClass.need, whole)
    shares.set(taskClass, share)
    return share
  }
  return ({ taskClass: one }: ClassCount, { taskClass: other }: ClassCount): number =>
    shareOf(other) - shareOf(one) || compareText(one.key, other.key)
}

interface Growth {
  readonly machine: NewMachine
  count: number
}

class Packer {
  readonly placements: Placement[] = []
  readonly awaiting = new Set<TaskClass>()
  readonly #open: OpenBin[]
  readonly #growths: readonly Growth[]
  readonly #added = new Set<OpenBin>()
  readonly #admissions = new Admissions()

  constructor(bins: readonly Bin[], machines: readonly NewMachine[]) {
    const coming = machines.flatMap(({ bin, comingCount }) =>
      Array.from({ length: comingCount }, (_, nth) => bin(nth)),
    )
    this.#open = [...bins, ...coming].map(open)
    this.#growths = machines.map((machine) => ({ machine, count: 0 }))
  }

  added(): ReadonlyMap<string, number> {
    return new Map(
      this.#growths.filter(({ count }) => count > 0).map(({ machine, count }) => [machine.group, count]),
    )
  }

  /** Undefined: all of them have a place. */
  place({ taskClass, count }: ClassCount): Unplaced | undefined {
    const { key: classKey, unmodelled } = taskClass
    if (unmodelled.length > 0) return { classKey, count, because: 'unmodelled', about: unmodelled }
    let left = this.#fill(taskClass, count)
    while (left > 0) {
      const growth = this.#bestGrowth(taskClass, left)
      if (growth === undefined) return { classKey, count: left, because: this.#whyNot(taskClass), about: [] }
      left -= this.#putInto(this.#grow(growth), taskClass, left)
    }
    return undefined
  }

  #fill(taskClass: TaskClass, count: number): number {
    let left = count
    for (const opened of this.#open) {
      if (left === 0) break
      left -= this.#putInto(opened, taskClass, left)
    }
    return left
  }

  #putInto(opened: OpenBin, taskClass: TaskClass, most: number): number {
    const room = roomFor(taskClass, opened)
    if (room === 0 || !this.#admissions.admits(taskClass, opened.bin)) return 0
    const count = Math.min(room, most)
    put(opened, taskClass, count)
    if (this.#added.has(opened)) this.awaiting.add(taskClass)
    this.placements.push({ binId: opened.bin.id, classKey: taskClass.key, count })
    return count
  }

  #grow(growth: Growth): OpenBin {
    const { machine, count } = growth
    const opened = open(machine.bin(machine.comingCount + count))
    growth.count += 1
    this.#open.push(opened)
    this.#added.add(opened)
    return opened
  }

  /** The group whose machines would be smallest altogether for what is left, the first by name among equals. */
  #bestGrowth(taskClass: TaskClass, count: number): Growth | undefined {
    const able = this.#growths.filter(({ machine, count: added }) => added < machine.limit)
    const rated = able.flatMap((growth) => {
      const size = this.#sizeFor(growth, taskClass, count)
      return size === undefined ? [] : { growth, size }
    })
    rated.sort(
      (one, other) =>
        one.size - other.size || compareText(one.growth.machine.group, other.growth.machine.group),
    )
    return rated[0]?.growth
  }

  /** Undefined: none of the next machines takes one, each zone having had its turn. */
  #sizeFor({ machine, count: added }: Growth, taskClass: TaskClass, count: number): number | undefined {
    const next = machine.samples.map((_, nth) => machine.bin(machine.comingCount + added + nth))
    const bin = next.find((each) => this.#takesOne(each, taskClass))
    if (bin === undefined) return undefined
    const { cpu, memory } = bin.left
    return Math.ceil(count / roomFor(taskClass, bin)) * (cpu + memory / MEMORY_FOR_CPU_UNIT)
  }

  #takesOne = (bin: Bin, taskClass: TaskClass): boolean =>
    roomFor(taskClass, bin) > 0 && this.#admissions.admits(taskClass, bin)

  #whyNot(taskClass: TaskClass): UnplacedBecause {
    if (this.#growths.length === 0) return 'no-room'
    const able = this.#growths.filter(({ machine }) =>
      machine.samples.some((bin) => this.#takesOne(bin, taskClass)),
    )
    if (able.length === 0) return 'fits-no-machine'
    return able.some(({ machine, count }) => count < machine.limit) ? 'zone-not-next' : 'group-maximum'
  }
}

/** What a machine costs follows its CPU and memory; general purpose instance types have 4 MiB for each CPU unit. */
const MEMORY_FOR_CPU_UNIT = 4
