import type { AwsEvent } from '../event.ts'
import { zoneId } from '../zone-id.ts'
import type { Machine } from './machine.ts'

/** What the events below say of the account. */
export interface Account {
  readonly region: string
  readonly accountId: string
}

/**
 * "Spot Instance interruption notices". The ARN names the zone and no account, as real events do:
 *
 *     {"source":"aws.ec2","detail-type":"EC2 Spot Instance Interruption Warning",
 *      "resources":["arn:aws:ec2:eu-west-1b:instance/i-0123456789abcdef0"],
 *      "detail":{"instance-id":"i-0123456789abcdef0","instance-action":"terminate"}}
 */
export const spotInterruptionWarning = (machine: Machine): AwsEvent => ({
  source: 'aws.ec2',
  detailType: 'EC2 Spot Instance Interruption Warning',
  resources: [zonalArn(machine)],
  detail: { 'instance-id': machine.instanceId, 'instance-action': 'terminate' },
})

/** "EC2 instance rebalance recommendations". */
export const rebalanceRecommendation = (machine: Machine): AwsEvent => ({
  source: 'aws.ec2',
  detailType: 'EC2 Instance Rebalance Recommendation',
  resources: [zonalArn(machine)],
  detail: { 'instance-id': machine.instanceId },
})

/** How the capacity under a machine is reserved, where AWS may take it back. */
export type Reservation = 'interruptible' | 'capacity-block'

/**
 * "Monitor interruptible Capacity Reservations with EventBridge and CloudTrail" and "Monitor Capacity Blocks using
 * EventBridge" give one detail type and two forms of its detail: the zone's id stands under different names.
 */
export const capacityReservationWarning = (
  machine: Machine,
  account: Account,
  taking: { readonly reservation: Reservation; readonly terminatesAt: number },
): AwsEvent => ({
  source: 'aws.ec2',
  detailType: 'EC2 Capacity Reservation Instance Interruption Warning',
  resources: [`arn:aws:ec2:${account.region}:${account.accountId}:instance/${machine.instanceId}`],
  detail: {
    'instance-id': machine.instanceId,
    'instance-action': 'terminate',
    'instance-termination-time': secondsStamp(taking.terminatesAt),
    ...(taking.reservation === 'interruptible'
      ? { azId: zoneId(machine.availabilityZone) }
      : {
          'availability-zone-id': zoneId(machine.availabilityZone),
          'instance-lifecycle': 'capacity-block',
        }),
  },
})

/** "Monitor Capacity Blocks using EventBridge". It names the reservation, and none of its instances. */
export const capacityBlockExpirationWarning = (
  account: Account,
  block: { readonly id: string; readonly endsAt: number; readonly detailType: string },
): AwsEvent => ({
  source: 'aws.ec2',
  detailType: block.detailType,
  resources: [`arn:aws:ec2:${account.region}:${account.accountId}:capacity-reservation/${block.id}`],
  detail: { 'capacity-reservation-id': block.id, 'end-date': secondsStamp(block.endsAt) },
})

const zonalArn = ({ availabilityZone, instanceId }: Machine): string =>
  `arn:aws:ec2:${availabilityZone}:instance/${instanceId}`

const secondsStamp = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
