import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import {
  DescribeContainerInstancesCommand,
  ListContainerInstancesCommand,
  type ContainerInstance,
  type ECSClient,
} from '@aws-sdk/client-ecs'
import pMap from 'p-map'

import { allowOnlyMissing } from '../../aws/failures.ts'
import { allPages, chunksOf } from '../../aws/pages.ts'
import type { InspectedContainerInstance } from '../../decide/findings/inspection.ts'
import { MEMORY_ATTRIBUTE } from '../../decide/memory.ts'
import { asking } from './asking.ts'
import { AT_ONCE } from './at-once.ts'

/** DescribeContainerInstances takes 100 at most, a filter of DescribeInstances 200 values. */
const PER_CALL = 100

/** Every container instance of the cluster, by the id of its machine. */
export const readAllContainerInstances = async (
  ecs: ECSClient,
  cluster: string,
): Promise<ReadonlyMap<string, InspectedContainerInstance>> => {
  const list = {
    action: 'ecs:ListContainerInstances',
    doing: `listing the container instances of cluster ${cluster}`,
  }
  const arns = await asking(list, () =>
    allPages(async (nextToken) => {
      const answer = await ecs.send(
        new ListContainerInstancesCommand({ cluster, nextToken, maxResults: 100 }),
      )
      return { items: answer.containerInstanceArns ?? [], token: answer.nextToken }
    }),
  )
  const chunks = chunksOf(arns, PER_CALL)
  const described = await pMap(chunks, (chunk) => describe({ ecs, cluster }, chunk), { concurrency: AT_ONCE })
  return new Map(described.flat().map((instance) => [instance.ec2InstanceId ?? '', inspected(instance)]))
}

const describe = async (
  { ecs, cluster }: { readonly ecs: ECSClient; readonly cluster: string },
  containerInstances: string[],
): Promise<readonly ContainerInstance[]> => {
  const doing = `describing the container instances of cluster ${cluster}`
  const answer = await asking({ action: 'ecs:DescribeContainerInstances', doing }, () =>
    ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances })),
  )
  allowOnlyMissing(doing, answer.failures)
  return answer.containerInstances ?? []
}

const inspected = (instance: ContainerInstance): InspectedContainerInstance => {
  const memory = instance.attributes?.find(({ name }) => name === MEMORY_ATTRIBUTE)?.value
  const agentVersion = instance.versionInfo?.agentVersion
  return {
    arn: instance.containerInstanceArn ?? '',
    status: instance.status ?? '',
    agentConnected: instance.agentConnected ?? false,
    ...(agentVersion !== undefined && { agentVersion }),
    ...(memory !== undefined && { memory }),
  }
}

/** Which of these machines are Spot instances. The filter forgives ids that EC2 has forgotten. */
export const readSpotInstanceIds = async (
  ec2: EC2Client,
  instanceIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const question = { action: 'ec2:DescribeInstances', doing: 'describing the EC2 instances' }
  const found = await pMap(
    chunksOf(instanceIds, PER_CALL),
    (Values) =>
      asking(question, () =>
        allPages(async (NextToken) => {
          const Filters = [{ Name: 'instance-id', Values }]
          const answer = await ec2.send(new DescribeInstancesCommand({ Filters, NextToken }))
          const items = (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)
          return { items, token: answer.NextToken }
        }),
      ),
    { concurrency: AT_ONCE },
  )
  const spot = found.flat().filter(({ InstanceLifecycle }) => InstanceLifecycle === 'spot')
  return new Set(spot.flatMap(({ InstanceId }) => InstanceId ?? []))
}
