import {
  DescribeContainerInstancesCommand,
  GetTaskProtectionCommand,
  type ContainerInstance,
  type ECSClient,
} from '@aws-sdk/client-ecs'

import { during } from '../../aws/errors.ts'
import { allowOnlyMissing } from '../../aws/failures.ts'
import { chunksOf } from '../../aws/pages.ts'
import type { StoredCandidates } from '../../candidate-list.ts'
import type { FreshFacts, FreshInstance, VictimRequest } from '../../capacity/victims.ts'

interface FreshQuestion {
  readonly ecs: ECSClient
  readonly cluster: string
  /** Absent: there is nothing to look at again. */
  readonly stored: StoredCandidates | undefined
  readonly request: VictimRequest
}

/** Candidates that are looked at again: more are hardly asked for at once, and each costs part of the second there is. */
const READ_AFRESH = 10

/** GetTaskProtection takes 100 tasks at most. */
const TASKS_PER_CALL = 100

/**
 * The first candidates among those that Auto Scaling suggests, as they are now: with what ECS counts on them, and whether a
 * task has asked for protection since the list was written.
 */
export const readFreshFacts = async ({
  ecs,
  cluster,
  stored,
  request,
}: FreshQuestion): Promise<FreshFacts> => {
  if (stored === undefined) return { instances: new Map(), replacementComesFirst: 'unknown' }
  const replacementComesFirst = stored.replacementComesFirst ? 'yes' : 'no'
  const suggested = new Set(request.instances.map(({ instanceId }) => instanceId))
  const ids = stored.list.candidates.map(({ instanceId }) => instanceId).filter((id) => suggested.has(id))
  const first = ids.slice(0, READ_AFRESH).flatMap((id) => {
    const place = stored.places[id]
    return place === undefined ? [] : [{ id, ...place }]
  })
  if (first.length === 0) return { instances: new Map(), replacementComesFirst }
  const [found, protections] = await Promise.all([
    describe(
      { ecs, cluster },
      first.map(({ containerInstanceArn }) => containerInstanceArn),
    ),
    readProtectionIds(
      { ecs, cluster },
      first.flatMap(({ taskIds }) => taskIds),
    ),
  ])
  const instances = new Map(
    first.flatMap(({ id, taskIds }) => {
      const containerInstance = found.find(({ ec2InstanceId }) => ec2InstanceId === id)
      return containerInstance === undefined ? [] : [[id, freshOf(containerInstance, taskIds, protections)]]
    }),
  )
  return { instances, replacementComesFirst }
}

interface Cluster {
  readonly ecs: ECSClient
  readonly cluster: string
}

const describe = async ({ ecs, cluster }: Cluster, containerInstances: string[]) => {
  const doing = `describing ${containerInstances.length} candidates of cluster ${cluster}`
  const command = new DescribeContainerInstancesCommand({ cluster, containerInstances })
  const answer = await during(doing, () => ecs.send(command))
  allowOnlyMissing(doing, answer.failures)
  return answer.containerInstances ?? []
}

interface Protections {
  /** Ids of tasks that have asked for protection, and of those of which ECS said that they have not. */
  readonly protectedIds: ReadonlySet<string>
  readonly answeredIds: ReadonlySet<string>
}

const readProtectionIds = async ({ ecs, cluster }: Cluster, ids: readonly string[]): Promise<Protections> => {
  const answers = await Promise.all(
    chunksOf(ids, TASKS_PER_CALL).map((tasks) =>
      during(`reading the protection of ${tasks.length} tasks of cluster ${cluster}`, () =>
        ecs.send(new GetTaskProtectionCommand({ cluster, tasks })),
      ),
    ),
  )
  const tasks = answers.flatMap(({ protectedTasks }) => protectedTasks ?? [])
  return {
    protectedIds: new Set(tasks.filter(({ protectionEnabled }) => protectionEnabled).map(idOf)),
    answeredIds: new Set(tasks.map(idOf)),
  }
}

const idOf = ({ taskArn = '' }: { readonly taskArn?: string | undefined }): string =>
  taskArn.slice(taskArn.lastIndexOf('/') + 1)

const freshOf = (
  { status = '', agentConnected = false, runningTasksCount = 0, pendingTasksCount = 0 }: ContainerInstance,
  taskIds: readonly string[],
  { protectedIds, answeredIds }: Protections,
): FreshInstance => ({
  status,
  agentConnected,
  taskCount: runningTasksCount + pendingTasksCount,
  hasProtectedTask: taskIds.some((id) => protectedIds.has(id))
    ? 'yes'
    : taskIds.every((id) => answeredIds.has(id))
      ? 'no'
      : 'unread',
})
