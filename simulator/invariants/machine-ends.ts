import type { World } from '../world/world.ts'

/** Events by which EC2 says that a machine goes within two minutes. */
const WARNINGS = [
  'EC2 Spot Instance Interruption Warning',
  'EC2 Capacity Reservation Instance Interruption Warning',
]

/** When EC2 first warned of the end of each machine, by instance id; fills up as the run goes on. */
export const noticesIn = ({ eventBridge }: World): ReadonlyMap<string, number> => {
  const noticedAt = new Map<string, number>()
  eventBridge.onDelivery(({ event }) => {
    const instanceId = String(event.detail['instance-id'])
    if (WARNINGS.includes(event['detail-type']) && !noticedAt.has(instanceId))
      noticedAt.set(instanceId, Date.parse(event.time))
  })
  return noticedAt
}

/** When each machine was terminated, by instance id; fills up as the run goes on. */
export const terminationsIn = ({ ec2, simulation }: World): ReadonlyMap<string, number> => {
  const terminatedAt = new Map<string, number>()
  ec2.onStateChange(({ instanceId, state }) => {
    if (state === 'terminated') terminatedAt.set(instanceId, simulation.now())
  })
  return terminatedAt
}
