import { isWanted, type Cluster, type Service } from './cluster.ts'

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
