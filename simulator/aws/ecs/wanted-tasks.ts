import { isWanted, primaryDeployment, type Cluster, type Service } from './cluster.ts'

/** What is asked of the cluster at one moment. */
export interface Demand {
  /** The desired counts of all replica services. */
  readonly taskCount: number
  /** Milliseconds since 1970; -Infinity without a service. */
  readonly newestDeploymentAt: number
}

export const demandOn = ({ services }: Cluster): Demand => {
  let taskCount = 0
  let newestDeploymentAt = -Infinity
  for (const service of services.values()) {
    if (service.strategy !== 'REPLICA') continue
    taskCount += service.desired
    newestDeploymentAt = Math.max(newestDeploymentAt, primaryDeployment(service).createdAt)
  }
  return { taskCount, newestDeploymentAt }
}

/** Tasks that replica services want and that are on no instance, neither starting nor running. */
export const countUnplaced = ({ services }: Cluster): number => {
  let count = 0
  for (const service of services.values()) {
    if (service.strategy === 'REPLICA') count += Math.max(0, service.desired - countPlaced(service))
  }
  return count
}

const countPlaced = ({ tasks }: Service): number => {
  let count = 0
  for (const task of tasks) if (isWanted(task)) count += 1
  return count
}
