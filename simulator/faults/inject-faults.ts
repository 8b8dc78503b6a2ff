import type { World } from '../world/world.ts'
import { sendBadMessages } from './bad-messages.ts'
import { callFaults } from './call-faults.ts'
import type { FaultOdds } from './fault-odds.ts'
import type { Reached } from './reached.ts'
import { sendUntimelyWakes } from './untimely-wakes.ts'

/**
 * How old an answer may be, and how far a clock of Lambda may be wrong either way, milliseconds. Between two environments
 * clocks differ by twice as much. Together they stay below the settle time of 5 s, as Ebbtide assumes of AWS.
 */
export const SAFE_STALENESS_MS = 2_900
export const CLOCK_SKEW_MS = 950

/** A message may be late by more than the wakes queue keeps it. */
const LONGEST_LATENESS_MS = 400_000

export interface Injection {
  readonly world: World
  readonly odds: FaultOdds
  readonly reached: Reached
  readonly stalenessMs: number
}

/**
 * Lets everything go wrong in a world as the odds say, from now on.
 *
 * @returns ends it. What has gone wrong already stays: late messages come late, and environments keep their clocks.
 */
export const injectFaults = (injection: Injection): (() => void) => {
  const { world } = injection
  world.setFaults(callFaults(injection))
  disturbQueues(injection)
  disturbEvents(injection)
  const endBadMessages = sendBadMessages({ world, odds: injection.odds.queues.bad })
  const endUntimelyWakes = sendUntimelyWakes({ world, odds: injection.odds.queues.untimely })
  disturbEnvironments(injection)
  return () => {
    world.setFaults(() => undefined)
    endBadMessages()
    endUntimelyWakes()
    world.sqs.setDisorder({ duplicateOdds: 0, reorderOdds: 0 })
    world.eventBridge.dropDeliveries()
    world.eventBridge.duplicateDeliveries()
    world.lambda.crashAt()
    world.lambda.setEnvironmentFaults()
  }
}

const disturbQueues = ({ world, odds, reached }: Injection): void => {
  const { duplicate, reorder, late } = odds.queues
  world.sqs.setDisorder({
    duplicateOdds: duplicate,
    reorderOdds: reorder,
    late: { odds: late, longestMs: LONGEST_LATENESS_MS },
    onDisorder: (kind) => reached.add(stateOf[kind]),
  })
}

const stateOf = {
  duplicate: 'duplicate message',
  'visibility-expired': 'visibility expired',
  reordered: 'message out of order',
  late: 'late message',
} as const

/** A schedule is EventBridge's own and is kept. */
const disturbEvents = ({ world, odds, reached }: Injection): void => {
  const random = world.simulation.randomFor('event faults')
  const { lost, duplicate } = odds.events
  world.eventBridge.dropDeliveries(({ event }) => {
    const isLost = event.source !== 'aws.events' && random.chance(lost)
    if (isLost) reached.add('lost event')
    return isLost
  })
  world.eventBridge.duplicateDeliveries(() => {
    const isDuplicated = random.chance(duplicate)
    if (isDuplicated) reached.add('event delivered twice')
    return isDuplicated
  })
}

const disturbEnvironments = ({ world, odds, reached }: Injection): void => {
  const random = world.simulation.randomFor('lambda faults')
  const { killed, cold } = odds.lambda
  world.lambda.crashAt(() => {
    const isKilled = random.chance(killed)
    if (isKilled) reached.add('killed at an await')
    return isKilled
  })
  world.lambda.setEnvironmentFaults({
    isStartedCold: () => {
      const isCold = random.chance(cold)
      if (isCold) reached.add('two environments alive')
      return isCold
    },
    clockSkewMs: () => random.integer(-CLOCK_SKEW_MS, CLOCK_SKEW_MS),
  })
}
