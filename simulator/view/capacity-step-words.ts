import type { CapacityStep } from '../scenario/capacity-steps.ts'

/** What becomes of EC2's capacity. */
export const capacityStepInWords = (step: CapacityStep): string => {
  switch (step.do) {
    case 'lack-capacity':
      return `EC2 has no ${step.instanceType ?? 'machine'} left in ${step.zone ?? 'any zone'} for ${step.untilSeconds - step.atSeconds} s`
    case 'limit-vcpus':
      return `the account's limit is ${step.vcpus} vCPUs from now on`
  }
}
