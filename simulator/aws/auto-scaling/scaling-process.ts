import type { ScalingProcess } from '../../world/world-spec.ts'

/** In the order in which AWS lists them. */
export const scalingProcesses: readonly ScalingProcess[] = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
]
