import { writeObject } from './aws/stored-object.ts'
import { candidatesKey, type StoredCandidates } from './candidate-list.ts'
import type { CapacityEnvironment } from './capacity-environment.ts'
import { removableTogether, type Removable } from './capacity/removal.ts'
import { candidateLists } from './capacity/victims.ts'
import type { Surveyed } from './capacity-survey.ts'

/** Keeps for each group which instances may be taken away, for whoever is asked by Auto Scaling. */
export const storeCandidates = async (
  { observer, settings }: CapacityEnvironment,
  { survey, snapshot, standings }: Surveyed,
): Promise<void> => {
  const removable = removableTogether(survey, 'tasks')
  const lists = candidateLists(removable, snapshot)
  for (const [group, list] of lists) {
    const stored: StoredCandidates = {
      list,
      replacementComesFirst: standings.get(group)?.replacesFirst ?? false,
      places: placesOf(removable, group),
    }
    const place = { s3: observer.clients.s3, bucket: settings.bucket, key: candidatesKey(group) }
    await writeObject(place, stored)
  }
}

const placesOf = ({ together }: Removable, group: string): StoredCandidates['places'] =>
  Object.fromEntries(
    together
      .filter((candidate) => candidate.group === group)
      .map(({ instance: { instanceId, containerInstance } }) => [instanceId, containerInstance.arn]),
  )
