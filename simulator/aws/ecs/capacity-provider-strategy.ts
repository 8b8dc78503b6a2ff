import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs'
import { isWanted, type Cluster, type Service } from './cluster.ts'

/**
 * The capacity provider of the next task under the cluster's default strategy, in which all that scale have the same
 * weight: the one that has the smallest part of the service ("Amazon ECS capacity providers", strategy). Undefined: no
 * provider scales, so tasks have a launch type instead of a strategy.
 */
export const capacityProviderForNext = (
  service: Service | undefined,
  cluster: Cluster,
): string | undefined => {
  const [first, ...others] = cluster.scalingProviders
  if (first === undefined || others.length === 0) return first
  const counts = countByProvider(service, cluster)
  const countOf = (name: string) => counts.get(name) ?? 0
  return others.reduce((best, name) => (countOf(name) < countOf(best) ? name : best), first)
}

/** The cluster's default strategy, which replica services and RunTask use; empty where no provider scales. */
export const viewStrategy = ({ scalingProviders }: Cluster): CapacityProviderStrategyItem[] =>
  scalingProviders.map((capacityProvider) => ({ capacityProvider, weight: 1, base: 0 }))

const countByProvider = (service: Service | undefined, cluster: Cluster): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  const add = (name: string | undefined) => {
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  for (const task of service?.tasks ?? [])
    if (isWanted(task)) add(task.containerInstance.capacityProviderName)
  for (const task of cluster.waitingTasks.values())
    if (isWanted(task) && task.service === service) add(task.capacityProviderName)
  return counts
}
