import type { ContainerInstanceHealthStatus, InstanceHealthCheckState } from '@aws-sdk/client-ecs'
import type { ContainerInstance } from './cluster.ts'

/** From the worst to the best: the overall status is the worst of all ("Monitor Amazon ECS container instance health"). */
const severity: readonly InstanceHealthCheckState[] = ['IMPAIRED', 'INSUFFICIENT_DATA', 'INITIALIZING', 'OK']

/** What ECS makes of an instance: without its agent it does not know how the container runtime is. */
export const viewHealth = (
  { agentConnected, agentStateSince }: ContainerInstance,
  now: number,
): ContainerInstanceHealthStatus => {
  const details = [
    check('CONTAINER_RUNTIME', agentConnected ? 'OK' : 'INSUFFICIENT_DATA'),
    check('AGENT_CONNECTIVITY', agentConnected ? 'OK' : 'IMPAIRED'),
  ].map((result) => ({
    ...result,
    lastUpdated: new Date(now),
    lastStatusChange: new Date(agentStateSince),
  }))
  const overallStatus = severity.find((state) => details.some(({ status }) => status === state))
  return { ...(overallStatus !== undefined && { overallStatus }), details }
}

const check = (type: 'CONTAINER_RUNTIME' | 'AGENT_CONNECTIVITY', status: InstanceHealthCheckState) => ({
  type,
  status,
})
