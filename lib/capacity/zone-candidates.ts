import { byCost, judgeInstances } from './candidate.ts'
import { isMember } from './instance-state.ts'
import { Removal, removableTogether, type Removable } from './removal.ts'
import type { ClusterSnapshot } from './snapshot.ts'
import { surveyCluster, type Survey } from './survey.ts'

/** What may be taken away of one group, depending on where Auto Scaling wants to take it. */
export interface GroupCandidates {
  /** Over all zones and groups. */
  readonly anywhere: Removable
  /** By zone, where only that one is asked for: what goes together when nothing goes anywhere else. */
  readonly byZone: ReadonlyMap<string, Removable>
}

/**
 * What Auto Scaling may take, by group. It narrows its choice to a zone first, and a set that was chosen over all zones may
 * leave out the only instance of that one although it could go alone; so each zone has a set of its own.
 *
 * Auto Scaling has lowered the desired capacity already when it asks, and never goes below it. So what keeps instances here
 * is the group's minimum alone.
 */
export const candidatesByGroup = (
  snapshot: ClusterSnapshot,
  headroomPercent: number,
): ReadonlyMap<string, GroupCandidates> => {
  const survey = surveyCluster(wantingWhatIsThere(snapshot), headroomPercent)
  const anywhere = removableTogether(survey, 'tasks')
  return new Map(
    snapshot.groups.map(({ name }) => [name, { anywhere, byZone: removableByZone(survey, name) }]),
  )
}

const wantingWhatIsThere = (snapshot: ClusterSnapshot): ClusterSnapshot => ({
  ...snapshot,
  groups: snapshot.groups.map((group) => {
    const members = snapshot.instances.filter((each) => each.group === group.name && isMember(each)).length
    return { ...group, desired: Math.max(group.desired, members) }
  }),
})

const removableByZone = (survey: Survey, group: string): ReadonlyMap<string, Removable> => {
  const judgements = judgeInstances(survey.snapshot, survey.workload)
  const kept = judgements.flatMap((each) => (each.kind === 'kept' ? each.kept : []))
  const own = judgements
    .flatMap((each) => (each.kind === 'candidate' ? each.candidate : []))
    .filter((candidate) => candidate.group === group)
  const zones = Map.groupBy(own, ({ instance }) => instance.zone)
  return new Map(
    [...zones].map(([zone, candidates]) => {
      const removal = new Removal(survey, 'tasks')
      const refused = removal.take([...candidates].sort(byCost))
      return [zone, { together: removal.taken, kept: [...kept, ...refused] }]
    }),
  )
}
