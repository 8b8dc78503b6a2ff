import type { StackSettings } from '../world/deploy-ebbtide.ts'

/** How a stack of a campaign is deployed. Few of them, because each is packaged once; policies vary by tags of groups. */
export interface StackProfile {
  readonly groupNames: readonly string[]
  /** Ebbtide scales the groups; then services grow and shrink, so that it has something to do. */
  readonly isScaling?: true
  readonly settings: StackSettings
}

/** The longest drain timeout that a generated group may have. */
export const LONGEST_DRAIN_SECONDS = 600

/** Short, so that a run is: the shortest timeout that a hook may have, and drains of minutes. */
const short = { heartbeatTimeout: '180', drainTimeout: '420', drainReserve: '120' }

/** As much at once, and as often, as the rules allow: a removal that is wrong must not hide behind its caution. */
const hasty = { scaleInCooldown: '0', scaleInBudget: '100' }

export const stackProfiles: readonly StackProfile[] = [
  { groupNames: ['ecs-web-a'], settings: short },
  {
    groupNames: ['ecs-web-a'],
    settings: { ...short, launchHook: 'on', launchTimeout: '240', rebalance: 'replace', health: 'replace' },
  },
  { groupNames: ['ecs-web-a', 'ecs-web-b'], settings: { ...short, hookDelivery: 'sqs' } },
  {
    groupNames: ['ecs-web-a', 'ecs-web-b'],
    isScaling: true,
    settings: { ...short, scale: 'act', chooseVictims: 'on', ...hasty },
  },
  // As the product has it by default: Auto Scaling chooses whom it terminates.
  {
    groupNames: ['ecs-web-a', 'ecs-web-b'],
    isScaling: true,
    settings: { ...short, scale: 'act', ...hasty },
  },
]
