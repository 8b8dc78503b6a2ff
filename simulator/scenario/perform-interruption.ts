import type { World } from '../world/world.ts'
import { oldestInService } from './chosen-instances.ts'
import type { InterruptionStep } from './interruption-steps.ts'

/** Does what AWS, or somebody in EC2, does to machines. */
export const performInterruption = (world: World, step: InterruptionStep): void => {
  const { ec2 } = world
  const instanceIds = oldestInService(world, step)
  switch (step.do) {
    case 'spot-interruption':
      for (const id of instanceIds) ec2.notices.interruptSpot(id)
      return
    case 'rebalance-recommendation':
      for (const id of instanceIds) ec2.notices.recommendRebalance(id)
      return
    case 'scheduled-event': {
      const { startsInSeconds, ends, entityForm, entitiesPerPage } = step
      ec2.notices.scheduleRetirement({ instanceIds, startsInSeconds, ends, entityForm, entitiesPerPage })
      return
    }
    case 'capacity-reservation-interruption':
      return ec2.notices.reclaimCapacity(instanceIds, step.reservation)
    case 'stop-by-hand':
      for (const id of instanceIds) ec2.stop(id)
      return
  }
}
