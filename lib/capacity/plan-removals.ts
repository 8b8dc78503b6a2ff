import { schedulableTasks } from './schedulable.ts'
import { withDaemons, open, roomFor, type Bin } from './bin.ts'
import { byCost, judgeInstances, type Candidate } from './candidate.ts'
import { isLeaving, isMember, isUsable } from './instance-state.ts'
import type { PlanBecause } from './plan.ts'
import { Removal, type Refusal } from './removal.ts'
import { removalBudget, wouldFlap } from './scale-in-limits.ts'
import type { ClusterSnapshot } from './snapshot.ts'
import type { Survey } from './survey.ts'
import type { TaskClass } from './task-class.ts'

export interface RemovalQuestion {
  /** Groups of which nothing forbids to take instances. */
  readonly groups: readonly string[]
  readonly budgetPercent: number
}

export interface GroupRemovals {
  readonly remove: readonly string[]
  readonly because: PlanBecause
  readonly about: readonly string[]
}

export type RemovalPlans = ReadonlyMap<string, GroupRemovals>

/**
 * Chooses what to remove, group by group, as one set: what is chosen in one group counts in the proof of the next. Each
 * instance comes from a zone of its group that has no fewer members than any other, so that Auto Scaling has nothing to
 * rebalance; in that zone the cheapest goes first. Every choice keeps room for the headroom (`removableTogether`), passes
 * the flap rule for each service whose tasks would fit on it, and stays within the budget.
 */
export const planRemovals = (survey: Survey, { groups, budgetPercent }: RemovalQuestion): RemovalPlans => {
  const removal = new Removal(survey, 'headroom')
  const slots = new SlotCounts(survey)
  const candidates = judgeInstances(survey.snapshot, survey.workload)
    .flatMap((each) => (each.kind === 'candidate' ? each.candidate : []))
    .sort(byCost)
  return new Map(
    groups.map((group) => {
      const own = candidates.filter((candidate) => candidate.group === group)
      const budget = budgetOf(group, survey.snapshot, budgetPercent)
      return [group, chooseIn({ group, candidates: own, budget, survey, removal, slots })]
    }),
  )
}

const budgetOf = (group: string, { instances }: ClusterSnapshot, percent: number): number => {
  const own = instances.filter((instance) => instance.group === group)
  const staying = own.filter((instance) => isMember(instance) && !isLeaving(instance))
  return removalBudget({
    instances: own.length,
    percent,
    leaving: own.filter(isLeaving).length,
    notReady: staying.filter((instance) => !isUsable(instance)).length,
  })
}

interface Choice {
  readonly group: string
  /** Of the group, cheapest first. */
  readonly candidates: readonly Candidate[]
  readonly budget: number
  readonly survey: Survey
  readonly removal: Removal
  readonly slots: SlotCounts
}

/**
 * Instances that one look takes at most: each is a call of its own, and a batch must be on its way before the next look.
 */
const MOST_REMOVALS = 50

/** Choices that failed before the rest is given up; see `MOST_REFUSALS` of removals. */
const MOST_FAILURES = 20

const chooseIn = ({ group, candidates, budget, survey, removal, slots }: Choice): GroupRemovals => {
  const zones = new ZoneCounts(group, survey.snapshot)
  const left = new Set(candidates)
  const chosen: string[] = []
  let why: Pick<GroupRemovals, 'because' | 'about'> = { because: 'enough', about: [] }
  for (let failures = 0; failures < MOST_FAILURES;) {
    if (chosen.length >= Math.min(budget, MOST_REMOVALS)) break
    const next = [...left].find(({ instance }) => zones.isFullest(instance.zone))
    if (next === undefined) break
    left.delete(next)
    const refusal = refuse(next, removal, slots)
    if (refusal === undefined) {
      zones.take(next.instance.zone)
      chosen.push(next.instance.instanceId)
      continue
    }
    why = refusal
    failures += 1
    if (refusal.because === 'group-minimum' || refusal.because === 'unmodelled-demand') break
  }
  if (chosen.length > 0) return { remove: chosen, because: 'removable', about: [] }
  return { remove: [], ...whyNone({ why, budget, left: left.size }) }
}

const refuse = (
  candidate: Candidate,
  removal: Removal,
  slots: SlotCounts,
):
  | (Refusal & { readonly because: PlanBecause })
  | { because: PlanBecause; about: readonly string[] }
  | undefined => {
  const flapping = slots.findFlapping(candidate)
  if (flapping !== undefined) return { because: 'would-flap', about: [flapping.key] }
  const refusal = removal.add([candidate])
  if (refusal === undefined) slots.take(candidate)
  return refusal && { because: asPlanReason(refusal), about: refusal.about }
}

const asPlanReason = ({ because }: Refusal): PlanBecause =>
  because === 'group-minimum' || because === 'unmodelled-demand' ? because : 'no-room'

const whyNone = ({
  why,
  budget,
  left,
}: {
  readonly why: Pick<GroupRemovals, 'because' | 'about'>
  readonly budget: number
  readonly left: number
}): Pick<GroupRemovals, 'because' | 'about'> => {
  if (left > 0 && budget === 0) return { because: 'budget', about: [] }
  return left > 0 && why.because === 'enough' ? { because: 'zone-balance', about: [] } : why
}

/** Members of one group in each of its zones. */
class ZoneCounts {
  readonly #counts = new Map<string, number>()

  constructor(group: string, { instances }: ClusterSnapshot) {
    for (const instance of instances)
      if (instance.group === group && isMember(instance) && !isLeaving(instance))
        this.#counts.set(instance.zone, this.of(instance.zone) + 1)
  }

  of(zone: string): number {
    return this.#counts.get(zone) ?? 0
  }

  isFullest(zone: string): boolean {
    return this.of(zone) >= Math.max(0, ...this.#counts.values())
  }

  take(zone: string): void {
    this.#counts.set(zone, this.of(zone) - 1)
  }
}

interface Balance {
  readonly taskClass: TaskClass
  readonly excess: number
  readonly shortage: number
  removedSlots: number
}

/** What the flap rule needs to know of each service: what still goes in, what waits, and what an instance holds of it. */
class SlotCounts {
  readonly #balances: readonly Balance[]
  readonly #empty = new Map<string, Bin>()
  readonly #survey: Survey

  constructor(survey: Survey) {
    this.#survey = survey
    const { snapshot, workload, bins, admissions, demand, headroomWithRoom } = survey
    const waiting = new Map<string, number>()
    for (const { taskClass, count } of [...demand.tasks, ...headroomWithRoom])
      waiting.set(taskClass.key, (waiting.get(taskClass.key) ?? 0) + count)
    this.#balances = snapshot.services.flatMap(({ name, isDaemon, desiredCount }) => {
      const taskClass = workload.ofService.get(name)
      if (isDaemon || desiredCount === 0 || taskClass === undefined) return []
      const excess = schedulableTasks(taskClass, bins, admissions)
      return { taskClass, excess, shortage: waiting.get(taskClass.key) ?? 0, removedSlots: 0 }
    })
  }

  /** A service that would ask one of them back at once, were this one to go too. Undefined: none would. */
  findFlapping(candidate: Candidate): TaskClass | undefined {
    return this.#balances.find(({ taskClass, excess, shortage, removedSlots }) => {
      const slots = this.#slotsOf(candidate, taskClass)
      return slots > 0 && wouldFlap({ excess, shortage, removedSlots: removedSlots + slots })
    })?.taskClass
  }

  take(candidate: Candidate): void {
    for (const balance of this.#balances) balance.removedSlots += this.#slotsOf(candidate, balance.taskClass)
  }

  #slotsOf({ instance }: Candidate, taskClass: TaskClass): number {
    const bin = this.#empty.get(instance.instanceId) ?? this.#emptied(instance.instanceId)
    return bin !== undefined && this.#survey.admissions.admits(taskClass, bin)
      ? roomFor(taskClass, open(bin))
      : 0
  }

  /** The instance with nothing but its daemons. */
  #emptied(instanceId: string): Bin | undefined {
    const { bins, snapshot, workload } = this.#survey
    const bin = bins.find(({ id }) => id === instanceId)
    const registered = snapshot.instances.find((each) => each.instanceId === instanceId)?.containerInstance
      ?.registered
    if (bin === undefined || registered === undefined) return undefined
    const empty = withDaemons(
      { ...bin, left: registered, usedPorts: new Set(), taskGroups: new Set() },
      workload.daemons,
    )
    this.#empty.set(instanceId, empty)
    return empty
  }
}
