import { writeObject } from './aws/stored-object.ts'
import { candidatesKey, type StoredCandidates } from './candidate-list.ts'
import type { CapacityEnvironment } from './capacity-environment.ts'
import type { Surveyed } from './capacity-survey.ts'
import type { Removable } from './capacity/removal.ts'
import { candidateLists, type CandidateList } from './capacity/victims.ts'
import { candidatesByGroup, type GroupCandidates } from './capacity/zone-candidates.ts'
import type { ClusterSnapshot } from './capacity/snapshot.ts'

/** Keeps for each group which instances may be taken away, for whoever is asked by Auto Scaling. */
export const storeCandidates = async (
  { observer, settings }: CapacityEnvironment,
  { snapshot, standings }: Surveyed,
): Promise<void> => {
  for (const [group, candidates] of candidatesByGroup(snapshot, settings.headroomPercent)) {
    const stored: StoredCandidates = {
      ...listsOf(group, candidates, snapshot),
      replacementComesFirst: standings.get(group)?.replacesFirst ?? false,
    }
    const place = { s3: observer.clients.s3, bucket: settings.bucket, key: candidatesKey(group) }
    await writeObject(place, stored)
  }
}

const listsOf = (
  group: string,
  { anywhere, byZone }: GroupCandidates,
  snapshot: ClusterSnapshot,
): Omit<StoredCandidates, 'replacementComesFirst'> => {
  const listOf = (removable: Removable) => candidateLists(removable, snapshot).get(group) ?? nothing(snapshot)
  const together = [anywhere, ...byZone.values()].flatMap((removable) => removable.together)
  return {
    anywhere: listOf(anywhere),
    byZone: Object.fromEntries([...byZone].map(([zone, removable]) => [zone, listOf(removable)])),
    places: Object.fromEntries(
      together
        .filter((candidate) => candidate.group === group)
        .map(({ instance: { instanceId, containerInstance } }) => [instanceId, containerInstance.arn]),
    ),
  }
}

const nothing = ({ takenAt }: ClusterSnapshot): CandidateList => ({
  version: 1,
  writtenAt: takenAt,
  candidates: [],
  kept: [],
})
