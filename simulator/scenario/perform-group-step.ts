import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'
import { zoneId } from '../aws/zone-id.ts'
import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import { oldestInService, oldestRetained } from './chosen-instances.ts'
import type { GroupStep } from './group-steps.ts'

/** Asks of an Auto Scaling group what somebody asks of it. */
export const performGroupStep = (world: World, step: GroupStep): void => {
  const ask = (operation: string, input: object) => {
    call(world.autoScaling.model, operation, { AutoScalingGroupName: step.group, ...input })
  }
  switch (step.do) {
    case 'start-instance-refresh':
      return ask('StartInstanceRefresh', refreshInput(step))
    case 'set-max-instance-lifetime':
      return ask('UpdateAutoScalingGroup', { MaxInstanceLifetime: step.lifetimeSeconds })
    case 'suspend-processes':
      return ask('SuspendProcesses', { ScalingProcesses: step.processes })
    case 'resume-processes':
      return ask('ResumeProcesses', { ScalingProcesses: step.processes })
    case 'put-warm-pool':
      return ask('PutWarmPool', poolInput(step))
    case 'delete-warm-pool':
      return ask('DeleteWarmPool', { ForceDelete: step.byForce })
    case 'start-zonal-shift':
      return startZonalShift(world, step)
    case 'cancel-zonal-shift':
      return cancelZonalShift(world, step)
    case 'terminate-retained':
      return terminateRetained(world, step)
    case 'protect-from-scale-in':
      return ask('SetInstanceProtection', {
        InstanceIds: oldestInService(world, step),
        ProtectedFromScaleIn: step.protected,
      })
  }
}

/** Replacing root volumes needs an image; which one it is changes nothing in the model. */
const NEW_IMAGE_ID = 'ami-0123456789abcdef0'

const refreshInput = (step: Extract<GroupStep, { do: 'start-instance-refresh' }>) => ({
  Strategy: step.strategy,
  Preferences: {
    MinHealthyPercentage: step.minHealthyPercentage,
    MaxHealthyPercentage: step.maxHealthyPercentage,
    InstanceWarmup: step.instanceWarmupSeconds,
  },
  ...(step.strategy === 'ReplaceRootVolume' && {
    DesiredConfiguration: {
      MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ ImageId: NEW_IMAGE_ID }] } },
    },
  }),
})

const poolInput = (step: Extract<GroupStep, { do: 'put-warm-pool' }>) => ({
  MinSize: step.minSize,
  PoolState: step.poolState,
  MaxGroupPreparedCapacity: step.maxGroupPreparedCapacity,
  ...(step.reuseOnScaleIn !== undefined && {
    InstanceReusePolicy: { ReuseOnScaleIn: step.reuseOnScaleIn },
  }),
})

const arnOf = (world: World, group: string): string => {
  const input = { AutoScalingGroupNames: [group] }
  const answer = call<DescribeAutoScalingGroupsCommandOutput>(
    world.autoScaling.model,
    'DescribeAutoScalingGroups',
    input,
  )
  return answer.AutoScalingGroups?.[0]?.AutoScalingGroupARN ?? ''
}

const startZonalShift = (world: World, step: Extract<GroupStep, { do: 'start-zonal-shift' }>): void => {
  call(world.zonalShifts.model, 'StartZonalShift', {
    resourceIdentifier: arnOf(world, step.group),
    awayFrom: zoneId(step.awayFrom),
    expiresIn: `${step.lastsMinutes}m`,
    comment: 'a step of the script',
  })
}

const cancelZonalShift = (world: World, step: Extract<GroupStep, { do: 'cancel-zonal-shift' }>): void => {
  const input = { resourceIdentifier: arnOf(world, step.group), status: 'ACTIVE' }
  const { items } = call<{ readonly items: readonly { readonly zonalShiftId: string }[] }>(
    world.zonalShifts.model,
    'ListZonalShifts',
    input,
  )
  for (const { zonalShiftId } of items) call(world.zonalShifts.model, 'CancelZonalShift', { zonalShiftId })
}

const terminateRetained = (world: World, step: Extract<GroupStep, { do: 'terminate-retained' }>): void => {
  for (const InstanceId of oldestRetained(world, step))
    call(world.autoScaling.model, 'TerminateInstanceInAutoScalingGroup', {
      InstanceId,
      ShouldDecrementDesiredCapacity: false,
    })
}
