import type {
  DescribeTasksCommandInput,
  DescribeTasksCommandOutput,
  ListTasksCommandInput,
  ListTasksCommandOutput,
  RunTaskCommandInput,
  RunTaskCommandOutput,
  StopTaskCommandInput,
  StopTaskCommandOutput,
} from '@aws-sdk/client-ecs'
import type { Random } from '../../../engine/random.ts'
import { ServiceError, type Operation } from '../../operation.ts'
import type { Arns } from '../arns.ts'
import type { Cluster, Task } from '../cluster.ts'
import { pageOf } from '../pages.ts'
import { capacityProviderForNext } from '../capacity-provider-strategy.ts'
import { choosePlacement, type PlacementNeed } from '../placement.ts'
import { stoppedByUser } from '../stop-causes.ts'
import type { TaskLife } from '../task-life.ts'
import { viewTask } from '../task-view.ts'
import type { WaitingTask } from '../waiting-task.ts'
import type { WaitingTasks, WaitRequest } from '../waiting-tasks.ts'
import { checkCount, clusterOperation, invalidParameter, type Answer } from './ecs-operation.ts'
import type { References } from './references.ts'

/** The API reference's pages DescribeTasks and RunTask. */
const DESCRIBED_AT_ONCE = 100
const RUN_AT_ONCE = 10

interface Parts {
  readonly arns: Arns
  readonly cluster: Cluster
  readonly references: References
  readonly life: TaskLife
  readonly waiting: WaitingTasks
  readonly random: Random
}

export const taskOperations = (parts: Parts): Readonly<Record<string, Operation>> => ({
  ListTasks: clusterOperation(parts.arns, {
    name: 'ListTasks',
    members: [
      'containerInstance',
      'serviceName',
      'family',
      'startedBy',
      'desiredStatus',
      'launchType',
      'maxResults',
      'nextToken',
    ],
    answer: (input: ListTasksCommandInput) => listTasks(parts, input),
  }),
  DescribeTasks: clusterOperation(parts.arns, {
    name: 'DescribeTasks',
    members: ['tasks'],
    answer: (input: DescribeTasksCommandInput) => describeTasks(parts, input),
  }),
  StopTask: clusterOperation(parts.arns, {
    name: 'StopTask',
    members: ['task', 'reason'],
    answer: (input: StopTaskCommandInput) => stopTask(parts, input),
  }),
  RunTask: clusterOperation(parts.arns, {
    name: 'RunTask',
    members: ['taskDefinition', 'count', 'launchType', 'group', 'startedBy'],
    answer: (input: RunTaskCommandInput) => runTask(parts, input),
  }),
})

/** The filter is on the desired status, so without one a task that is being stopped is not listed. */
const listTasks = (parts: Parts, input: ListTasksCommandInput): Answer<ListTasksCommandOutput> => {
  const filters = filtersOf(parts, input)
  const { tasks, waitingTasks } = parts.cluster
  const listed = [...tasks.values(), ...waitingTasks.values()].filter((task) =>
    filters.every((isListed) => isListed(task)),
  )
  const { arns, ...rest } = pageOf(
    listed.map(({ arn }) => arn),
    input,
  )
  return { taskArns: arns, ...rest }
}

const filtersOf = (
  { references }: Parts,
  input: ListTasksCommandInput,
): readonly ((task: Task | WaitingTask) => boolean)[] => {
  const { containerInstance, serviceName, family, startedBy, desiredStatus = 'RUNNING', launchType } = input
  if (!['RUNNING', 'PENDING', 'STOPPED'].includes(desiredStatus)) {
    throw invalidParameter('desiredStatus should be one of [RUNNING,PENDING,STOPPED]')
  }
  const others = [containerInstance, serviceName, family]
  if (startedBy !== undefined && others.some((filter) => filter !== undefined)) {
    throw invalidParameter('startedBy must be the only filter.')
  }
  const filters = [(task: Task | WaitingTask) => task.desiredStatus === desiredStatus]
  if (containerInstance !== undefined) {
    const wanted = references.containerInstance(containerInstance)
    if (wanted === undefined) throw invalidParameter('The referenced container instance was not found.')
    filters.push((task) => task.containerInstance === wanted)
  }
  if (serviceName !== undefined) {
    const arn = references.serviceArn(serviceName)
    filters.push((task) => task.service?.arn === arn)
  }
  if (family !== undefined) filters.push((task) => task.definition.family === family)
  if (startedBy !== undefined) filters.push((task) => task.startedBy === startedBy)
  if (launchType !== undefined) filters.push(() => launchType === 'EC2')
  return filters
}

const describeTasks = (
  { references, arns }: Parts,
  { tasks }: DescribeTasksCommandInput,
): Answer<DescribeTasksCommandOutput> => {
  checkCount(tasks, DESCRIBED_AT_ONCE, 'tasks')
  const { found, failures } = references.allTasks(tasks)
  return { tasks: found.map((task) => viewTask(task, arns)), failures }
}

/** Works like a stop by the scheduler: the target is deregistered first, and SIGTERM comes when it is unused. */
const stopTask = (
  { references, life, waiting, arns }: Parts,
  { task: reference = '', reason }: StopTaskCommandInput,
): Answer<StopTaskCommandOutput> => {
  const waitingTask = references.waitingTask(reference)
  if (waitingTask !== undefined) {
    waiting.stop(waitingTask, stoppedByUser(reason))
    return { task: viewTask(waitingTask, arns) }
  }
  const task = references.task(reference)
  if (task === undefined) throw invalidParameter('The referenced task was not found.')
  life.stop(task, stoppedByUser(reason))
  return { task: viewTask(task, arns) }
}

const runTask = (parts: Parts, input: RunTaskCommandInput): Answer<RunTaskCommandOutput> => {
  const { taskDefinition = '', count = 1, launchType, startedBy } = input
  const definition = parts.references.taskDefinition(taskDefinition)
  if (definition === undefined) throw invalidParameter('TaskDefinition not found.')
  if (launchType !== undefined && launchType !== 'EC2')
    throw invalidParameter('No Fargate configuration exists for given values.')
  if (!(count >= 1 && count <= RUN_AT_ONCE))
    throw invalidParameter(`count must be between 1 and ${RUN_AT_ONCE}.`)
  // A launch type that is named sets the cluster's default strategy aside.
  const provider = launchType === undefined ? capacityProviderForNext(undefined, parts.cluster) : undefined
  if (provider === undefined && parts.cluster.registered().length === 0)
    throw invalidParameter('No Container Instances were found in your cluster.')
  const group = input.group ?? `family:${definition.family}`
  const need = { definition, service: undefined, group, startedBy, capacityProviderName: provider }
  return startTasks(parts, need, count)
}

type TaskRequest = Omit<WaitRequest, 'capacityProviderName'> & PlacementNeed

const startTasks = (parts: Parts, need: TaskRequest, count: number): Answer<RunTaskCommandOutput> => {
  const { cluster, random, life, arns } = parts
  const tasks: (Task | WaitingTask)[] = []
  while (tasks.length < count) {
    const placement = choosePlacement(cluster.registered(), need, random)
    if (placement.kind === 'refused' && need.capacityProviderName === undefined) {
      const failures = placement.shortages.map(({ containerInstance: { arn }, reason }) => ({ arn, reason }))
      return { tasks: tasks.map((task) => viewTask(task, arns)), failures }
    }
    tasks.push(
      placement.kind === 'placed'
        ? life.launch({ ...need, containerInstance: placement.containerInstance })
        : letWait(parts, need),
    )
  }
  return { tasks: tasks.map((task) => viewTask(task, arns)), failures: [] }
}

const letWait = ({ waiting }: Parts, { capacityProviderName = '', ...need }: TaskRequest): WaitingTask => {
  const task = waiting.begin({ ...need, capacityProviderName })
  if (task !== undefined) return task
  throw new ServiceError('LimitExceededException', 'Tasks provisioning capacity limit exceeded.')
}
