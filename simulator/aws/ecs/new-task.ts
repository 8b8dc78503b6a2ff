import type { Task } from './cluster.ts'

/** What a task is from its first moment on. */
type Given = Pick<
  Task,
  | 'arn'
  | 'definition'
  | 'containerInstance'
  | 'service'
  | 'group'
  | 'startedBy'
  | 'capacityProviderName'
  | 'createdAt'
  | 'hostPort'
  | 'target'
  | 'version'
>

/** A task to which nothing has happened yet. It is PROVISIONING, and nobody knows of it. */
export const newTask = (given: Given): Task => ({
  ...given,
  id: given.arn.slice(given.arn.lastIndexOf('/') + 1),
  desiredStatus: 'RUNNING',
  lastStatus: 'PROVISIONING',
  startedAt: undefined,
  stoppingAt: undefined,
  executionStoppedAt: undefined,
  stoppedAt: undefined,
  stopCause: undefined,
  ending: undefined,
  protectedUntil: undefined,
  machineTimer: undefined,
})
