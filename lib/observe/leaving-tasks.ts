import type { Task } from '@aws-sdk/client-ecs'
import type { DrainFacts, TaskFacts } from '../decide/facts.ts'
import { STOP_REASON } from '../decide/stop-tasks.ts'
import type { TaskReading } from '../decide/reading.ts'
import type { Observer } from './observer.ts'
import { readServices, type KnownService } from './services.ts'
import { readDeregistrationDelay, readStopTimeout } from './stopping-times.ts'
import { readTasks } from './tasks.ts'

/** Adds the tasks of the container instance to the facts, as closely as the decision needs. */
export const observeTasks = async (
  observer: Observer,
  facts: DrainFacts,
  reading: TaskReading,
): Promise<DrainFacts> => {
  const containerInstanceArn = facts.containerInstance?.arn
  if (reading === 'none' || containerInstanceArn === undefined) return facts
  const { clients, scope } = observer
  const tasks = await readTasks({ ecs: clients.ecs, cluster: scope.cluster, containerInstanceArn })
  if (reading === 'statuses') return { ...facts, tasks: tasks.map(statusOf) }
  return { ...facts, ...(await closely(observer, tasks)) }
}

const closely = async (observer: Observer, tasks: readonly Task[]) => {
  const names = [...new Set(tasks.filter(isUnstopped).flatMap((task) => serviceNameOf(task) ?? []))]
  const { ecs, loadBalancing } = observer.clients
  const services = await readServices({ ecs, loadBalancing, cluster: observer.scope.cluster }, names)
  const facts: TaskFacts[] = []
  for (const task of tasks)
    facts.push(isUnstopped(task) ? await withTimes(observer, task, services) : statusOf(task))
  return { tasks: facts, services: services.map(({ targetGroupArns: _, ...service }) => service) }
}

const withTimes = async (
  observer: Observer,
  task: Task,
  services: readonly KnownService[],
): Promise<TaskFacts> => {
  const { ecs, loadBalancing } = observer.clients
  const service = services.find(({ name }) => name === serviceNameOf(task))
  const delays: number[] = []
  for (const arn of service?.targetGroupArns ?? [])
    delays.push(await readDeregistrationDelay({ loadBalancing, memo: observer.deregistrationDelays }, arn))
  const stopTimeoutSeconds = await readStopTimeout(
    { ecs, memo: observer.stopTimeouts },
    task.taskDefinitionArn ?? '',
  )
  return { ...statusOf(task), stopTimeoutSeconds, deregistrationDelaySeconds: Math.max(0, ...delays) }
}

const statusOf = (task: Task): TaskFacts => {
  const serviceName = serviceNameOf(task)
  return {
    arn: task.taskArn ?? '',
    ...(serviceName !== undefined && { serviceName }),
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    ...(task.stoppedAt && { stoppedAt: task.stoppedAt.getTime() }),
    stoppedByUs: task.stoppedReason?.startsWith(STOP_REASON) ?? false,
  }
}

const isUnstopped = (task: Task): boolean => task.lastStatus !== 'STOPPED'

/** ECS puts `service:<name>` into the group of a service's tasks; a standalone task has another group. */
const serviceNameOf = ({ group }: Task): string | undefined =>
  group?.startsWith('service:') ? group.slice('service:'.length) : undefined
