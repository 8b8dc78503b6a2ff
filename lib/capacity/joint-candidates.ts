import { byCost, judgeInstances, type Candidate } from './candidate.ts'
import { membersOf } from './growth.ts'
import { isMember } from './instance-state.ts'
import { Removal, type Removable } from './removal.ts'
import type { ClusterSnapshot } from './snapshot.ts'
import { surveyCluster } from './survey.ts'

/** What makes a difference to whom Auto Scaling may take. */
interface CandidateQuestion {
  readonly snapshot: ClusterSnapshot
  readonly headroomPercent: number
  /** Instances that are as good as gone although the snapshot does not know it. */
  readonly leaving: ReadonlySet<string>
}

/**
 * What Auto Scaling may take, over all groups and zones, as one set: it asks for one group and zone at a time, and nobody
 * coordinates the answers, so whatever is answered in whatever order must be part of what was proven together. Each part of
 * such a set may go too.
 *
 * Auto Scaling has lowered the desired capacity already when it asks, and never goes below it, nor below the minimum. So here
 * instances are kept for the sake of tasks alone, and whichever zone it turns to finds what may go there.
 */
export const jointCandidates = ({ snapshot, headroomPercent, leaving }: CandidateQuestion): Removable => {
  const survey = surveyCluster(heldByNoBound(without(snapshot, leaving)), headroomPercent)
  const judgements = judgeInstances(survey.snapshot, survey.workload)
  const candidates = judgements.flatMap((each) => (each.kind === 'candidate' ? each.candidate : []))
  const kept = judgements.flatMap((each) => (each.kind === 'kept' ? each.kept : []))
  const removal = new Removal(survey, 'tasks')
  const refused = removal.take(inOrderOfNeed(candidates, survey.snapshot, toShrink(snapshot)))
  return { together: [...removal.taken].sort(byCost), kept: [...kept, ...refused] }
}

/** Groups that want fewer than they have: somebody has lowered the desired capacity, and none was taken yet. */
const toShrink = (snapshot: ClusterSnapshot): ReadonlySet<string> =>
  new Set(
    snapshot.groups.flatMap((group) => (membersOf(group, snapshot).length > group.desired ? group.name : [])),
  )

/** Their tasks must find room elsewhere, and what they had left is no room any more. */
const without = (snapshot: ClusterSnapshot, leaving: ReadonlySet<string>): ClusterSnapshot => ({
  ...snapshot,
  instances: snapshot.instances.map((instance) =>
    leaving.has(instance.instanceId) ? { ...instance, lifecycleState: 'Terminating' } : instance,
  ),
})

const heldByNoBound = (snapshot: ClusterSnapshot): ClusterSnapshot => ({
  ...snapshot,
  groups: snapshot.groups.map((group) => ({
    ...group,
    min: 0,
    desired: Math.max(group.desired, membersOf(group, snapshot).length),
  })),
})

/**
 * Auto Scaling takes from the fullest zone of a group ("Control which instances terminate"). Where room is short the set
 * should hold the instances that it will ask for: of groups that are to shrink now, then in turn of every group, those of the
 * fullest zones first, of each zone the cheapest first. Which of equally full zones it turns to is not documented, so for as
 * long as a group is to shrink and does not, the zones take turns minute by minute.
 */
const inOrderOfNeed = (
  candidates: readonly Candidate[],
  snapshot: ClusterSnapshot,
  asked: ReadonlySet<string>,
): readonly Candidate[] => {
  const zones = new ZoneTurns(snapshot)
  const minute = Math.floor(snapshot.takenAt / 60_000)
  const ranks = new Map(
    [...candidates].sort(byCost).map((candidate): [Candidate, readonly number[]] => {
      const isAsked = asked.has(candidate.group)
      return [
        candidate,
        [isAsked ? 0 : 1, zones.turnOf(candidate), isAsked ? zones.rankOf(candidate, minute) : 0],
      ]
    }),
  )
  return [...ranks].sort(([, one], [, other]) => compare(one, other)).map(([candidate]) => candidate)
}

const compare = (one: readonly number[], other: readonly number[]): number =>
  one.map((part, index) => part - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0

/** How many of a group's members are left in each of its zones while candidates go in turn. */
class ZoneTurns {
  readonly #left = new Map<string, Map<string, number>>()
  readonly #fullest = new Map<string, number>()

  constructor({ instances }: ClusterSnapshot) {
    for (const { group = '', zone } of instances.filter(isMember)) {
      const zones = this.#left.get(group) ?? new Map<string, number>()
      this.#left.set(group, zones.set(zone, (zones.get(zone) ?? 0) + 1))
    }
    for (const [group, zones] of this.#left) this.#fullest.set(group, Math.max(...zones.values()))
  }

  /** Takes one from its zone. 0: the zone is among the fullest; each one less that it has is one turn later. */
  turnOf({ group, instance: { zone } }: Candidate): number {
    const zones = this.#left.get(group)
    const count = zones?.get(zone) ?? 0
    zones?.set(zone, count - 1)
    return (this.#fullest.get(group) ?? 0) - count
  }

  /** The place of its zone among those of the group, of which another one is first each minute. */
  rankOf({ group, instance: { zone } }: Candidate, minute: number): number {
    const zones = [...(this.#left.get(group)?.keys() ?? [])].toSorted()
    return (zones.indexOf(zone) + minute) % zones.length
  }
}
