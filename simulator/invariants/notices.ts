import type { World } from '../world/world.ts'

/** Events by which EC2 says that a machine goes within two minutes. */
const WARNINGS = [
  'EC2 Spot Instance Interruption Warning',
  'EC2 Capacity Reservation Instance Interruption Warning',
]

/** When EC2 warned of the end of each machine, by instance id; fills up as the run goes on. */
export const noticesIn = ({ eventBridge }: World): ReadonlyMap<string, number> => {
  const noticedAt = new Map<string, number>()
  eventBridge.onDelivery(({ event }) => {
    if (WARNINGS.includes(event['detail-type']))
      noticedAt.set(String(event.detail['instance-id']), Date.parse(event.time))
  })
  return noticedAt
}
