import { roomFor, withDaemons, type Bin } from './bin.ts'
import type { Candidate } from './candidate.ts'
import { wouldFlap } from './scale-in-limits.ts'
import { schedulableTasks } from './schedulable.ts'
import type { Survey } from './survey.ts'
import type { TaskClass } from './task-class.ts'

/** What the flap rule needs to know of each service: what still goes in, what waits, and what an instance holds of it. */
export class SlotBalances {
  readonly #basis: Basis
  /** By the place of the service in `balances`: its slots on everything taken so far. Absent: nothing was taken. */
  readonly #removed: number[]

  private constructor(basis: Basis, removed: readonly number[]) {
    this.#basis = basis
    this.#removed = [...removed]
  }

  static of(survey: Survey): SlotBalances {
    return new SlotBalances(basisOf(survey), [])
  }

  copy(): SlotBalances {
    return new SlotBalances(this.#basis, this.#removed)
  }

  /** A service that would ask this one back at once, were it to go beside those taken. Undefined: none would. */
  findFlapping(candidate: Candidate): TaskClass | undefined {
    const { balances, slotsOf } = this.#basis
    return balances.find(({ taskClass, excess, shortage }, index) => {
      const slots = slotsOf(candidate, taskClass)
      return slots > 0 && wouldFlap({ excess, shortage, removedSlots: (this.#removed[index] ?? 0) + slots })
    })?.taskClass
  }

  take(candidate: Candidate): void {
    const { balances, slotsOf } = this.#basis
    for (const [index, { taskClass }] of balances.entries())
      this.#removed[index] = (this.#removed[index] ?? 0) + slotsOf(candidate, taskClass)
  }
}

interface Balance {
  readonly taskClass: TaskClass
  readonly excess: number
  readonly shortage: number
}

interface Basis {
  readonly balances: readonly Balance[]
  /** How many tasks of a class the instance would take with nothing but its daemons on it. */
  readonly slotsOf: (candidate: Candidate, taskClass: TaskClass) => number
}

const basisOf = (survey: Survey): Basis => {
  const { bins, workload, admissions } = survey
  const binById = new Map(bins.map((bin) => [bin.id, bin]))
  const emptied = new Map<Candidate, Bin>()
  const empty = (candidate: Candidate): Bin | undefined => {
    const bin = emptied.get(candidate) ?? binById.get(candidate.instance.instanceId)
    if (bin === undefined || emptied.has(candidate)) return bin
    const { registered } = candidate.instance.containerInstance
    const cleared = { ...bin, left: registered, usedPorts: new Set<string>(), taskGroups: new Set<string>() }
    emptied.set(candidate, withDaemons(cleared, workload.daemons))
    return emptied.get(candidate)
  }
  return {
    balances: balancesOf(survey),
    slotsOf: (candidate, taskClass) => {
      const bin = empty(candidate)
      return bin !== undefined && admissions.admits(taskClass, bin) ? roomFor(taskClass, bin) : 0
    },
  }
}

const balancesOf = ({ snapshot, workload, bins, admissions, demand, headroomWithRoom }: Survey) => {
  const waiting = new Map<string, number>()
  for (const { taskClass, count } of [...demand.tasks, ...headroomWithRoom])
    waiting.set(taskClass.key, (waiting.get(taskClass.key) ?? 0) + count)
  return snapshot.services.flatMap(({ name, isDaemon, desiredCount }): Balance | [] => {
    const taskClass = workload.ofService.get(name)
    if (isDaemon || desiredCount === 0 || taskClass === undefined) return []
    const excess = schedulableTasks(taskClass, bins, admissions)
    return { taskClass, excess, shortage: waiting.get(taskClass.key) ?? 0 }
  })
}
