import type { ListContainerInstancesCommandOutput } from '@aws-sdk/client-ecs'

import { call } from '../world/call.ts'
import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'
import { oldestInService, type InstanceChoice } from './chosen-instances.ts'
import { isCapacityStep } from './capacity-steps.ts'
import { isGroupStep } from './group-steps.ts'
import { isInterruptionStep } from './interruption-steps.ts'
import { performCapacityStep } from './perform-capacity-step.ts'
import { performGroupStep } from './perform-group-step.ts'
import { performInterruption } from './perform-interruption.ts'
import { performServiceStep } from './perform-service-step.ts'
import type { ScriptStep } from './script-step.ts'
import { isServiceStep } from './service-steps.ts'

/** Does one step of a script: what people, AWS or bad luck do to a cluster. */
export const performStep = (world: World, step: ScriptStep): void => {
  if (isInterruptionStep(step)) return performInterruption(world, step)
  if (isCapacityStep(step)) return performCapacityStep(world, step)
  if (isGroupStep(step)) return performGroupStep(world, step)
  if (isServiceStep(step)) return performServiceStep(world, step)
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
    case 'delete-hook':
      return deleteHook(world, step)
    case 'put-hook':
      return putHook(world, step)
    case 'lose-zone':
      return loseZone(world, step)
  }
}

const deleteHook = ({ autoScaling }: World, step: Extract<ScriptStep, { do: 'delete-hook' }>): void => {
  call(autoScaling.model, 'DeleteLifecycleHook', {
    AutoScalingGroupName: step.group,
    LifecycleHookName: step.hook,
  })
}

const putHook = ({ autoScaling }: World, step: Extract<ScriptStep, { do: 'put-hook' }>): void => {
  call(autoScaling.model, 'PutLifecycleHook', {
    AutoScalingGroupName: step.group,
    LifecycleHookName: step.hook,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    HeartbeatTimeout: step.heartbeatTimeoutSeconds,
    DefaultResult: step.defaultResult,
  })
}

/** Also machines that the group has already begun to terminate, or not yet to use. */
const loseZone = (
  { autoScaling, ec2 }: World,
  { group, zone }: Extract<ScriptStep, { do: 'lose-zone' }>,
): void => {
  for (const { instanceId, availabilityZone } of instancesOf(autoScaling, group))
    if (availabilityZone === zone && ec2.find(instanceId) !== undefined) ec2.terminate(instanceId)
}

/** The oldest instances of the group that are in service. */
const eachInstance = (world: World, choice: InstanceChoice, act: (instanceId: string) => void): void => {
  for (const id of oldestInService(world, choice)) act(id)
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
