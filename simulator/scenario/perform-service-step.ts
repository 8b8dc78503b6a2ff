import type { DescribeTasksCommandOutput, ListTasksCommandOutput } from '@aws-sdk/client-ecs'

import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import type { ServiceStep } from './service-steps.ts'

/** Asks of an ECS service what somebody asks of it. */
export const performServiceStep = (world: World, step: ServiceStep): void => {
  switch (step.do) {
    case 'update-service':
      return updateService(world, step)
    case 'deploy':
      return deploy(world, step)
    case 'protect-tasks':
      return protectTasks(world, step)
    case 'break-image':
      return world.ecs.breakImage(step.service)
    case 'mend-image':
      return world.ecs.mendImage(step.service)
  }
}

const updateService = ({ ecs, spec }: World, step: Extract<ServiceStep, { do: 'update-service' }>): void => {
  const { minimumHealthyPercent, maximumPercent } = step
  const bounds = {
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
  }
  call(ecs.model, 'UpdateService', {
    cluster: spec.cluster,
    service: step.service,
    ...(step.desired !== undefined && { desiredCount: step.desired }),
    ...(Object.keys(bounds).length > 0 && { deploymentConfiguration: bounds }),
  })
}

const deploy = ({ ecs }: World, step: Extract<ServiceStep, { do: 'deploy' }>): void => {
  const { do: _do, atSeconds: _atSeconds, service, ...changes } = step
  ecs.deploy(service, changes)
}

/** As many tasks as UpdateTaskProtection takes at once, and as ListTasks gives in one page. */
const PROTECTED_AT_ONCE = 10
const LISTED_AT_ONCE = 100

/** Among the first hundred that ListTasks gives, the oldest. */
const protectTasks = ({ ecs, spec }: World, step: Extract<ServiceStep, { do: 'protect-tasks' }>): void => {
  const { cluster } = spec
  const { taskArns = [] } = call<ListTasksCommandOutput>(ecs.model, 'ListTasks', {
    cluster,
    serviceName: step.service,
    maxResults: LISTED_AT_ONCE,
  })
  if (taskArns.length === 0) return
  const described = call<DescribeTasksCommandOutput>(ecs.model, 'DescribeTasks', { cluster, tasks: taskArns })
  const oldest = (described.tasks ?? [])
    .toSorted((one, other) => Number(one.createdAt) - Number(other.createdAt))
    .map(({ taskArn }) => taskArn)
    .slice(0, step.tasks)
  for (let index = 0; index < oldest.length; index += PROTECTED_AT_ONCE) {
    call(ecs.model, 'UpdateTaskProtection', {
      cluster,
      tasks: oldest.slice(index, index + PROTECTED_AT_ONCE),
      protectionEnabled: true,
      expiresInMinutes: step.minutes,
    })
  }
}
