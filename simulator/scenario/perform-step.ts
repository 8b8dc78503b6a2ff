import type { ListContainerInstancesCommandOutput } from '@aws-sdk/client-ecs'

import { call } from '../world/call.ts'
import { instancesInService } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'
import type { ScriptStep } from './script-step.ts'

/** Does one step of a script: what people, AWS or bad luck do to a cluster. */
export const performStep = (world: World, step: ScriptStep): void => {
  switch (step.do) {
    case 'set-desired-capacity':
      call(world.autoScaling.model, 'SetDesiredCapacity', {
        AutoScalingGroupName: step.group,
        DesiredCapacity: step.desired,
      })
      return
    case 'terminate-in-group':
      return eachInstance(world, step, (InstanceId) =>
        call(world.autoScaling.model, 'TerminateInstanceInAutoScalingGroup', {
          InstanceId,
          ShouldDecrementDesiredCapacity: step.decrementDesiredCapacity,
        }),
      )
    case 'terminate-by-hand':
      return eachInstance(world, step, (id) => world.ec2.terminate(id))
    case 'disconnect-agent':
      return eachInstance(world, step, (id) => world.ecs.disconnectAgent(id))
    case 'connect-agent':
      return eachInstance(world, step, (id) => world.ecs.reconnectAgent(id))
    case 'set-container-instances':
      return eachInstance(world, step, (id) => setContainerInstance(world, id, step.status))
    case 'lose-events':
      return loseEvents(world, step.untilSeconds - step.atSeconds)
    case 'update-service':
      return updateService(world, step)
    case 'delete-hook':
      call(world.autoScaling.model, 'DeleteLifecycleHook', {
        AutoScalingGroupName: step.group,
        LifecycleHookName: step.hook,
      })
      return
  }
}

interface InstanceStep {
  readonly group: string
  readonly instances: number
}

/** The oldest instances of the group that are in service. */
const eachInstance = (
  world: World,
  { group, instances }: InstanceStep,
  act: (instanceId: string) => void,
): void => {
  for (const id of instancesInService(world.autoScaling, group).slice(0, instances)) act(id)
}

const setContainerInstance = ({ ecs, spec }: World, instanceId: string, status: string): void => {
  const { cluster } = spec
  const filter = `ec2InstanceId==${instanceId}`
  const listed = call<ListContainerInstancesCommandOutput>(ecs.model, 'ListContainerInstances', {
    cluster,
    filter,
  })
  const containerInstances = listed.containerInstanceArns
  call(ecs.model, 'UpdateContainerInstancesState', { cluster, containerInstances, status })
}

/** Events are lost, schedules are not: they come from EventBridge itself. */
const loseEvents = ({ eventBridge, simulation }: World, forSeconds: number): void => {
  eventBridge.dropDeliveries(({ event }) => event.source !== 'aws.events')
  simulation.after(forSeconds * 1_000, () => {
    eventBridge.dropDeliveries()
  })
}

const updateService = ({ ecs, spec }: World, step: Extract<ScriptStep, { do: 'update-service' }>): void => {
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
