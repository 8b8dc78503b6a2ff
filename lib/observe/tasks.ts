import {
  DescribeTasksCommand,
  ListTasksCommand,
  type DesiredStatus,
  type ECSClient,
  type Task,
} from '@aws-sdk/client-ecs'
import { during } from '../aws/errors.ts'
import { allowOnlyMissing } from '../aws/failures.ts'
import { allPages, chunksOf } from '../aws/pages.ts'

/** DescribeTasks takes 100 at most. */
const TASKS_PER_CALL = 100

export interface Cluster {
  readonly ecs: ECSClient
  readonly cluster: string
}

export interface Place extends Cluster {
  readonly containerInstanceArn: string
}

/**
 * Every task of a container instance, with those that ECS is stopping or has stopped within the last hour.
 *
 * ListTasks filters by DESIRED status, and a task that still serves while it leaves has the desired status STOPPED. A
 * task may change from one list to the other between the two calls, only ever from RUNNING to STOPPED, so RUNNING is
 * listed to its last page first: in the other order a task could be missed by both.
 */
export const readTasks = async (place: Place): Promise<readonly Task[]> => {
  const running = await listTasks(place, 'RUNNING')
  const stopped = await listTasks(place, 'STOPPED')
  const arns = [...new Set([...running, ...stopped])]
  const tasks = await describeTasks({ ...place, of: place.containerInstanceArn }, arns)
  return asListed(tasks, new Set(stopped))
}

/** A description may be older than the listing. Nothing takes back what ECS has decided to stop. */
const asListed = (tasks: readonly Task[], stopped: ReadonlySet<string>): readonly Task[] =>
  tasks.map((task) => (stopped.has(task.taskArn ?? '') ? { ...task, desiredStatus: 'STOPPED' } : task))

/** ARNs of the tasks of a container instance by DESIRED status; see `readTasks` for what that leaves out. */
export const listTasks = ({ ecs, cluster, containerInstanceArn }: Place, desiredStatus: DesiredStatus) =>
  during(`listing ${desiredStatus} tasks of ${containerInstanceArn}`, () =>
    allPages(async (nextToken) => {
      const command = new ListTasksCommand({
        cluster,
        containerInstance: containerInstanceArn,
        desiredStatus,
        nextToken,
        maxResults: 100,
      })
      const answer = await ecs.send(command)
      return { items: answer.taskArns ?? [], token: answer.nextToken }
    }),
  )

interface Described extends Cluster {
  /** Whose tasks they are, for the message of an error. */
  readonly of: string
}

/** These tasks. One that ECS has forgotten (`failures` says MISSING) stopped an hour ago or more and is left out. */
export const describeTasks = async (
  { ecs, cluster, of }: Described,
  arns: readonly string[],
): Promise<readonly Task[]> => {
  const all: Task[] = []
  for (const tasks of chunksOf(arns, TASKS_PER_CALL)) {
    const doing = `describing ${tasks.length} tasks of ${of}`
    const answer = await during(doing, () => ecs.send(new DescribeTasksCommand({ cluster, tasks })))
    allowOnlyMissing(doing, answer.failures)
    all.push(...(answer.tasks ?? []))
  }
  return all
}
