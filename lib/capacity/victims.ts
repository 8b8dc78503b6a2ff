import type { Candidate, Kept, KeptBecause } from './candidate.ts'
import type { Removable } from './removal.ts'
import type { ClusterSnapshot } from './snapshot.ts'

/** What `capacity` leaves for `choose-victims`, of one group. */
export interface CandidateList {
  readonly version: 1
  /** When the snapshot was taken that it rests on. */
  readonly writtenAt: number
  /** When the next list must have come; nothing is chosen from this one later. */
  readonly validUntil: number
  /** They may go all together, and any part of them; the cheapest first. */
  readonly candidates: readonly VictimCandidate[]
  /** The others, with the reason. */
  readonly kept: readonly Kept[]
}

interface VictimCandidate {
  readonly instanceId: string
  readonly zone: string
  /** Tasks that must move. */
  readonly cost: number
  /** Tasks that ECS counts there, daemons included: more of them than this, and the proof is out of date. */
  readonly taskCount: number
  /** Marks of all tasks there (`taskMark`): one that is not among them, and the proof is out of date. */
  readonly tasks: readonly string[]
}

/** The end of a task's ARN: its id is random, and twelve digits of it tell a new task from a known one. */
export const taskMark = (arn: string): string => arn.slice(-12)

/** Half as long again as a list takes to be followed by the next, for a slow one. */
const VALID_FOR_INTERVALS = 1.5

/** What holds of a cluster is not believed for longer; one that is measured less often is vetoed in between. */
const LONGEST_VALIDITY_MS = 5 * 60_000

/** How long a list is believed. `intervalMs`: from one look at the cluster to the next, a minute or more. */
export const listValidityMs = (intervalMs: number): number =>
  Math.min(VALID_FOR_INTERVALS * intervalMs, LONGEST_VALIDITY_MS)

/** By group. @param removable with `keeping: 'tasks'`: somebody else has decided to scale in, whatever the headroom. */
export const candidateLists = (
  { together, kept }: Removable,
  { takenAt, groups, instances, tasks }: ClusterSnapshot,
  intervalMs: number,
): ReadonlyMap<string, CandidateList> => {
  const tasksOn = Map.groupBy(tasks, ({ containerInstanceArn = '' }) => containerInstanceArn)
  const asVictim = ({ instance, moveCount, taskCount }: Candidate): VictimCandidate => ({
    instanceId: instance.instanceId,
    zone: instance.zone,
    cost: moveCount,
    taskCount,
    tasks: (tasksOn.get(instance.containerInstance.arn) ?? []).map(({ arn }) => taskMark(arn)),
  })
  const groupOf = new Map(instances.map(({ instanceId, group }) => [instanceId, group]))
  const listOf = (name: string): CandidateList => ({
    version: 1,
    writtenAt: takenAt,
    validUntil: takenAt + listValidityMs(intervalMs),
    candidates: together.filter(({ group }) => group === name).map(asVictim),
    kept: kept.filter(({ instanceId }) => groupOf.get(instanceId) === name),
  })
  return new Map(groups.map(({ name }) => [name, listOf(name)]))
}

/** What Auto Scaling asks ("Create a custom termination policy with Lambda"). */
export interface VictimRequest {
  readonly cause: TerminationCause
  readonly capacityToTerminate: readonly CapacityToTerminate[]
  /** What it suggests; nothing else is chosen. */
  readonly instances: readonly SuggestedInstance[]
}

export type TerminationCause = 'SCALE_IN' | 'INSTANCE_REFRESH' | 'MAX_INSTANCE_LIFETIME' | 'REBALANCE'

export interface CapacityToTerminate {
  readonly zone: string
  readonly capacity: number
  /** `on-demand` or `spot`. */
  readonly marketOption: string
}

interface SuggestedInstance {
  readonly instanceId: string
  readonly zone: string
  readonly marketOption: string
}

/** Read just now, of the few that may be chosen. */
export interface FreshFacts {
  /** By instance id. Absent: it was not read, or ECS does not know it. */
  readonly instances: ReadonlyMap<string, FreshInstance>
  /** The group launches the replacement before it terminates. */
  readonly replacementComesFirst: 'yes' | 'no' | 'unknown'
}

export interface FreshInstance {
  readonly status: string
  readonly agentConnected: boolean
  /** Running and pending, as ECS counts them. */
  readonly taskCount: number
  /** Marks of the tasks that ECS wants to run there. */
  readonly tasks: readonly string[]
  /** A task that is protected or stands alone, found among all of them. */
  readonly unmovable: 'protected-task' | 'standalone-task' | 'none' | 'unread'
}

export type VictimChoice =
  | { readonly kind: 'chosen'; readonly instanceIds: readonly string[] }
  | { readonly kind: 'veto'; readonly because: VetoBecause; readonly about: readonly string[] }

export type VetoBecause =
  KeptBecause | 'nothing-asked' | 'no-list' | 'list-too-old' | 'changed-since' | 'unread'

interface VictimQuestion {
  readonly request: VictimRequest
  /** Absent: there is none, or it could not be read. */
  readonly list: CandidateList | undefined
  readonly fresh: FreshFacts
  readonly now: number
}

/**
 * Chooses among what Auto Scaling suggests: for each zone and market no more than it asks, the cheapest first, and only
 * what may go together by the list and has not changed since by what was read just now. An empty answer is a veto: nothing
 * is terminated, and Auto Scaling asks again.
 *
 * A refresh or the end of a lifetime replaces the instance. Where the replacement comes first, its room is there when the
 * drain begins, so no such instance is vetoed for want of room; only where its tasks would not leave in order.
 */
export const chooseVictims = ({ request, list, fresh, now }: VictimQuestion): VictimChoice => {
  const asked = request.capacityToTerminate.reduce((sum, { capacity }) => sum + capacity, 0)
  if (asked <= 0 || request.instances.length === 0) return veto('nothing-asked')
  if (list === undefined) return veto('no-list')
  if (now > list.validUntil) return veto('list-too-old')
  const refusals = new Map<string, VetoBecause>()
  const { replacementComesFirst } = fresh
  const fitting = ranked({ request, list, replacementComesFirst }).filter((each) => {
    const because = whyNot(each, fresh)
    if (because !== undefined) refusals.set(each.instanceId, because)
    return because === undefined
  })
  const instanceIds = withinCapacity(request, fitting)
  return instanceIds.length > 0 ? { kind: 'chosen', instanceIds } : vetoOf(request, list, refusals)
}

const veto = (because: VetoBecause, about: readonly string[] = []): VictimChoice => ({
  kind: 'veto',
  because,
  about,
})

/** Reasons that a replacement does not take away: the tasks would not leave in order. */
const LASTING_REASONS: ReadonlySet<KeptBecause> = new Set([
  'protected-task',
  'standalone-task',
  'deployment-bounds',
])

const isReplacing = ({ cause }: VictimRequest): boolean =>
  cause === 'INSTANCE_REFRESH' || cause === 'MAX_INSTANCE_LIFETIME'

interface Ranked extends SuggestedInstance {
  /** What the list says of it. Absent: only its replacement makes that it may go. */
  readonly candidate?: VictimCandidate
  /** It never registered, so there is nothing on it and nothing to read. */
  readonly isUnknownToEcs?: boolean
}

/** Victims in the order in which they would be named: those to read afresh, from the first on. */
export const inOrder = ({ request, list, replacementComesFirst }: RankingQuestion): readonly string[] => {
  const places = ranked({ request, list, replacementComesFirst })
  const first = withinCapacity(request, places)
  const asked = new Set(request.capacityToTerminate.filter(({ capacity }) => capacity > 0).map(placeKey))
  const spare = places.filter((each) => asked.has(placeKey(each))).map(({ instanceId }) => instanceId)
  return [...new Set([...first, ...spare])]
}

interface RankingQuestion {
  readonly request: VictimRequest
  readonly list: CandidateList
  readonly replacementComesFirst: FreshFacts['replacementComesFirst']
}

const placeKey = ({ zone, marketOption }: { readonly zone: string; readonly marketOption: string }): string =>
  `${zone} ${marketOption}`

const ranked = ({ request, list, replacementComesFirst }: RankingQuestion): readonly Ranked[] => {
  const suggested = new Map(request.instances.map((instance) => [instance.instanceId, instance]))
  const removable = list.candidates.flatMap((candidate): Ranked | [] => {
    const instance = suggested.get(candidate.instanceId)
    return instance === undefined ? [] : { ...instance, candidate }
  })
  if (!isReplacing(request) || replacementComesFirst !== 'yes') return removable
  const listed = new Set(list.candidates.map(({ instanceId }) => instanceId))
  const forbidden = new Set(
    list.kept.filter(({ because }) => LASTING_REASONS.has(because)).map(({ instanceId }) => instanceId),
  )
  const unregistered = new Set(
    list.kept.filter(({ because }) => because === 'unregistered').map(({ instanceId }) => instanceId),
  )
  const others = request.instances
    .filter(({ instanceId }) => !listed.has(instanceId) && !forbidden.has(instanceId))
    .map((instance) => ({ ...instance, isUnknownToEcs: unregistered.has(instance.instanceId) }))
  return [...removable.map(({ candidate: _, ...instance }) => instance), ...others]
}

/** Undefined: nothing speaks against it. */
const whyNot = (
  { instanceId, candidate, isUnknownToEcs }: Ranked,
  { instances }: FreshFacts,
): VetoBecause | undefined => {
  const fresh = instances.get(instanceId)
  if (fresh?.unmovable === 'protected-task' || fresh?.unmovable === 'standalone-task') return fresh.unmovable
  if (fresh === undefined || fresh.unmovable === 'unread') return isUnknownToEcs ? undefined : 'unread'
  if (candidate === undefined) return undefined
  if (fresh.status !== 'ACTIVE') return 'not-active'
  if (!fresh.agentConnected) return 'agent-disconnected'
  const known = new Set(candidate.tasks)
  return fresh.taskCount > candidate.taskCount || fresh.tasks.some((task) => !known.has(task))
    ? 'changed-since'
    : undefined
}

const withinCapacity = (
  { capacityToTerminate }: VictimRequest,
  fitting: readonly Ranked[],
): readonly string[] => {
  const left = new Map<string, number>()
  for (const { capacity, ...place } of capacityToTerminate) {
    const key = placeKey(place)
    left.set(key, (left.get(key) ?? 0) + capacity)
  }
  const chosen: string[] = []
  for (const { instanceId, ...place } of fitting) {
    const key = placeKey(place)
    const count = left.get(key) ?? 0
    if (count <= 0) continue
    left.set(key, count - 1)
    chosen.push(instanceId)
  }
  return chosen
}

/** The reason that most of the suggested instances have, in the zones that were asked for. */
const vetoOf = (
  { instances, capacityToTerminate }: VictimRequest,
  { kept }: CandidateList,
  refusals: ReadonlyMap<string, VetoBecause>,
): VictimChoice => {
  const zones = new Set(capacityToTerminate.map(({ zone }) => zone))
  const reasons = new Map<string, VetoBecause>([
    ...kept.map(({ instanceId, because }) => [instanceId, because] as const),
    ...refusals,
  ])
  const counts = new Map<VetoBecause, string[]>()
  for (const { instanceId, zone } of instances) {
    if (!zones.has(zone)) continue
    const because = reasons.get(instanceId) ?? 'changed-since'
    counts.set(because, [...(counts.get(because) ?? []), instanceId])
  }
  const [[because, about] = ['changed-since', []] as const] = [...counts].sort(
    ([, one], [, other]) => other.length - one.length,
  )
  return veto(because, about)
}
