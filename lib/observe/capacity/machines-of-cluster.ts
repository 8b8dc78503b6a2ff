import {
  DescribeContainerInstancesCommand,
  ListContainerInstancesCommand,
  type Attribute,
  type ContainerInstance,
  type ECSClient,
  type Resource,
} from '@aws-sdk/client-ecs'

import { during } from '../../aws/errors.ts'
import { allowOnlyMissing } from '../../aws/failures.ts'
import { allPages, chunksOf } from '../../aws/pages.ts'
import type { ContainerInstanceSnapshot } from '../../capacity/snapshot.ts'
import { newestByInstanceId } from '../newest-registration.ts'

/** A container instance before its network interfaces are known. */
export interface ReadContainerInstance extends ContainerInstanceSnapshot {
  readonly instanceId: string
  readonly instanceType: string
  readonly zone: string
  /** Milliseconds since 1970. */
  readonly registeredAt: number
}

interface Cluster {
  readonly ecs: ECSClient
  readonly cluster: string
}

/** DescribeContainerInstances takes 100 at most, and a page of ListContainerInstances holds as many. */
const PER_CALL = 100

/** Machines outside of EC2 (ECS Anywhere) take none of the tasks that are placed on EC2. */
const EXTERNAL = /^mi-/

/** The container instance of every machine of the cluster, INACTIVE ones left out. One that goes meanwhile is absent. */
export const readMachinesOfCluster = async ({
  ecs,
  cluster,
}: Cluster): Promise<readonly ReadContainerInstance[]> => {
  const doing = `reading the container instances of cluster ${cluster}`
  const arns = await during(doing, () =>
    allPages(async (nextToken) => {
      const answer = await ecs.send(
        new ListContainerInstancesCommand({ cluster, nextToken, maxResults: PER_CALL }),
      )
      return { items: answer.containerInstanceArns ?? [], token: answer.nextToken }
    }),
  )
  const all: ReadContainerInstance[] = []
  for (const containerInstances of chunksOf(arns, PER_CALL)) {
    const command = new DescribeContainerInstancesCommand({ cluster, containerInstances })
    const answer = await during(doing, () => ecs.send(command))
    allowOnlyMissing(doing, answer.failures)
    all.push(...(answer.containerInstances ?? []).map(read))
  }
  return [...newestByInstanceId(all).values()].filter(({ instanceId }) => !EXTERNAL.test(instanceId))
}

const read = (instance: ContainerInstance): ReadContainerInstance => {
  const attributes = attributesOf(instance.attributes ?? [])
  const { registeredResources = [], remainingResources = [] } = instance
  return {
    instanceId: instance.ec2InstanceId ?? '',
    instanceType: attributes['ecs.instance-type'] ?? '',
    zone: attributes['ecs.availability-zone'] ?? '',
    registeredAt: instance.registeredAt?.getTime() ?? 0,
    arn: instance.containerInstanceArn ?? '',
    status: instance.status ?? '',
    agentConnected: instance.agentConnected ?? false,
    registered: resourcesOf(registeredResources),
    remaining: resourcesOf(remainingResources),
    usedPorts: [
      ...stringsOf(remainingResources, 'PORTS').map((port) => `tcp:${port}`),
      ...stringsOf(remainingResources, 'PORTS_UDP').map((port) => `udp:${port}`),
    ],
    attributes,
    ...(instance.capacityProviderName !== undefined && {
      capacityProviderName: instance.capacityProviderName,
    }),
  }
}

const attributesOf = (attributes: readonly Attribute[]): Readonly<Record<string, string>> =>
  Object.fromEntries(attributes.map(({ name = '', value = '' }) => [name, value]))

/** ECS does not count network interfaces as a resource. GPUs are listed by their ids. */
const resourcesOf = (resources: readonly Resource[]) => ({
  cpu: numberOf(resources, 'CPU'),
  memory: numberOf(resources, 'MEMORY'),
  gpu: stringsOf(resources, 'GPU').length,
  enis: 0,
})

const numberOf = (resources: readonly Resource[], name: string): number =>
  resources.find((resource) => resource.name === name)?.integerValue ?? 0

const stringsOf = (resources: readonly Resource[], name: string): readonly string[] =>
  resources.find((resource) => resource.name === name)?.stringSetValue ?? []
