import type {
  Failure,
  GetTaskProtectionCommandInput,
  GetTaskProtectionCommandOutput,
  ProtectedTask,
  UpdateTaskProtectionCommandInput,
  UpdateTaskProtectionCommandOutput,
} from '@aws-sdk/client-ecs'
import type { Operation } from '../../operation.ts'
import type { Arns } from '../arns.ts'
import type { Service, Task } from '../cluster.ts'
import {
  DEFAULT_PROTECTION_MINUTES,
  isProtected,
  LEAST_PROTECTION_MINUTES,
  MOST_PROTECTION_MINUTES,
  type TaskProtection,
} from '../task-protection.ts'
import { checkCount, clusterOperation, invalidParameter, type Answer } from './ecs-operation.ts'
import type { References } from './references.ts'

/** The API reference's pages of these calls. */
const READ_AT_ONCE = 100
const UPDATED_AT_ONCE = 10

interface Parts {
  readonly arns: Arns
  readonly references: References
  readonly protection: TaskProtection
  readonly now: () => number
}

export const taskProtectionOperations = (parts: Parts): Readonly<Record<string, Operation>> => ({
  GetTaskProtection: clusterOperation(parts.arns, {
    name: 'GetTaskProtection',
    members: ['tasks'],
    answer: (input: GetTaskProtectionCommandInput) => getTaskProtection(parts, input),
  }),
  UpdateTaskProtection: clusterOperation(parts.arns, {
    name: 'UpdateTaskProtection',
    members: ['tasks', 'protectionEnabled', 'expiresInMinutes'],
    answer: (input: UpdateTaskProtectionCommandInput) => updateTaskProtection(parts, input),
  }),
})

const getTaskProtection = (
  parts: Parts,
  { tasks }: GetTaskProtectionCommandInput,
): Answer<GetTaskProtectionCommandOutput> => {
  checkCount(tasks, READ_AT_ONCE, 'tasks')
  const { found, failures } = serviceTasks(parts, tasks)
  return { protectedTasks: found.map((task) => viewProtection(task, parts.now())), failures }
}

const updateTaskProtection = (
  parts: Parts,
  {
    tasks,
    protectionEnabled,
    expiresInMinutes = DEFAULT_PROTECTION_MINUTES,
  }: UpdateTaskProtectionCommandInput,
): Answer<UpdateTaskProtectionCommandOutput> => {
  checkCount(tasks, UPDATED_AT_ONCE, 'tasks')
  if (protectionEnabled === undefined) throw invalidParameter('protectionEnabled is required.')
  checkMinutes(expiresInMinutes)
  const { found, failures } = serviceTasks(parts, tasks)
  const isBlocked = ({ service }: Task) =>
    protectionEnabled && service !== undefined && isOverProtected(service, parts.now())
  const blocked = found.filter(isBlocked)
  const changed = found.filter((task) => !blocked.includes(task))
  for (const task of changed) {
    if (protectionEnabled) parts.protection.protect(task, expiresInMinutes)
    else parts.protection.clear(task)
  }
  return {
    protectedTasks: changed.map((task) => viewProtection(task, parts.now())),
    failures: [...failures, ...blocked.map(({ arn }) => ({ arn, reason: 'DEPLOYMENT_BLOCKED' }))],
  }
}

const checkMinutes = (minutes: number): void => {
  const isAllowed =
    Number.isInteger(minutes) && minutes >= LEAST_PROTECTION_MINUTES && minutes <= MOST_PROTECTION_MINUTES
  if (isAllowed) return
  throw invalidParameter(
    `expiresInMinutes must be between ${LEAST_PROTECTION_MINUTES} and ${MOST_PROTECTION_MINUTES}.`,
  )
}

/** More protected tasks than the desired count already keep the service from a steady state. */
const isOverProtected = (service: Service, now: number): boolean =>
  service.strategy === 'REPLICA' &&
  [...service.tasks].filter((task) => isProtected(task, now)).length > service.desired

/** Tasks of services alone can be protected; others, and those that ECS does not know, are told in `failures`. */
const serviceTasks = (
  { references }: Parts,
  tasks: readonly string[] | undefined,
): { readonly found: readonly Task[]; readonly failures: Failure[] } => {
  const { found, failures } = references.tasks(tasks)
  const standalone = found.filter(({ service }) => service === undefined)
  return {
    found: found.filter(({ service }) => service !== undefined),
    failures: [...failures, ...standalone.map(({ arn }) => ({ arn, reason: 'TASK_NOT_VALID' }))],
  }
}

const viewProtection = (task: Task, now: number): ProtectedTask => {
  const protectionEnabled = isProtected(task, now)
  return {
    taskArn: task.arn,
    protectionEnabled,
    ...(protectionEnabled &&
      task.protectedUntil !== undefined && { expirationDate: new Date(task.protectedUntil) }),
  }
}
