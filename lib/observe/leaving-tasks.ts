import type { Task } from '@aws-sdk/client-ecs'

import { asError } from '../aws/errors.ts'
import { serviceOfGroup } from '../capacity/service-group.ts'
import type { DrainFacts, ServiceFacts, TaskFacts } from '../decide/facts.ts'
import { needsTargetHealth, type TaskReading } from '../decide/reading.ts'
import { DEFAULT_STOP_TIMEOUT_SECONDS, STOP_REASON } from '../decide/stop-tasks.ts'
import type { Observed } from './drains.ts'
import type { Observer } from './observer.ts'
import { readProtections } from './protections.ts'
import { readRoom } from './room.ts'
import { readServices, type KnownService, type ServiceQuestion } from './services.ts'
import {
  DEFAULT_DEREGISTRATION_DELAY_SECONDS,
  readDeregistrationDelay,
  readStopTimeout,
} from './stopping-times.ts'
import { listTasks, readTasks, type Place } from './tasks.ts'

/** Adds the tasks of the container instance to the facts, as closely as the decision needs. */
export const observeTasks = async (
  observer: Observer,
  { facts, policy }: Observed,
  reading: TaskReading,
): Promise<DrainFacts> => {
  const containerInstanceArn = facts.containerInstance?.arn
  if (reading === 'none' || containerInstanceArn === undefined) return facts
  const { clients, scope } = observer
  const place = { ecs: clients.ecs, cluster: scope.cluster, containerInstanceArn }
  if (reading === 'protections') return { ...facts, tasks: await readProtected(place) }
  const tasks = await readTasks(place)
  switch (reading) {
    case 'statuses':
      return { ...facts, tasks: tasks.map(statusOf) }
    case 'closely':
      return {
        ...facts,
        ...(await closely(observer, tasks, needsTargetHealth(facts, policy) ? 'counted' : 'not-asked')),
      }
  }
}

/** Only tasks that ECS means to go on running can be protected; what else is on the instance is not asked for here. */
const readProtected = async (place: Place): Promise<readonly TaskFacts[]> => {
  const arns = await listTasks(place, 'RUNNING')
  const until = await readProtections(place, arns)
  return arns.map((arn) => {
    const protectedUntil = until.get(arn)
    const task = { arn, lastStatus: 'RUNNING', desiredStatus: 'RUNNING', stoppedByUs: false }
    return protectedUntil === undefined ? task : { ...task, protectedUntil }
  })
}

/**
 * What a close look adds to the states of tasks is good to have, and never worth a hook: where it cannot be read, AWS's
 * defaults stand in, and `unread` says so.
 */
const closely = async (
  observer: Observer,
  tasks: readonly Task[],
  targetHealth: ServiceQuestion['targetHealth'],
) => {
  const unread: string[] = []
  const orElse = async <Value>(reading: Promise<Value>, instead: Value): Promise<Value> =>
    reading.catch((error: unknown) => {
      unread.push(asError(error).message)
      return instead
    })
  const names = [...new Set(tasks.filter(isUnstopped).flatMap((task) => serviceNameOf(task) ?? []))]
  const { ecs, loadBalancing } = observer.clients
  const services = await orElse(
    readServices({ ecs, loadBalancing, cluster: observer.scope.cluster, targetHealth }, names),
    [],
  )
  const facts: TaskFacts[] = []
  for (const task of tasks)
    facts.push(isUnstopped(task) ? await withTimes(observer, { task, services, orElse }) : statusOf(task))
  const withFree = await orElse(withRoom(observer, services, tasks), services.map(withoutTargets))
  return { tasks: facts, services: withFree, ...(unread.length > 0 && { unread: unread.join('; ') }) }
}

interface TimesQuestion {
  readonly task: Task
  readonly services: readonly KnownService[]
  readonly orElse: <Value>(reading: Promise<Value>, instead: Value) => Promise<Value>
}

const withTimes = async (
  observer: Observer,
  { task, services, orElse }: TimesQuestion,
): Promise<TaskFacts> => {
  const { ecs, loadBalancing } = observer.clients
  const service = services.find(({ name }) => name === serviceNameOf(task))
  const targetGroups = service?.targetGroupArns ?? []
  const isUnknownService = service === undefined && serviceNameOf(task) !== undefined
  const delays: (number | undefined)[] = isUnknownService ? [undefined] : []
  for (const arn of targetGroups) {
    const delay = readDeregistrationDelay({ loadBalancing, memo: observer.deregistrationDelays }, arn)
    delays.push(await orElse<number | undefined>(delay, undefined))
  }
  const stopTimeout = await orElse<number | undefined>(
    readStopTimeout({ ecs, memo: observer.stopTimeouts }, task.taskDefinitionArn ?? ''),
    undefined,
  )
  const isSeen = [...delays, stopTimeout].includes(undefined)
  // One look that had to assume something may have met a single failing call; see `stop-tasks.ts`.
  const timesAssumedSince = observer.assumedTimes.track(task.taskArn ?? '', { isSeen })
  return {
    ...statusOf(task),
    ...timesOf({ delays, stopTimeout }),
    ...(timesAssumedSince !== undefined && { timesAssumedSince }),
  }
}

/** AWS's defaults stand in for what could not be read. */
const timesOf = ({ delays, stopTimeout }: ReadTimes): Partial<TaskFacts> => ({
  stopTimeoutSeconds: stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS,
  deregistrationDelaySeconds: Math.max(
    0,
    ...delays.map((delay) => delay ?? DEFAULT_DEREGISTRATION_DELAY_SECONDS),
  ),
})

/** Undefined: it could not be read. */
interface ReadTimes {
  readonly delays: readonly (number | undefined)[]
  readonly stopTimeout: number | undefined
}

const withoutTargets = ({ targetGroupArns: _, ...service }: KnownService): ServiceFacts => service

/** Where a service cannot place a task, counts the instances that have the CPU and memory for one. */
const withRoom = async (
  { clients, scope }: Observer,
  services: readonly KnownService[],
  tasks: readonly Task[],
): Promise<readonly ServiceFacts[]> => {
  const isAsked = services.some(({ complaint }) => complaint?.kind === 'unplaced')
  const room = isAsked ? await readRoom(clients.ecs, scope.cluster) : []
  return services.map(({ targetGroupArns: _, ...service }) => {
    const task = tasks.find((candidate) => serviceNameOf(candidate) === service.name)
    if (!isAsked || task === undefined) return service
    const fitting = room.filter(
      ({ cpu, memory }) => cpu >= Number(task.cpu ?? 0) && memory >= Number(task.memory ?? 0),
    )
    return { ...service, roomElsewhere: fitting.length }
  })
}

const statusOf = (task: Task): TaskFacts => {
  const serviceName = serviceNameOf(task)
  return {
    arn: task.taskArn ?? '',
    ...(serviceName !== undefined && { serviceName }),
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    ...(task.stoppingAt && { stoppingAt: task.stoppingAt.getTime() }),
    ...(task.stoppedAt && { stoppedAt: task.stoppedAt.getTime() }),
    stoppedByUs: task.stoppedReason?.startsWith(STOP_REASON) ?? false,
  }
}

const isUnstopped = (task: Task): boolean => task.lastStatus !== 'STOPPED'

const serviceNameOf = ({ group }: Task): string | undefined =>
  group === undefined ? undefined : serviceOfGroup(group)
