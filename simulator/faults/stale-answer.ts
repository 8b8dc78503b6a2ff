import type {
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandInput,
  DescribeScalingActivitiesCommandOutput,
  DescribeWarmPoolCommandOutput,
  AutoScalingInstanceDetails,
  Instance,
  LifecycleState,
} from '@aws-sdk/client-auto-scaling'
import type {
  DescribeContainerInstancesCommandInput,
  DescribeServicesCommandOutput,
  DescribeTasksCommandInput,
  ListContainerInstancesCommandInput,
  ListTasksCommandInput,
} from '@aws-sdk/client-ecs'

import { pageOf } from '../aws/ecs/pages.ts'
import type { Call } from '../sdk/call-fault.ts'
import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import type { Past } from './past.ts'

interface Question {
  readonly world: World
  readonly past: Past
  readonly asked: Call
  /** The moment as of which the answer is given. */
  readonly asOf: number
}

/** Whether it is remembered what this call would have been answered. */
export const isRemembered = (operation: string): boolean => Object.hasOwn(answers, operation)

/**
 * What a read would have been answered at an earlier moment, or when the past began, if that was later. Undefined: for this
 * call the past is not kept.
 */
export const staleAnswer = (question: Question): object | undefined =>
  answers[question.asked.operation]?.({
    ...question,
    asOf: Math.max(question.asOf, question.past.beganAt),
  })

const answers: Readonly<Record<string, (question: Question) => object | undefined>> = {
  ListTasks: ({ past, asked, asOf }) => {
    const { containerInstance, desiredStatus = 'RUNNING', ...page } = asked.input as ListTasksCommandInput
    const arns = past.tasks
      .allAt(asOf)
      .filter((task) => containerInstance === undefined || task.containerInstanceArn === containerInstance)
      .filter((task) => task.desiredStatus === desiredStatus)
      .flatMap(({ taskArn }) => taskArn ?? [])
    const { arns: taskArns, ...rest } = pageOf(arns, page)
    return { taskArns, ...rest }
  },
  DescribeTasks: ({ past, asked, asOf }) => {
    const { tasks = [] } = asked.input as unknown as DescribeTasksCommandInput
    return {
      tasks: tasks.flatMap((arn) => past.tasks.at(arn, asOf) ?? []),
      failures: missing(tasks, (arn) => past.tasks.at(arn, asOf)),
    }
  },
  DescribeContainerInstances: ({ past, asked, asOf }) => {
    const { containerInstances = [] } = asked.input as unknown as DescribeContainerInstancesCommandInput
    const viewOf = (arn: string) => past.containerInstances.at(arn, asOf)
    return {
      containerInstances: containerInstances.flatMap((arn) => viewOf(arn) ?? []),
      failures: missing(containerInstances, viewOf),
    }
  },
  ListContainerInstances: ({ past, asked, asOf }) => {
    const { status, filter, ...page } = asked.input as ListContainerInstancesCommandInput
    const named = filter?.match(/i-[0-9a-f]+/g)
    const arns = past.containerInstances
      .allAt(asOf)
      .filter((view) => (status === undefined ? view.status !== 'INACTIVE' : view.status === status))
      .filter((view) => named === undefined || named?.includes(view.ec2InstanceId ?? ''))
      .flatMap(({ containerInstanceArn }) => containerInstanceArn ?? [])
    const { arns: containerInstanceArns, ...rest } = pageOf(arns, page)
    return { containerInstanceArns, ...rest }
  },
  DescribeAutoScalingInstances: ({ past, asked, asOf }) => {
    const { InstanceIds = [] } = asked.input as unknown as DescribeAutoScalingInstancesCommandInput
    return { AutoScalingInstances: InstanceIds.flatMap((id) => past.lifecycleStates.at(id, asOf) ?? []) }
  },
  /** Its sizes are those of now. */
  DescribeAutoScalingGroups: ({ world, past, asked, asOf }) => {
    const { AutoScalingGroups = [], ...rest } = call<DescribeAutoScalingGroupsCommandOutput>(
      world.autoScaling.model,
      asked.operation,
      asked.input,
    )
    const groups = AutoScalingGroups.map((group) => {
      const members = {
        group: group.AutoScalingGroupName,
        place: 'group',
        known: group.Instances ?? [],
      } as const
      return { ...group, Instances: instancesAt(past, asOf, members) }
    })
    return { AutoScalingGroups: groups, ...rest }
  },
  DescribeWarmPool: ({ world, past, asked, asOf }) => {
    const answer = call<DescribeWarmPoolCommandOutput>(world.autoScaling.model, asked.operation, asked.input)
    // Of a pool with several pages none can be put together as it was.
    if (answer.NextToken !== undefined || asked.input['NextToken'] !== undefined) return undefined
    const group = String(asked.input['AutoScalingGroupName'])
    const members = { group, place: 'pool', known: answer.Instances ?? [] } as const
    return { ...answer, Instances: instancesAt(past, asOf, members) }
  },
  DescribeServices: ({ world, past, asked, asOf }) => {
    const { services = [], ...rest } = call<DescribeServicesCommandOutput>(
      world.ecs.model,
      asked.operation,
      asked.input,
    )
    const old = services.map((service) => ({
      ...service,
      ...past.services.at(service.serviceName ?? '', asOf),
    }))
    return { services: old, ...rest }
  },
  /** An activity that has begun since is not listed yet. */
  DescribeScalingActivities: ({ world, asked, asOf }) => {
    const { NextToken, ...answer } = call<DescribeScalingActivitiesCommandOutput>(
      world.autoScaling.model,
      asked.operation,
      asked.input,
    )
    const Activities = (answer.Activities ?? []).filter(({ StartTime }) => Number(StartTime) <= asOf)
    return { Activities, ...(NextToken !== undefined && { NextToken }) }
  },
}

interface Members {
  readonly group: string | undefined
  readonly place: 'group' | 'pool'
  /** As they are now. */
  readonly known: readonly Instance[]
}

/** Those that are there now first, with the state of then; and those that have gone since. */
const instancesAt = (past: Past, asOf: number, { group, place, known }: Members): Instance[] => {
  const then = past.lifecycleStates.allAt(asOf).filter(({ AutoScalingGroupName, LifecycleState = '' }) => {
    const isInPool = LifecycleState.startsWith('Warmed')
    return AutoScalingGroupName === group && isInPool === (place === 'pool')
  })
  const still = known.flatMap((instance) => {
    const old = then.find(({ InstanceId }) => InstanceId === instance.InstanceId)
    return old === undefined ? [] : [{ ...instance, LifecycleState: stateOf(old) }]
  })
  const gone = then.filter((old) => !known.some(({ InstanceId }) => InstanceId === old.InstanceId))
  return [...still, ...gone.map((old) => ({ ...withoutGroup(old), LifecycleState: stateOf(old) }))]
}

const stateOf = ({ LifecycleState }: AutoScalingInstanceDetails) => LifecycleState as LifecycleState

const withoutGroup = ({ AutoScalingGroupName: _, ...instance }: AutoScalingInstanceDetails) => instance

const missing = (arns: readonly string[], viewOf: (arn: string) => unknown) =>
  arns.filter((arn) => viewOf(arn) === undefined).map((arn) => ({ arn, reason: 'MISSING' }))
