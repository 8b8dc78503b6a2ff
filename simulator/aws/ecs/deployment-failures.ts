import type { Deployment, Service, Task } from './cluster.ts'

/** Counts a task that never ran well: it did not start, or failed its health checks (API reference, Deployment). */
export const countFailedTask = (service: Service, task: Task): void => {
  const deployment = deploymentOf(service, task)
  if (deployment?.hasRunWell === false) deployment.failedTasks += 1
}

/** A first healthy task ends the count, for good. */
export const countHealthyTask = (service: Service, task: Task): void => {
  const deployment = deploymentOf(service, task)
  if (deployment === undefined || deployment.hasRunWell) return
  deployment.hasRunWell = true
  deployment.failedTasks = 0
}

const deploymentOf = (service: Service, { startedBy }: Task): Deployment | undefined =>
  service.deployments.find(({ id }) => id === startedBy)
