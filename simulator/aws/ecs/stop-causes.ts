import type { StopCause, Task } from './cluster.ts'

/** The scheduler's text for scale-in and deployments; that drained tasks carry the same one is not documented. */
export const schedulerStop = (task: Pick<Task, 'startedBy'>): StopCause => ({
  code: 'ServiceSchedulerInitiated',
  reason: `Scaling activity initiated by (deployment ${task.startedBy})`,
})

export const failedHealthChecks = (task: Task): StopCause => ({
  code: 'ServiceSchedulerInitiated',
  reason: `Task failed ELB health checks in (target-group ${task.target?.targetGroupArn})`,
})

export const stoppedByUser = (reason: string | undefined): StopCause => ({
  code: 'UserInitiated',
  reason: reason ?? 'Task stopped by user',
})

export const containerExited: StopCause = {
  code: 'EssentialContainerExited',
  reason: 'Essential container in task exited',
}

/** "CannotPullContainer task errors in Amazon ECS"; what follows the name is the registry's own text. */
export const cannotPullImage = (image: string): StopCause => ({
  code: 'TaskFailedToStart',
  reason: `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${image}: ${image}: not found`,
})

/** What ECS says of a task that its capacity provider found no room for in time; the text is not documented. */
export const noCapacityInTime: StopCause = {
  code: 'TaskFailedToStart',
  reason: 'Timed out while waiting for capacity.',
}

/** Which stop code goes with a host that is gone is not documented. */
export const hostGone = (instanceId: string, fate: 'terminated' | 'stopped'): StopCause => ({
  code: 'TerminationNotice',
  reason: `Host EC2 (instance ${instanceId}) ${fate}.`,
})

export const deregisteredByForce: StopCause = {
  code: 'UserInitiated',
  reason: 'Container instance deregistration forced by user',
}
