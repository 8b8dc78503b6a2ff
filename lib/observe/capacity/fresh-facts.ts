import {
  DescribeContainerInstancesCommand,
  GetTaskProtectionCommand,
  type ContainerInstance,
  type ECSClient,
} from '@aws-sdk/client-ecs'

import { during } from '../../aws/errors.ts'
import { allowOnlyMissing } from '../../aws/failures.ts'
import { chunksOf } from '../../aws/pages.ts'
import type { StoredCandidates } from '../../capacity/candidate-list.ts'
import {
  inOrder,
  taskMark,
  type FreshFacts,
  type FreshInstance,
  type VictimRequest,
} from '../../capacity/victims.ts'
import { listTasks, type Cluster } from '../tasks.ts'

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
 * The first of those that would be named, as they are now: with what ECS counts on them, and whether a task has asked for
 * protection since the list was written.
 */
export const readFreshFacts = async ({
  ecs,
  cluster,
  stored,
  request,
}: FreshQuestion): Promise<FreshFacts> => {
  if (stored === undefined) return { instances: new Map(), replacementComesFirst: 'unknown' }
  const replacementComesFirst = stored.replacementComesFirst ? 'yes' : 'no'
  const ids = inOrder({ request, list: stored.list, replacementComesFirst })
  const first = ids.slice(0, READ_AFRESH).flatMap((id) => {
    const containerInstanceArn = stored.places[id]
    return containerInstanceArn === undefined ? [] : [{ id, containerInstanceArn }]
  })
  if (first.length === 0) return { instances: new Map(), replacementComesFirst }
  const place = { ecs, cluster }
  const [found, tasks] = await Promise.all([
    describe(
      place,
      first.map(({ containerInstanceArn }) => containerInstanceArn),
    ),
    Promise.all(first.map(({ containerInstanceArn }) => readTasks(place, containerInstanceArn))),
  ])
  const instances = new Map(
    first.flatMap(({ id }, index) => {
      const containerInstance = found.find(({ ec2InstanceId }) => ec2InstanceId === id)
      return containerInstance === undefined ? [] : [[id, freshOf(containerInstance, tasks[index])]]
    }),
  )
  return { instances, replacementComesFirst }
}

const describe = async ({ ecs, cluster }: Cluster, containerInstances: string[]) => {
  const doing = `describing ${containerInstances.length} candidates of cluster ${cluster}`
  const command = new DescribeContainerInstancesCommand({ cluster, containerInstances })
  const answer = await during(doing, () => ecs.send(command))
  allowOnlyMissing(doing, answer.failures)
  return answer.containerInstances ?? []
}

type FreshTasks = Pick<FreshInstance, 'tasks' | 'unmovable'>

/**
 * What ECS wants to run on the instance, and whether a task among it must not be moved. Only tasks of services can be
 * protected: of others GetTaskProtection says TASK_NOT_VALID, which is how they are told apart here.
 */
const readTasks = async (place: Cluster, containerInstanceArn: string): Promise<FreshTasks> => {
  const arns = await listTasks({ ...place, containerInstanceArn }, 'RUNNING')
  return { tasks: arns.map(taskMark), unmovable: await readUnmovable(place, arns) }
}

const readUnmovable = async (
  { ecs, cluster }: Cluster,
  arns: readonly string[],
): Promise<FreshInstance['unmovable']> => {
  for (const tasks of chunksOf(arns, TASKS_PER_CALL)) {
    const answer = await during(`reading the protection of ${tasks.length} tasks of cluster ${cluster}`, () =>
      ecs.send(new GetTaskProtectionCommand({ cluster, tasks })),
    )
    if (answer.protectedTasks?.some(({ protectionEnabled }) => protectionEnabled)) return 'protected-task'
    if (answer.failures?.some(({ reason }) => reason === 'TASK_NOT_VALID')) return 'standalone-task'
  }
  return 'none'
}

const freshOf = (
  { status = '', agentConnected = false, runningTasksCount = 0, pendingTasksCount = 0 }: ContainerInstance,
  { tasks, unmovable }: FreshTasks = { tasks: [], unmovable: 'unread' },
): FreshInstance => ({
  status,
  agentConnected,
  taskCount: runningTasksCount + pendingTasksCount,
  tasks,
  unmovable,
})
