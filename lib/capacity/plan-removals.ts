import { byCost, judgeInstances, type Candidate } from './candidate.ts'
import { isLeaving, isMember, isUsable } from './instance-state.ts'
import type { PlanBecause } from './plan.ts'
import { Removal } from './removal.ts'
import { removalBudget } from './scale-in-limits.ts'
import { SlotBalances } from './slot-balances.ts'
import type { ClusterSnapshot } from './snapshot.ts'
import type { Survey } from './survey.ts'

interface RemovalQuestion {
  /** Groups of which nothing forbids to take instances. */
  readonly groups: readonly string[]
  readonly budgetPercent: number
}

interface GroupRemovals {
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
  const slots = SlotBalances.of(survey)
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
  readonly slots: SlotBalances
}

/**
 * Instances that one look takes at most: each is a call of its own, and a batch must be on its way before the next look.
 */
const MOST_REMOVALS = 50

/** Choices that failed before the rest is given up; see `MOST_REFUSALS` of removals. */
const MOST_FAILURES = 5

type Why = Pick<GroupRemovals, 'because' | 'about'>

const chooseIn = (choice: Choice): GroupRemovals => {
  const { group, candidates, survey, removal, slots } = choice
  const budget = Math.min(choice.budget, MOST_REMOVALS)
  const zones = new ZoneCounts(membersByZone(group, survey.snapshot))
  const left = new Set(candidates)
  const chosen: string[] = []
  let why: Why = { because: 'enough', about: [] }
  for (let failures = 0; failures < MOST_FAILURES && chosen.length < budget; failures += 1) {
    const wish = wishFor(left, { zones, slots, count: budget - chosen.length })
    const { taken, refusal } = removal.takeFirst(wish.candidates)
    for (const candidate of wish.candidates.slice(0, taken)) {
      left.delete(candidate)
      zones.take(candidate.instance.zone)
      slots.take(candidate)
      chosen.push(candidate.instance.instanceId)
    }
    const refused = wish.candidates[taken] ?? wish.flapping?.candidate
    if (refusal !== undefined) why = refusal
    else if (wish.flapping !== undefined) why = { because: 'would-flap', about: [wish.flapping.service] }
    if (refused === undefined) break
    left.delete(refused)
  }
  if (chosen.length > 0) return { remove: chosen, because: 'removable', about: [] }
  return { remove: [], ...whyNone({ why, budget: choice.budget, left: left.size }) }
}

interface Wish {
  /** In the order in which they should go, if it can be proven that they may. */
  readonly candidates: readonly Candidate[]
  /** The next one would be asked back at once. Absent: none was found that would. */
  readonly flapping?: { readonly candidate: Candidate; readonly service: string }
}

interface WishQuestion {
  readonly zones: ZoneCounts
  readonly slots: SlotBalances
  readonly count: number
}

/** What zones and the flap rule would let go next, each as if those before it had gone. */
const wishFor = (left: ReadonlySet<Candidate>, question: WishQuestion): Wish => {
  const zones = question.zones.copy()
  const slots = question.slots.copy()
  const open = new Set(left)
  const candidates: Candidate[] = []
  while (candidates.length < question.count) {
    const candidate = firstInFullest(open, zones)
    if (candidate === undefined) return { candidates }
    const flapping = slots.findFlapping(candidate)
    if (flapping !== undefined) return { candidates, flapping: { candidate, service: flapping.key } }
    open.delete(candidate)
    zones.take(candidate.instance.zone)
    slots.take(candidate)
    candidates.push(candidate)
  }
  return { candidates }
}

const firstInFullest = (open: ReadonlySet<Candidate>, zones: ZoneCounts): Candidate | undefined => {
  for (const candidate of open) if (zones.isFullest(candidate.instance.zone)) return candidate
  return undefined
}

const whyNone = ({
  why,
  budget,
  left,
}: {
  readonly why: Why
  readonly budget: number
  readonly left: number
}): Why => {
  if (left > 0 && budget === 0) return { because: 'budget', about: [] }
  return left > 0 && why.because === 'enough' ? { because: 'zone-balance', about: [] } : why
}

const membersByZone = (group: string, { instances }: ClusterSnapshot): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const instance of instances)
    if (instance.group === group && isMember(instance) && !isLeaving(instance))
      counts.set(instance.zone, (counts.get(instance.zone) ?? 0) + 1)
  return counts
}

/** Members of one group in each of its zones. */
class ZoneCounts {
  readonly #counts: Map<string, number>

  constructor(counts: ReadonlyMap<string, number>) {
    this.#counts = new Map(counts)
  }

  copy(): ZoneCounts {
    return new ZoneCounts(this.#counts)
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
