import { ListTasksCommand, type DesiredStatus, type Task } from '@aws-sdk/client-ecs'

import { during } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { TaskSnapshot } from '../../capacity/workload.ts'
import { describeTasks, type Cluster } from '../tasks.ts'

/** 100,000 tasks: the most instances of a cluster with twenty tasks each. Reading more would take longer than a run may. */
const MOST_PAGES = 1_000

interface TasksQuestion extends Cluster {
  /** Tasks that an earlier snapshot saw STOPPED, which is for ever; kept up by this one. */
  readonly stopped: Set<string>
}

/**
 * Every task on EC2 of the cluster that has not stopped. ListTasks filters by DESIRED status, and a task that still takes
 * its place while it leaves has the desired status STOPPED; RUNNING is listed to its last page first, because a task may
 * change between the two listings in that direction only.
 */
export const readTasksOfCluster = async (question: TasksQuestion): Promise<readonly TaskSnapshot[]> => {
  const { ecs, cluster, stopped } = question
  const running = await listTasks(question, 'RUNNING')
  const leaving = await listTasks(question, 'STOPPED')
  const listed = new Set([...running, ...leaving])
  for (const arn of stopped) if (!listed.has(arn)) stopped.delete(arn)
  const tasks = await describeTasks(
    { ecs, cluster, of: `cluster ${cluster}` },
    [...listed].filter((arn) => !stopped.has(arn)),
  )
  for (const { taskArn = '', lastStatus } of tasks) if (lastStatus === 'STOPPED') stopped.add(taskArn)
  return tasks.filter(takesPlace).map(snapshotOf)
}

const listTasks = ({ ecs, cluster }: TasksQuestion, desiredStatus: DesiredStatus) =>
  during(`listing ${desiredStatus} tasks of cluster ${cluster}`, () =>
    allPages(async (nextToken) => {
      const command = new ListTasksCommand({ cluster, desiredStatus, nextToken, maxResults: 100 })
      const answer = await ecs.send(command)
      return { items: answer.taskArns ?? [], token: answer.nextToken }
    }, MOST_PAGES),
  )

/** Tasks on Fargate and outside of EC2 need no instance of the cluster. */
const takesPlace = ({ lastStatus, launchType }: Task): boolean =>
  lastStatus !== 'STOPPED' && launchType !== 'FARGATE' && launchType !== 'EXTERNAL'

const snapshotOf = (task: Task): TaskSnapshot => ({
  arn: task.taskArn ?? '',
  ...(task.containerInstanceArn !== undefined && { containerInstanceArn: task.containerInstanceArn }),
  ...(task.capacityProviderName !== undefined && { capacityProviderName: task.capacityProviderName }),
  taskDefinitionArn: task.taskDefinitionArn ?? '',
  group: task.group ?? '',
  lastStatus: task.lastStatus ?? '',
  desiredStatus: task.desiredStatus ?? '',
  // Asked for later, and only where somebody wants to stop the task.
  isProtected: false,
})
