import { writeObject } from '../aws/stored-object.ts'
import { candidatesKey, type StoredCandidates } from '../capacity/candidate-list.ts'
import { jointCandidates } from '../capacity/joint-candidates.ts'
import type { Removable } from '../capacity/removal.ts'
import type { ClusterSnapshot } from '../capacity/snapshot.ts'
import { candidateLists } from '../capacity/victims.ts'
import { readScaledGroups, type ReadScaledGroup } from '../observe/capacity/scaled-groups.ts'
import { readCandidates } from '../observe/capacity/stored-candidates.ts'
import type { CapacityEnvironment } from './environment.ts'
import type { Surveyed } from './survey-and-plan.ts'

/**
 * Keeps for each group which instances may be taken away, for whoever is asked by Auto Scaling. All lists are parts of one
 * set that was proven together; what has begun to leave since the snapshot, and what this run is about to take away itself,
 * counts as gone in it.
 *
 * Two sets that follow one another are not proven together. So before a list offers what the one before it did not, that one
 * is withdrawn, and what was chosen from it gets the time to show in its group.
 *
 * @param removing instances that this run takes away after the lists are written, and not before.
 */
export const storeCandidates = async (
  environment: CapacityEnvironment,
  surveyed: Surveyed,
  removing: readonly string[],
): Promise<void> => {
  const { after } = environment
  const offered = await readOffered(environment)
  const first = await offerNow(environment, surveyed, removing)
  const isOfferedAlready = first.together.every(({ instance }) => offered.has(instance.instanceId))
  if (isOfferedAlready) return write(environment, surveyed, first)
  await write(environment, surveyed, { together: [], kept: first.kept })
  await new Promise<void>((resolve) => void after(CHOICES_SHOW_AFTER_MS, resolve))
  return write(environment, surveyed, await offerNow(environment, surveyed, removing))
}

/** A choice is answered within 1.2 seconds of reading its list, and Auto Scaling acts on the answer at once. */
const CHOICES_SHOW_AFTER_MS = 5_000

/** What the lists hold that are there: other environments write them too. */
const readOffered = async ({ observer, settings }: CapacityEnvironment): Promise<ReadonlySet<string>> => {
  const { s3 } = observer.clients
  const ids: string[] = []
  for (const group of settings.groups) {
    const stored = await readCandidates({ s3, bucket: settings.bucket, key: candidatesKey(group) })
    ids.push(...(stored?.list.candidates ?? []).map(({ instanceId }) => instanceId))
  }
  return new Set(ids)
}

const offerNow = async (
  { observer, settings }: CapacityEnvironment,
  { snapshot }: Surveyed,
  removing: readonly string[],
): Promise<Removable> => {
  const groupsNow = await readScaledGroups(observer.clients.autoScaling, settings.groups)
  const leaving = new Set([...removing, ...leftSince(snapshot, groupsNow)])
  return jointCandidates({ snapshot, headroomPercent: settings.headroomPercent, leaving })
}

const write = async (
  { observer, settings, budget }: CapacityEnvironment,
  { snapshot, standings }: Surveyed,
  removable: Removable,
): Promise<void> => {
  const { s3 } = observer.clients
  const places = placesOf(snapshot)
  for (const [group, list] of candidateLists(removable, snapshot, budget.intervalMs)) {
    const replacementComesFirst = standings.get(group)?.replacesFirst ?? false
    // Where a replacement comes first also what is kept here may go, once it was looked at.
    const wanted = [...list.candidates, ...(replacementComesFirst ? list.kept : [])]
    const stored: StoredCandidates = {
      list,
      replacementComesFirst,
      places: Object.fromEntries(
        wanted.flatMap(({ instanceId }) => {
          const place = places.get(instanceId)
          return place === undefined ? [] : [[instanceId, place]]
        }),
      ),
    }
    await writeObject({ s3, bucket: settings.bucket, key: candidatesKey(group) }, stored)
  }
}

/** Instances that were in service in the snapshot and are not now. */
const leftSince = ({ instances }: ClusterSnapshot, groups: readonly ReadScaledGroup[]): readonly string[] => {
  const inService = new Set(groups.flatMap(inServiceIn))
  return instances.flatMap(({ instanceId, lifecycleState }) =>
    lifecycleState === 'InService' && !inService.has(instanceId) ? [instanceId] : [],
  )
}

const inServiceIn = ({ members }: ReadScaledGroup): readonly string[] =>
  members.flatMap(({ instanceId, lifecycleState }) => (lifecycleState === 'InService' ? [instanceId] : []))

const placesOf = ({ instances }: ClusterSnapshot): ReadonlyMap<string, string> =>
  new Map(
    instances.flatMap(({ instanceId, containerInstance }) =>
      containerInstance === undefined ? [] : [[instanceId, containerInstance.arn]],
    ),
  )
