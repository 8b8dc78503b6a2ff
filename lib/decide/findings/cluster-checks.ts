import type { Check } from './finding.ts'
import type { InspectedGroup } from './inspection.ts'

export const clusterMissing: Check = ({ cluster, clusterExists }) =>
  clusterExists
    ? []
    : [
        {
          code: 'cluster-missing',
          subject: `cluster ${cluster}`,
          found: `ECS has no active cluster ${cluster} in this account and region.`,
          fix: 'name the right one: --cluster and --region here, --param cluster=… when deploying; `aws ecs list-clusters` shows those that exist',
        },
      ]

export const groupMissing: Check = ({ missingGroups }) =>
  missingGroups.map((name) => ({
    code: 'group-missing',
    subject: `group ${name}`,
    found: `Auto Scaling has no group ${name} in this account and region.`,
    fix: 'name the right one: --groups and --region here, --param groups=… when deploying',
  }))

/** All of its instances are strangers: the group belongs to another cluster, or the cluster to another group. */
export const groupOutsideCluster: Check = ({ cluster, clusterExists, groups }) =>
  groups
    .filter((group) => clusterExists && isOutside(group))
    .map(({ name, instances }) => ({
      code: 'group-outside-cluster',
      subject: `group ${name}`,
      found: `None of its ${instancesInService(instances).length} instances in service is registered in cluster ${cluster}.`,
      fix: `name the cluster that they join, or set ECS_CLUSTER=${cluster} in /etc/ecs/ecs.config of the group's launch template`,
    }))

/** True if the group has instances in service, and the cluster knows none of them. */
export const isOutside = ({ instances }: InspectedGroup): boolean => {
  const inService = instancesInService(instances)
  return inService.length > 0 && inService.every(({ containerInstance }) => containerInstance === undefined)
}

export const instancesInService = (instances: InspectedGroup['instances']): InspectedGroup['instances'] =>
  instances.filter(({ lifecycleState }) => lifecycleState === 'InService')

export const groupEmpty: Check = ({ groups }) =>
  groups
    .filter(({ instances }) => instancesInService(instances).length === 0)
    .map(({ name }) => ({
      code: 'group-empty',
      subject: `group ${name}`,
      found: 'It has no instance in service.',
      fix: 'run the doctor again when it has one',
    }))

export const tagIgnored: Check = ({ groups }) =>
  groups.flatMap(({ name, tagProblems }) =>
    tagProblems.map((problem) => ({
      code: 'tag-ignored',
      subject: `group ${name}`,
      found: `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`,
      fix: 'correct the tag or delete it: `aws autoscaling delete-tags`',
    })),
  )

export const notDeployed: Check = ({ cluster, isDeployed, groups }) =>
  isDeployed
    ? []
    : [
        {
          code: 'not-deployed',
          subject: `cluster ${cluster}`,
          found: 'Ebbtide is not deployed for this cluster: its queue is not there.',
          fix: `npm run deploy -- --param cluster=${cluster} --param groups=${groups.map(({ name }) => name).join(',')}`,
        },
      ]
