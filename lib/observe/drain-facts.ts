import { isWaiting } from '../decide/drain-context.ts'
import type { DrainFacts, MachineFacts, RegistrationFacts } from '../decide/facts.ts'
import { parseMemory } from '../decide/memory.ts'
import { isOrphan } from '../decide/orphan.ts'
import { REGISTRATION_GRACE_SECONDS } from '../decide/unknown-instance.ts'
import type { Look } from '../lifecycle/look.ts'
import type { KnownContainerInstance } from './container-instances.ts'
import type { GroupReading } from './groups.ts'
import type { LifecycleState } from './lifecycle-states.ts'
import type { Observer } from './observer.ts'
import { readClusterExists, readHasRegisteredInstance } from './registration.ts'

/** What was read about one instance. */
export interface Reading {
  readonly now: number
  readonly observer: Observer
  /** Undefined: Auto Scaling does not know it. */
  readonly state: LifecycleState | undefined
  /** Undefined: it is in none. */
  readonly group: GroupReading | undefined
  readonly machines: ReadonlyMap<string, MachineFacts>
  /** Undefined: none stands for it. */
  readonly containerInstance: KnownContainerInstance | undefined
}

/** Puts together what was read, without what needs more calls or several looks. */
export const factsOf = (look: Look, reading: Reading): DrainFacts => {
  const { state, group, containerInstance, observer } = reading
  const machine = reading.machines.get(look.instanceId)
  const hook = group?.hook ?? observer.dryRunHook
  const autoScalingGroupName = [state, machine]
    .map((of) => of?.autoScalingGroupName)
    .find((name) => name !== undefined && observer.scope.groups.includes(name))
  return {
    now: reading.now,
    instanceId: look.instanceId,
    hop: look.hop,
    ...(autoScalingGroupName !== undefined && { autoScalingGroupName }),
    ...(look.announcedAt !== undefined && { announcedAt: look.announcedAt }),
    ...(look.notice && { notice: look.notice }),
    ...(look.saidStopped && { saidStopped: look.saidStopped }),
    ...(state && { lifecycleState: state.state }),
    ...(hook && { hook }),
    ...(machine && { machine }),
    ...(containerInstance && { containerInstance: withRefusedMemory(observer, containerInstance) }),
  }
}

const withRefusedMemory = ({ refusedMemory }: Observer, containerInstance: KnownContainerInstance) => {
  const memory = newerMemory(refusedMemory.get(containerInstance.arn), containerInstance.memory)
  const { instanceId: _i, registeredAt: _r, ...facts } = containerInstance
  return memory === undefined ? facts : { ...facts, memory }
}

/** What ECS refused may have been written all the same, and another environment may have gone on from there. */
const newerMemory = (refused: string | undefined, kept: string | undefined): string | undefined => {
  if (refused === undefined || kept === undefined) return refused ?? kept
  const [ours, theirs] = [parseMemory(refused), parseMemory(kept)]
  if (ours === undefined || theirs === undefined) return refused
  const isSame = ours.actionStartedAt === theirs.actionStartedAt
  return (isSame && (theirs.isEnded || ours.isIntent)) || theirs.lastBeatAt > ours.lastBeatAt ? kept : refused
}

/**
 * Adds what only looks one after another can tell: how long it has been unknown, an orphan, or without its agent. Whether an
 * absence can be believed is good to know, and never worth a deadline.
 */
export const withSightings = async (
  observer: Observer,
  facts: DrainFacts,
  cluster: 'found' | 'missing',
): Promise<DrainFacts> => {
  const { instanceId, containerInstance } = facts
  const { orphans, unknown, silentAgents } = observer
  const isSilent = containerInstance?.agentConnected === false
  const orphanSince = orphans.track(instanceId, { isSeen: isOrphan(facts) })
  const agentSilentSince = silentAgents.track(instanceId, { isSeen: isSilent })
  const unknownSince = unknown.track(instanceId, { isSeen: isUnknown(facts) })
  const absence = unknownSince === undefined ? undefined : { unknownSince, cluster }
  const registration =
    absence && (await readRegistration(observer, facts, absence).catch(() => 'unread' as const))
  return {
    ...facts,
    ...(orphanSince !== undefined && { orphanSince }),
    ...(agentSilentSince !== undefined && { agentSilentSince }),
    ...(registration === 'unread' ? { unread: 'registration' } : registration && { registration }),
  }
}

const isUnknown = ({ lifecycleState, containerInstance }: DrainFacts): boolean =>
  isWaiting(lifecycleState) && (containerInstance === undefined || containerInstance.status === 'INACTIVE')

interface Absence {
  readonly unknownSince: number
  readonly cluster: 'found' | 'missing'
}

/** Whether the cluster is the right one is asked only once the instance has been unknown for the grace period. */
const readRegistration = async (
  observer: Observer,
  { autoScalingGroupName = '', now }: DrainFacts,
  { unknownSince, cluster }: Absence,
): Promise<RegistrationFacts> => {
  const { ecs, autoScaling } = observer.clients
  const question = { ecs, autoScaling, cluster: observer.scope.cluster }
  const isTimeToAsk = cluster === 'found' && now - unknownSince >= REGISTRATION_GRACE_SECONDS * 1_000
  const clusterExists = isTimeToAsk ? await readClusterExists(question) : cluster === 'found'
  const hasSibling =
    isTimeToAsk && clusterExists && (await readHasRegisteredInstance(question, autoScalingGroupName))
  return { clusterExists, hasSibling, unknownSince }
}
