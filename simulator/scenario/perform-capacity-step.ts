import type { World } from '../world/world.ts'
import type { CapacityStep } from './capacity-steps.ts'

/** Takes capacity away from EC2, or limits what the account may use of it. */
export const performCapacityStep = ({ ec2, simulation }: World, step: CapacityStep): void => {
  switch (step.do) {
    case 'lack-capacity': {
      const { zone, instanceType, untilSeconds, atSeconds } = step
      const end = ec2.limits.lack({
        ...(zone !== undefined && { availabilityZone: zone }),
        ...(instanceType !== undefined && { instanceType }),
      })
      simulation.after(Math.max(0, untilSeconds - atSeconds) * 1_000, end)
      return
    }
    case 'limit-vcpus':
      return ec2.limits.setVcpuLimit(step.vcpus)
  }
}
