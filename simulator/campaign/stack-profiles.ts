import type { StackSettings } from '../world/deploy-ebbtide.ts'

/** How a stack of a campaign is deployed. Few of them, because each is packaged once; policies vary by tags of groups. */
export interface StackProfile {
  readonly groupNames: readonly string[]
  readonly settings: StackSettings
}

/** The longest drain timeout that a generated group may have. */
export const LONGEST_DRAIN_SECONDS = 600

/** Short, so that a run is: the shortest timeout that a hook may have, and drains of minutes. */
const short = { heartbeatTimeout: '180', drainTimeout: '420', drainReserve: '120' }

export const stackProfiles: readonly StackProfile[] = [
  { groupNames: ['ecs-web-a'], settings: short },
  {
    groupNames: ['ecs-web-a'],
    settings: { ...short, launchHook: 'on', launchTimeout: '240', rebalance: 'replace', health: 'replace' },
  },
  { groupNames: ['ecs-web-a', 'ecs-web-b'], settings: { ...short, hookDelivery: 'sqs' } },
]
