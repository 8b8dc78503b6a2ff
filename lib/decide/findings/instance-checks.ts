import { parseMemory } from '../memory.ts'
import { instancesInService, isOutside } from './cluster-checks.ts'
import type { Check } from './finding.ts'
import type { InspectedInstance, Inspection } from './inspection.ts'

/** The agent has the task protection endpoint from here on ("Amazon ECS task scale-in protection endpoint"). */
const LEAST_AGENT_VERSION = [1, 65, 0] as const

/** One that has just started registers within a minute or two. A whole group outside is another mistake. */
export const instanceUnregistered: Check = ({ cluster, clusterExists, groups }) =>
  groups
    .filter((group) => clusterExists && !isOutside(group))
    .flatMap(({ name, instances }) =>
      instancesInService(instances)
        .filter(({ containerInstance }) => containerInstance === undefined)
        .map(({ instanceId }) => ({
          code: 'instance-unregistered',
          subject: `instance ${instanceId}`,
          found: `It is in service in group ${name}, but not registered in cluster ${cluster}.`,
          fix: 'wait if it has just started; else read /var/log/ecs/ecs-agent.log on it, or let the group replace it',
        })),
    )

export const agentDisconnected: Check = ({ cluster, groups }) =>
  instancesOf(groups)
    .filter(({ containerInstance }) => containerInstance?.agentConnected === false)
    .map(({ instanceId }) => ({
      code: 'agent-disconnected',
      subject: `instance ${instanceId}`,
      found: `Its ECS agent is not connected to cluster ${cluster}.`,
      fix: 'restart the agent: sudo systemctl restart ecs',
    }))

export const agentOutdated: Check = ({ cluster, groups }) =>
  instancesOf(groups).flatMap(({ instanceId, containerInstance }) => {
    const { agentVersion, arn } = containerInstance ?? {}
    if (agentVersion === undefined || arn === undefined || !isOlder(agentVersion, LEAST_AGENT_VERSION))
      return []
    return [
      {
        code: 'agent-outdated',
        subject: `instance ${instanceId}`,
        found: `Its ECS agent is ${agentVersion}, older than ${LEAST_AGENT_VERSION.join('.')}.`,
        fix: `take a newer ECS-optimized AMI, or: aws ecs update-container-agent --cluster ${cluster} --container-instance ${arn}`,
      },
    ]
  })

const isOlder = (version: string, least: readonly number[]): boolean => {
  const numbers = version.split('.').map(Number)
  const different = least.findIndex((number, index) => numbers[index] !== number)
  return different >= 0 && (numbers[different] ?? 0) < (least[different] ?? 0)
}

/** In service, and DRAINING for nobody: no hook of its group is called, and no drain of ours is remembered on it. */
export const drainingUnattended: Check = (inspection) =>
  instancesOf(inspection.groups)
    .filter(({ containerInstance }) => containerInstance?.status === 'DRAINING')
    .filter((instance) => !isLeaving(instance) && !isOurs(instance, inspection))
    .map(({ instanceId, lifecycleState, containerInstance }) => ({
      code: 'draining-unattended',
      subject: `instance ${instanceId}`,
      found: `It is DRAINING while it is ${lifecycleState}, and no drain of Ebbtide is under way on it.`,
      fix: `if nobody drains it on purpose: aws ecs update-container-instances-state --cluster ${inspection.cluster} --container-instances ${containerInstance?.arn ?? ''} --status ACTIVE`,
    }))

const isLeaving = ({ lifecycleState }: InspectedInstance): boolean => lifecycleState.startsWith('Terminat')

/** What Ebbtide set to DRAINING, resync sets back if nothing comes of it; a stack that was removed does not. */
const isOurs = ({ containerInstance }: InspectedInstance, { isDeployed }: Inspection): boolean =>
  isDeployed && parseMemory(containerInstance?.memory ?? '')?.drainedBy === 'us'

const instancesOf = (groups: Inspection['groups']): readonly InspectedInstance[] =>
  groups.flatMap(({ instances }) => instances)
