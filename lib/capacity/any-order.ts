import { roomFor, type Admissions, type Bin } from './bin.ts'
import { RESOURCE_NAMES, mostOf, plus, sumOf, times, type ResourceName } from './resources.ts'
import type { Resources } from './snapshot.ts'
import { shapeKey, sharesPort, type ClassCount, type TaskClass } from './task-class.ts'

/**
 * Proves that ECS will find room for every one of these tasks, whatever it does: in any order, on any instance that fits,
 * by any strategy. Undefined: proven. Otherwise a class of which the proof says nothing; it may fit all the same.
 *
 * That a packing exists is not enough. ECS places one task after the other and never moves one to make room, so a small
 * task may sit down where alone a large one would have fitted. The proof therefore asks of each class: could all the other
 * tasks together, put wherever they do most harm, shut its last one out? They cannot if they cannot block every instance
 * that has room for one now. How many they can block at most is bounded in three ways, each of which is enough:
 *
 * - by volume: to block an instance through a resource they must take more there than what it has left less one need. Of
 *   each resource they have only so much, and it is spent on the instances that are cheapest to block;
 * - by count: blocking an instance takes a whole number of tasks, the largest of them at best, and each is on one instance;
 * - by slots: a task takes at most ⌈its need / the class's need⌉ places of the class, over resources the most.
 *
 * Example: three tasks of 1,024 units, and four instances with 1,536 units left. Two of them, however placed, block two
 * instances, so the last one fits. With two instances it may be shut out only if both are blocked: by slots the two have
 * one place each, so three tasks do not fit and nothing is proven.
 *
 * Every task that is still to be placed must be among `tasks`. If these can be placed, so can any part of them, on these
 * bins and more: what holds for a set of instances to be removed holds for each part of it.
 */
export const findShutOut = ({
  tasks,
  bins,
  admissions,
  suspect,
}: AnyOrderQuestion): TaskClass | undefined => {
  const shapes = shapesOf(tasks)
  const reach = new Reach(bins, admissions)
  const isShutOut = (shape: Shape): boolean => !isSafe(shape, shapes, reach)
  const first = shapes.find(({ key }) => key === suspect)
  const found = first !== undefined && isShutOut(first) ? first : shapes.find(isShutOut)
  return found?.taskClass
}

interface AnyOrderQuestion {
  readonly tasks: readonly ClassCount[]
  readonly bins: readonly Bin[]
  readonly admissions: Admissions
  /** The shape that was shut out last time is asked first: what fails, fails fast. Absent: none was. */
  readonly suspect?: string | undefined
}

/** Classes that fit alike, counted together. */
interface Shape extends ClassCount {
  readonly key: string
  readonly takes: Resources
}

const shapesOf = (tasks: readonly ClassCount[]): readonly Shape[] => {
  const shapes = new Map<string, Shape>()
  for (const { taskClass, count } of tasks) {
    const key = shapeKey(taskClass)
    const known = shapes.get(key)
    const takes = times(count, taskClass.need)
    shapes.set(
      key,
      known === undefined
        ? { key, taskClass, count, takes }
        : { ...known, count: known.count + count, takes: plus(known.takes, takes) },
    )
  }
  return [...shapes.values()]
}

/** Which bins admit which requirements, and whether two requirements meet anywhere. Few requirements meet many bins. */
class Reach {
  readonly #bins: readonly Bin[]
  readonly #admissions: Admissions
  readonly #admitting = new Map<string, readonly Bin[]>()
  readonly #meeting = new Map<string, boolean>()

  constructor(bins: readonly Bin[], admissions: Admissions) {
    this.#bins = bins
    this.#admissions = admissions
  }

  binsFor(taskClass: TaskClass): readonly Bin[] {
    if (taskClass.unmodelled.length > 0) return []
    const { key } = taskClass.requirements
    const known =
      this.#admitting.get(key) ?? this.#bins.filter((bin) => this.#admissions.admits(taskClass, bin))
    this.#admitting.set(key, known)
    return known
  }

  meets(one: TaskClass, other: TaskClass): boolean {
    if (one.requirements === other.requirements) return true
    const key = `${one.requirements.key} ${other.requirements.key}`
    const known =
      this.#meeting.get(key) ?? this.binsFor(one).some((bin) => this.#admissions.admits(other, bin))
    this.#meeting.set(key, known)
    return known
  }
}

const isSafe = (shape: Shape, shapes: readonly Shape[], reach: Reach): boolean => {
  const others = shapes.filter((other) => other !== shape && reach.meets(shape.taskClass, other.taskClass))
  const enough = shape.count + slotsLost(shape, others, Infinity)
  const openings: Bin[] = []
  let most = 0
  let slots = 0
  for (const bin of reach.binsFor(shape.taskClass)) {
    const room = roomFor(shape.taskClass, bin)
    if (room === 0) continue
    openings.push(bin)
    most = Math.max(most, room)
    slots += room
    // On a cluster with room to spare the first few instances are proof enough.
    if (slots >= enough) return true
  }
  const question = { shape, others, openings }
  return (
    slots >= shape.count + slotsLost(shape, others, most) ||
    isSafeByCount(question) ||
    isSafeByVolume(question)
  )
}

interface Question {
  readonly shape: Shape
  /** Other shapes that may come to the same instances. */
  readonly others: readonly Shape[]
  /** Bins that take at least one. */
  readonly openings: readonly Bin[]
}

/** How many places of a shape the others take at most. @param most places on any one instance. */
const slotsLost = ({ taskClass }: Shape, others: readonly Shape[], most: number): number =>
  others.reduce(
    (total, other) => total + other.count * Math.min(most, slotsLostTo(other.taskClass, taskClass)),
    0,
  )

const slotsLostTo = ({ need: other }: TaskClass, { need }: TaskClass): number => {
  let lost = sharesPort(other, need) ? 1 : 0
  for (const name of RESOURCE_NAMES)
    if (need[name] > 0) lost = Math.max(lost, Math.ceil(other[name] / need[name]))
  return lost
}

/** Tasks that may block a bin by being there: they want the same port, or are kept apart from it. */
const repellingCount = ({ shape, others }: Question): number => {
  const { taskClass, count } = shape
  const isExclusive = taskClass.isDistinct || taskClass.need.hostPorts.length > 0
  return others
    .filter((other) => sharesPort(other.taskClass.need, taskClass.need))
    .reduce((sum, other) => sum + other.count, isExclusive ? count - 1 : 0)
}

/** What must be exceeded on a bin through one resource, so that the class no longer goes in. */
const threshold = ({ left }: Bin, need: Resources, name: ResourceName): number => left[name] - need[name]

const isSafeByCount = (question: Question): boolean => {
  const { shape, others, openings } = question
  const { need } = shape.taskClass
  const total = others.reduce((sum, { count }) => sum + count, shape.count - 1)
  // What keeps one another away has one place on each instance, and places are counted by slots already.
  if (repellingCount(question) > 0) return false
  const largest = mostOf([
    ...others.map(({ taskClass }) => taskClass.need),
    ...(shape.count > 1 ? [need] : []),
  ])
  const names = RESOURCE_NAMES.filter((name) => need[name] > 0 && largest[name] > 0)
  let cost = 0
  for (const bin of openings) {
    let fewest = Infinity
    for (const name of names)
      fewest = Math.min(fewest, Math.floor(threshold(bin, need, name) / largest[name]) + 1)
    cost += fewest
  }
  // All of them are blocked only if there are tasks enough for every one.
  return cost > total
}

const isSafeByVolume = (question: Question): boolean => {
  const { shape, others, openings } = question
  const { need } = shape.taskClass
  const volume = sumOf([times(shape.count - 1, need), ...others.map(({ takes }) => takes)])
  let blocked = repellingCount(question)
  for (const name of RESOURCE_NAMES) {
    if (need[name] === 0 || blocked >= openings.length) continue
    const costs = openings.map((bin) => threshold(bin, need, name) + SMALLEST_PART)
    blocked += mostWithin(costs, volume[name])
  }
  return openings.length > blocked
}

/** ECS counts CPU units, MiB, GPUs and interfaces in whole numbers, so more means at least one more. */
const SMALLEST_PART = 1

/** How many of these, the cheapest first, a budget pays for. */
const mostWithin = (costs: readonly number[], budget: number): number => {
  let left = budget
  let count = 0
  for (const cost of Float64Array.from(costs).sort()) {
    left -= cost
    if (left < 0) return count
    count += 1
  }
  return count
}
