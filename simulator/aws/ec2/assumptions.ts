import type { Alternatives } from '../alternatives.ts'

/** Behaviour of EC2 that AWS does not document, or documents in two ways. Rehearsals can be run each way. */
export interface Ec2Assumptions {
  /**
   * The detail type forty minutes before a Capacity Block ends. "Monitor Capacity Blocks using EventBridge" has carried
   * both names in its editions; the newest has the first.
   */
  readonly capacityBlockWarning:
    'Capacity Block Expiration Warning' | 'Capacity Block Reservation Expiration Warning'
  /**
   * When each instance of a Capacity Block gets its own warning. The page shows the event and no lead time; for
   * interruptible Capacity Reservations two minutes are documented.
   */
  readonly capacityBlockInstanceWarning: 'two-minutes-ahead' | 'with-the-expiration-warning'
}

export const defaultEc2Assumptions: Ec2Assumptions = {
  capacityBlockWarning: 'Capacity Block Expiration Warning',
  capacityBlockInstanceWarning: 'two-minutes-ahead',
}

export const ec2Alternatives: Alternatives<Ec2Assumptions> = {
  capacityBlockWarning: ['Capacity Block Reservation Expiration Warning'],
  capacityBlockInstanceWarning: ['with-the-expiration-warning'],
}
