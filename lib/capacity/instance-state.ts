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

/** Launched, not registered, and still young enough to be counted on. An unknown age counts as young. */
export const isComing = (instance: InstanceSnapshot, now: number): boolean =>
  isMember(instance) &&
  instance.containerInstance === undefined &&
  now - (instance.launchedAt ?? now) < REGISTRATION_GRACE_MS

/** ECS wants it to run: one that it has decided to stop goes by itself, however long that takes. */
export const isWanted = ({ desiredStatus, lastStatus }: TaskSnapshot): boolean =>
  desiredStatus !== 'STOPPED' && lastStatus !== 'STOPPED'
