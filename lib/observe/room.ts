import {
  DescribeContainerInstancesCommand,
  ListContainerInstancesCommand,
  type ContainerInstance,
  type ECSClient,
  type Resource,
} from '@aws-sdk/client-ecs'

import { during } from '../aws/errors.ts'
import { allowOnlyMissing } from '../aws/failures.ts'
import { allPages, chunksOf } from '../aws/pages.ts'

/** What an instance has left. CPU in ECS units, memory in MiB. */
export interface Room {
  readonly cpu: number
  readonly memory: number
}

/** What is left on each instance on which ECS may place a task: ACTIVE, with its agent connected. */
export const readRoom = async (ecs: ECSClient, cluster: string): Promise<readonly Room[]> => {
  const doing = `reading the free capacity of cluster ${cluster}`
  const arns = await during(doing, () =>
    allPages(async (nextToken) => {
      const answer = await ecs.send(
        new ListContainerInstancesCommand({ cluster, status: 'ACTIVE', nextToken }),
      )
      return { items: answer.containerInstanceArns ?? [], token: answer.nextToken }
    }),
  )
  const room: Room[] = []
  for (const containerInstances of chunksOf(arns, 100)) {
    const command = new DescribeContainerInstancesCommand({ cluster, containerInstances })
    const answer = await during(doing, () => ecs.send(command))
    allowOnlyMissing(doing, answer.failures)
    room.push(...(answer.containerInstances ?? []).filter(({ agentConnected }) => agentConnected).map(roomOn))
  }
  return room
}

const roomOn = ({ remainingResources = [] }: ContainerInstance): Room => ({
  cpu: left(remainingResources, 'CPU'),
  memory: left(remainingResources, 'MEMORY'),
})

const left = (resources: readonly Resource[], name: string): number =>
  resources.find((resource) => resource.name === name)?.integerValue ?? 0
