import type { ContainerInstanceSnapshot, InstanceSnapshot } from './snapshot.ts'
import type { TaskSnapshot } from './workload.ts'

/**
 * How long a machine that ECS does not know yet is counted on. Most register within two minutes; one that has not done
 * so by then never will, and waiting for it would keep tasks waiting.
 */
export const REGISTRATION_GRACE_MS = 10 * 60_000

/** On its way out: ECS places nothing there, or will not for long. */
export const isLeaving = ({ lifecycleState = '', containerInstance }: InstanceSnapshot): boolean =>
  /^(Terminat|Detach|EnteringStandby)/.test(lifecycleState) ||
  (containerInstance !== undefined && !['ACTIVE', 'REGISTERING'].includes(containerInstance.status))

/** In a warm pool: stopped, hibernated, or running without being in service. */
const isPooled = ({ lifecycleState = '' }: InstanceSnapshot): boolean => lifecycleState.startsWith('Warmed')

/** ECS may place a task there now: registered, ACTIVE, its agent connected, and nothing takes it away. */
export const isUsable = (instance: InstanceSnapshot): instance is RegisteredInstance =>
  instance.containerInstance?.status === 'ACTIVE' &&
  instance.containerInstance.agentConnected &&
  !isLeaving(instance) &&
  !isPooled(instance)

export type RegisteredInstance = InstanceSnapshot & { readonly containerInstance: ContainerInstanceSnapshot }

/** Usable, in service in one of the groups: room there is room that stays. */
export const isLasting = (instance: InstanceSnapshot): instance is RegisteredInstance =>
  isUsable(instance) && instance.group !== undefined && instance.lifecycleState === 'InService'

/** It counts against its group's desired capacity, or soon will. */
export const isMember = ({ group, lifecycleState = '' }: InstanceSnapshot): boolean =>
  group !== undefined && (lifecycleState === 'InService' || lifecycleState.startsWith('Pending'))

/**
 * Young enough to be counted on before it is ready. The snapshot knows every launch within the grace period, so an instance
 * in service whose launch it does not know is older.
 */
const isYoung = ({ launchedAt, lifecycleState = '' }: InstanceSnapshot, now: number): boolean =>
  launchedAt === undefined ? lifecycleState.startsWith('Pending') : now - launchedAt < REGISTRATION_GRACE_MS

/** Launched, not or not wholly registered, and still young enough to be counted on. */
export const isComing = (instance: InstanceSnapshot, now: number): boolean =>
  isMember(instance) &&
  ['absent', 'REGISTERING'].includes(instance.containerInstance?.status ?? 'absent') &&
  isYoung(instance, now)

/** A machine that had its time to register and did not. */
export const isStrayed = (instance: InstanceSnapshot, now: number): boolean =>
  isMember(instance) && instance.containerInstance === undefined && !isYoung(instance, now)

/**
 * How long an agent may be silent before its instance no longer counts as room. Agents reconnect several times an hour
 * ("Amazon ECS container agent" disconnects as part of its normal operation), mostly within a minute or two, and a machine
 * launched for each of these moments would go again soon after.
 */
const AGENT_PATIENCE_MS = 5 * 60_000

/**
 * Not usable now, and most likely soon: the agent is silent for a moment only, or has not connected for the first time. It
 * is room for what waits, so that no machine is launched instead of it; no removal rests on it.
 */
export const isRoomSoon = (instance: InstanceSnapshot, now: number): instance is RegisteredInstance =>
  instance.containerInstance?.status === 'ACTIVE' &&
  !instance.containerInstance.agentConnected &&
  !isLeaving(instance) &&
  !isPooled(instance) &&
  (isYoung(instance, now) || now - (instance.containerInstance.silentSince ?? -Infinity) < AGENT_PATIENCE_MS)

/** ECS wants it to run: one that it has decided to stop goes by itself, however long that takes. */
export const isWanted = ({ desiredStatus, lastStatus }: TaskSnapshot): boolean =>
  desiredStatus !== 'STOPPED' && lastStatus !== 'STOPPED'
