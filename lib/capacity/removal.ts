import { findShutOut } from './any-order.ts'
import { couldHold, type Bin } from './bin.ts'
import { byCost, judgeInstances, type Candidate, type Kept, type KeptBecause } from './candidate.ts'
import { merged } from './demand.ts'
import { membersOf } from './growth.ts'
import { isLasting, type RegisteredInstance } from './instance-state.ts'
import { schedulableTasks } from './schedulable.ts'
import type { Survey } from './survey.ts'
import { shapeKey, type ClassCount, type TaskClass } from './task-class.ts'

/** A set of instances that may go all together, and why the others stay. */
export interface Removable {
  /** Cheapest first. Every part of it may go too. */
  readonly together: readonly Candidate[]
  readonly kept: readonly Kept[]
}

/**
 * Instances that can be removed all together without leaving a task behind, the cheapest first.
 *
 * Proven: when all of them drain at once, or one after the other, each of their service tasks, and everything that waits
 * for a place already (but what has none now and could have none on them either: it loses nothing), finds room on instances that stay, in whatever order and wherever ECS places them (`any-order.ts`).
 * With `keeping: 'headroom'` the same holds for the headroom tasks too, so that the next look asks for no new machine.
 * Staying are instances in service in the stack's groups, ACTIVE with the agent connected, not in the set; what others
 * offer is not counted on. No group goes below its minimum.
 *
 * Assumed: the snapshot is true; no other task takes the room before the drain ends (a service that scales out, a task
 * started by hand, a move by ECS's own zone rebalancing); no instance that stays is lost; what is free by ECS's count of
 * CPU, memory, GPUs, interfaces and ports is free indeed; a replacement starts, becomes healthy and lets the old task go,
 * as the service's bounds allow. If an assumption breaks, the drain waits and says `no-capacity`; no task is lost by it.
 */
export const removableTogether = (survey: Survey, keeping: 'headroom' | 'tasks'): Removable => {
  const judgements = judgeInstances(survey.snapshot, survey.workload)
  const candidates = judgements.flatMap((each) => (each.kind === 'candidate' ? each.candidate : []))
  const kept = judgements.flatMap((each) => (each.kind === 'kept' ? each.kept : []))
  const removal = new Removal(survey, keeping)
  const refused = removal.take([...candidates].sort(byCost))
  return { together: removal.taken, kept: [...kept, ...refused] }
}

/**
 * Instances that did not fit before the rest is given up. Each costs proofs of classes times instances; the cheapest
 * candidates come first, so what follows so many that did not fit would hardly fit either.
 */
const MOST_REFUSALS = 5

/** Why no instance, or not this one, may be added to the set. */
export interface Refusal {
  readonly because: Extract<KeptBecause, 'unmodelled-demand' | 'group-minimum' | 'no-room'>
  readonly about: readonly string[]
}

/** A set of instances that grows as long as it is proven that all of it may go. */
export class Removal {
  readonly #survey: Survey
  readonly #waiting: readonly ClassCount[]
  readonly #allowance: ReadonlyMap<string, number>
  readonly #lasting: readonly Bin[]
  readonly #binById: ReadonlyMap<string, Bin>
  /** By class: whether a task of it could be placed now. */
  readonly #hasRoom = new Map<TaskClass, boolean>()
  #taken: readonly Candidate[] = []
  #suspect: string | undefined

  constructor(survey: Survey, keeping: 'headroom' | 'tasks') {
    this.#survey = survey
    this.#waiting = [...survey.demand.tasks, ...(keeping === 'headroom' ? survey.headroomWithRoom : [])]
    this.#allowance = allowanceByGroup(survey)
    this.#binById = new Map(survey.bins.map((bin) => [bin.id, bin]))
    const lasting = new Set(survey.snapshot.instances.filter(isLasting).map(({ instanceId }) => instanceId))
    this.#lasting = survey.bins.filter(({ id }) => lasting.has(id))
  }

  get taken(): readonly Candidate[] {
    return this.#taken
  }

  /** Adds what can be added, in order, and says why the rest cannot. */
  take(candidates: readonly Candidate[]): readonly Kept[] {
    const kept: Kept[] = []
    let left = candidates
    for (let refusals = 0; left.length > 0; refusals += 1) {
      const { taken, refusal } = this.takeFirst(left)
      left = left.slice(taken)
      const [refused] = left
      if (refusal === undefined || refused === undefined) return kept
      const isAlike = this.#alike(refused, refusal, refusals)
      kept.push(...keptBy(left.filter(isAlike), refusal))
      left = left.filter((candidate) => !isAlike(candidate))
    }
    return kept
  }

  /** Whom else a refusal concerns: the whole group at its minimum, everybody when there is no hope, else nobody. */
  #alike(refused: Candidate, { because }: Refusal, refusals: number): (other: Candidate) => boolean {
    if (because === 'group-minimum') return ({ group }) => group === refused.group
    if (because === 'unmodelled-demand' || refusals >= MOST_REFUSALS) return () => true
    return (other) => other === refused
  }

  /**
   * Adds as many as can be added from the first on, and says why the next one cannot. All at once first, and then by
   * halves, so that a large set takes few proofs.
   */
  takeFirst(candidates: readonly Candidate[]): { readonly taken: number; readonly refusal?: Refusal } {
    let refusal = this.add(candidates)
    if (refusal === undefined) return { taken: candidates.length }
    let taken = 0
    for (let refused = candidates.length; refused - taken > 1;) {
      const middle = Math.floor((taken + refused) / 2)
      const why = this.add(candidates.slice(taken, middle))
      if (why === undefined) taken = middle
      else [refused, refusal] = [middle, why]
    }
    return { taken, refusal }
  }

  /** Adds all of them, or says why not and adds none. */
  add(batch: readonly Candidate[]): Refusal | undefined {
    const all = [...this.#taken, ...batch]
    const refusal = this.#refuse(all)
    if (refusal === undefined) this.#taken = all
    return refusal
  }

  #refuse(all: readonly Candidate[]): Refusal | undefined {
    const [unknown] = this.#survey.demand.tasks.flatMap(({ taskClass: { key, unmodelled, unproven } }) => {
      const why = [...unmodelled, ...unproven]
      return why.length > 0 ? [[key, ...why]] : []
    })
    if (unknown !== undefined) return { because: 'unmodelled-demand', about: unknown }
    if (!this.#leavesMinimum(all)) return { because: 'group-minimum', about: [] }
    const shutOut = this.#shutOut(all)
    return shutOut && { because: 'no-room', about: [shutOut.key] }
  }

  #leavesMinimum(all: readonly Candidate[]): boolean {
    const counts = new Map<string, number>()
    for (const { group } of all) counts.set(group, (counts.get(group) ?? 0) + 1)
    return [...counts].every(([group, count]) => count <= (this.#allowance.get(group) ?? 0))
  }

  #shutOut(all: readonly Candidate[]): TaskClass | undefined {
    const going = new Set(all.map(({ instance }) => instance.instanceId))
    const staying = this.#lasting.filter(({ id }) => !going.has(id))
    const moves = all.flatMap((candidate) => candidate.moves)
    const waiting = this.#waiting.filter(({ taskClass }) => this.#isConcerned(taskClass, all))
    const shutOut = findShutOut({
      tasks: merged([...waiting, ...moves]),
      bins: staying,
      admissions: this.#survey.admissions,
      suspect: this.#suspect,
    })
    this.#suspect = shutOut && shapeKey(shutOut)
    return shutOut
  }

  /**
   * A task that has no place now, and could have none on what goes either, waits no longer for it. So one that fits no
   * machine holds up nobody, unless an instance that is there is larger than what its group would launch.
   */
  #isConcerned(taskClass: TaskClass, going: readonly Candidate[]): boolean {
    const { bins, admissions } = this.#survey
    const hasRoom = this.#hasRoom.get(taskClass) ?? schedulableTasks(taskClass, bins, admissions) > 0
    this.#hasRoom.set(taskClass, hasRoom)
    return hasRoom || going.some(({ instance }) => this.#couldHold(taskClass, instance))
  }

  #couldHold(taskClass: TaskClass, { instanceId, containerInstance }: RegisteredInstance): boolean {
    const bin = this.#binById.get(instanceId)
    const empty = bin && { ...bin, left: containerInstance.registered }
    return empty !== undefined && couldHold(taskClass, empty, this.#survey.admissions)
  }
}

const keptBy = (candidates: readonly Candidate[], { because, about }: Refusal): readonly Kept[] =>
  candidates.map(({ instance }) => ({ instanceId: instance.instanceId, because, about }))

/** How many each group may lose: it may neither fall below its minimum nor be told to. */
const allowanceByGroup = ({ snapshot }: Survey): ReadonlyMap<string, number> =>
  new Map(
    snapshot.groups.map((group) => [
      group.name,
      Math.max(0, Math.min(group.desired, membersOf(group, snapshot).length) - group.min),
    ]),
  )
