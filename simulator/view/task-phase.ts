import type { TaskSnapshot } from '../aws/ecs/ecs.ts'

/** A task's status as far as somebody who watches cares. */
export type TaskPhase = 'starting' | 'running' | 'deregistering' | 'stopping'

/**
 * A task that ECS has decided to stop first leaves its load balancer, for minutes perhaps, while it still serves
 * requests; only then is its container told to end.
 */
export const phaseOf = ({ desiredStatus, lastStatus }: TaskSnapshot): TaskPhase => {
  switch (lastStatus) {
    case 'PROVISIONING':
    case 'PENDING':
    case 'ACTIVATING':
      return desiredStatus === 'RUNNING' ? 'starting' : 'stopping'
    case 'RUNNING':
      return desiredStatus === 'RUNNING' ? 'running' : 'deregistering'
    case 'DEACTIVATING':
      return 'deregistering'
    case 'STOPPING':
    case 'DEPROVISIONING':
    case 'STOPPED':
      return 'stopping'
  }
}

/** The service of `service:shop`, the family of `family:report`. */
export const workloadOf = ({ group }: Pick<TaskSnapshot, 'group'>): string =>
  group.slice(group.indexOf(':') + 1)
