import type { MetricIdentity } from '../cloudwatch/metric.ts'

/** The metric by which cluster auto scaling scales ("Automatically manage Amazon ECS capacity with cluster auto scaling"). */
const MANAGED_SCALING_NAMESPACE = 'AWS/ECS/ManagedScaling'

export const capacityProviderReservation = (
  clusterName: string,
  capacityProviderName: string,
): MetricIdentity => ({
  namespace: MANAGED_SCALING_NAMESPACE,
  name: 'CapacityProviderReservation',
  dimensions: { CapacityProviderName: capacityProviderName, ClusterName: clusterName },
})

export const isManagedByEcs = ({ namespace }: MetricIdentity): boolean =>
  namespace === MANAGED_SCALING_NAMESPACE
