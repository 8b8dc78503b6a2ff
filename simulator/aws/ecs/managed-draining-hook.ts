import type { GroupSpec, OtherHookSpec } from '../../world/world-spec.ts'

export const MANAGED_DRAINING_HOOK_NAME = 'ecs-managed-draining-termination-hook'

export const MANAGED_DRAINING_HEARTBEAT_SECONDS = 3_600

/** The hook as users find it on their groups; AWS does not document its timeout and default. */
const managedDrainingHook: OtherHookSpec = {
  name: MANAGED_DRAINING_HOOK_NAME,
  transition: 'terminating',
  heartbeatTimeoutSeconds: MANAGED_DRAINING_HEARTBEAT_SECONDS,
  defaultResult: 'CONTINUE',
}

/** The group as it stands once ECS has set up its capacity provider: with ECS's own hook, where draining is managed. */
export const withManagedDrainingHook = (group: GroupSpec): GroupSpec => {
  const { managedDraining, otherHooks = [] } = group
  if (managedDraining !== true || otherHooks.some(({ name }) => name === MANAGED_DRAINING_HOOK_NAME))
    return group
  return { ...group, otherHooks: [...otherHooks, managedDrainingHook] }
}
