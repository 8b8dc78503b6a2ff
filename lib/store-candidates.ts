import { writeObject } from './aws/stored-object.ts'
import { candidatesKey, type CandidatePlace, type StoredCandidates } from './candidate-list.ts'
import type { CapacityEnvironment } from './capacity-environment.ts'
import { removableTogether, type Removable } from './capacity/removal.ts'
import { candidateLists } from './capacity/victims.ts'
import type { Surveyed } from './capacity-survey.ts'

/** Keeps for each group which instances may be taken away, for whoever is asked by Auto Scaling. */
export const storeCandidates = async (
  { observer, settings }: CapacityEnvironment,
  surveyed: Surveyed,
): Promise<void> => {
  const { survey, snapshot, standings } = surveyed
  const removable = removableTogether(survey, 'tasks')
  const groupOf = new Map(
    snapshot.instances.flatMap(({ instanceId, group }) => (group ? [[instanceId, group]] : [])),
  )
  const lists = candidateLists(removable, snapshot.takenAt, groupOf)
  for (const [group, list] of lists) {
    const stored: StoredCandidates = {
      list,
      replacementComesFirst: standings.get(group)?.replacesFirst ?? false,
      places: placesOf(surveyed, removable, group),
    }
    const place = { s3: observer.clients.s3, bucket: settings.bucket, key: candidatesKey(group) }
    await writeObject(place, stored)
  }
}

/** Daemons end with their instance and cannot be protected, so nobody asks about them. */
const placesOf = (
  { snapshot }: Surveyed,
  { together }: Removable,
  group: string,
): Readonly<Record<string, CandidatePlace>> => {
  const daemons = new Set(
    snapshot.services.flatMap(({ isDaemon, name }) => (isDaemon ? `service:${name}` : [])),
  )
  const tasks = Map.groupBy(snapshot.tasks, ({ containerInstanceArn }) => containerInstanceArn)
  const own = together.filter((candidate) => candidate.group === group)
  return Object.fromEntries(
    own.map(({ instance: { instanceId, containerInstance } }) => {
      const here = tasks.get(containerInstance.arn) ?? []
      const taskIds = here
        .filter((task) => !daemons.has(task.group) && task.desiredStatus !== 'STOPPED')
        .map(({ arn }) => arn.slice(arn.lastIndexOf('/') + 1))
      return [instanceId, { containerInstanceArn: containerInstance.arn, taskIds }]
    }),
  )
}
