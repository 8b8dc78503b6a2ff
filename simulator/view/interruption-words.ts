import type { InterruptionStep } from '../scenario/interruption-steps.ts'
import { counted } from './counted.ts'

/** What AWS, or somebody in EC2, does to machines. */
export const interruptionInWords = (step: InterruptionStep): string => {
  const those = `${counted(step.instances, 'instance')} of ${step.group}`
  switch (step.do) {
    case 'spot-interruption':
      return `EC2 takes ${those} back in two minutes: Spot interruption`
    case 'rebalance-recommendation':
      return `EC2 recommends to replace ${those}: elevated risk of a Spot interruption`
    case 'scheduled-event':
      return `AWS Health announces that ${those} will be ${step.ends} in ${step.startsInSeconds} s`
    case 'capacity-reservation-interruption':
      return step.reservation === 'interruptible'
        ? `the Capacity Reservation under ${those} is taken back in two minutes`
        : `the Capacity Block under ${those} ends: they go in ten minutes`
    case 'stop-by-hand':
      return `somebody stops ${those} in EC2, past every hook`
  }
}
