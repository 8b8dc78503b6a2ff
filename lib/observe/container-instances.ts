import {
  DescribeContainerInstancesCommand,
  ListContainerInstancesCommand,
  type ContainerInstance,
  type ECSClient,
} from '@aws-sdk/client-ecs'
import { during } from '../aws/errors.ts'
import { allowOnlyMissing } from '../aws/failures.ts'
import { allPages, chunksOf } from '../aws/pages.ts'
import type { ContainerInstanceFacts } from '../decide/facts.ts'
import { MEMORY_ATTRIBUTE } from '../decide/memory.ts'

/** A container instance and the machine that it stands for. */
export interface KnownContainerInstance extends ContainerInstanceFacts {
  readonly instanceId: string
  /** Milliseconds since 1970. */
  readonly registeredAt: number
}

/** DescribeContainerInstances takes 100 at most; so many ids also keep a filter expression short. */
const PER_CALL = 100

interface Cluster {
  readonly ecs: ECSClient
  readonly cluster: string
}

/** ARNs of the container instances of these machines. Machines that the cluster does not know have none. */
export const findContainerInstances = async (
  { ecs, cluster }: Cluster,
  instanceIds: readonly string[],
): Promise<readonly string[]> => {
  const arns: string[] = []
  for (const ids of chunksOf(instanceIds, PER_CALL))
    arns.push(...(await list({ ecs, cluster }, { filter: oneOf(ids) })))
  return arns
}

/** ARNs of the container instances that ECS is draining, whoever asked for it. */
export const findDraining = (from: Cluster): Promise<readonly string[]> => list(from, { status: 'DRAINING' })

const list = (
  { ecs, cluster }: Cluster,
  which: { readonly filter: string } | { readonly status: 'DRAINING' },
): Promise<readonly string[]> =>
  during(`listing container instances of cluster ${cluster}`, () =>
    allPages(async (nextToken) => {
      const command = new ListContainerInstancesCommand({ cluster, ...which, nextToken, maxResults: 100 })
      const answer = await ecs.send(command)
      return { items: answer.containerInstanceArns ?? [], token: answer.nextToken }
    }),
  )

/** In ECS's cluster query language. */
const oneOf = (instanceIds: readonly string[]): string =>
  instanceIds.length === 1
    ? `ec2InstanceId==${String(instanceIds[0])}`
    : `ec2InstanceId in [${instanceIds.map((id) => `'${id}'`).join(', ')}]`

/** These container instances as they are now; one that ECS has forgotten is absent (`failures` says MISSING). */
export const readContainerInstances = async (
  { ecs, cluster }: Cluster,
  arns: readonly string[],
): Promise<readonly KnownContainerInstance[]> => {
  const all: KnownContainerInstance[] = []
  for (const containerInstances of chunksOf(arns, PER_CALL)) {
    const doing = `describing ${containerInstances.length} container instances of cluster ${cluster}`
    const command = new DescribeContainerInstancesCommand({ cluster, containerInstances })
    const answer = await during(doing, () => ecs.send(command))
    allowOnlyMissing(doing, answer.failures)
    all.push(...(answer.containerInstances ?? []).map(known))
  }
  return all
}

const known = (instance: ContainerInstance): KnownContainerInstance => {
  const memory = instance.attributes?.find(({ name }) => name === MEMORY_ATTRIBUTE)?.value
  return {
    instanceId: instance.ec2InstanceId ?? '',
    registeredAt: instance.registeredAt?.getTime() ?? 0,
    arn: instance.containerInstanceArn ?? '',
    status: instance.status ?? '',
    agentConnected: instance.agentConnected ?? false,
    runningTasksCount: instance.runningTasksCount ?? 0,
    pendingTasksCount: instance.pendingTasksCount ?? 0,
    ...(memory !== undefined && { memory }),
  }
}
