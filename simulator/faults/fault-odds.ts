import type { Random } from '../engine/random.ts'

/** How often things go wrong in one run. Chances are between 0 and 1; what is 0 does not happen in this run. */
export interface FaultOdds {
  readonly queues: {
    /** For each receive: the message comes again, while it is worked on or after it was deleted. */
    readonly duplicate: number
    /** For each receive: another message than the oldest is given. */
    readonly reorder: number
    /** For each message: it comes minutes late. The wakes queue keeps its messages for five, so some never come. */
    readonly late: number
    /** For each message that comes into a queue of ours: a bad one comes beside it. */
    readonly bad: number
    /** For each task that begins to stop: an old message of ours has its instance looked at in the seconds after. */
    readonly untimely: number
  }
  readonly events: {
    /** For each delivery of EventBridge that is no schedule. */
    readonly lost: number
    readonly duplicate: number
  }
  /** For each call of our functions. */
  readonly calls: {
    /** An error before the effect. */
    readonly refused: number
    /** For each heartbeat: Auto Scaling throttles it, alone among all calls. */
    readonly heartbeatThrottled: number
    /** An error after the effect. */
    readonly answerLost: number
    /** The SDK repeats a call that had its effect. */
    readonly repeated: number
    readonly slow: number
    /** It takes longer than any function may run. */
    readonly hung: number
    /** `failures[]` in a 200. */
    readonly itemsFailed: number
    /** One item a page. */
    readonly onePage: number
    /** What was true some seconds ago is answered. */
    readonly stale: number
  }
  /** The share of ECS's request buckets that is left to us; the rest is used up by others of the account. */
  readonly bucketShare: number
  readonly lambda: {
    /** For each wait of an invocation: the process dies there. */
    readonly killed: number
    /** For each invocation: it gets a new environment though one is idle. */
    readonly cold: number
  }
  /** For each minute of the safety phase: something happens to the cluster that nobody has planned. */
  readonly world: number
}

/** How many faults a campaign asks for. */
export const faultLevels = ['none', 'light', 'heavy'] as const
export type FaultLevel = (typeof faultLevels)[number]

/** The greatest odds of an ordinary run, and of a wild one. */
interface Range {
  readonly most: number
  readonly wild: number
}

/** One fault in so many is switched off in a run, so that faults also meet alone ("swarm testing"). */
const SWITCHED_OFF = 0.45

/** One in so many goes wild. Not all at once, or nothing would ever succeed and nothing be proven. */
const WILD = 0.12

/** What `light` takes of the greatest ordinary odds. */
const LIGHT_SHARE = 0.2

/** Below this share of the greatest odds a fault would hardly ever show in a short run. */
const LEAST_SHARE = 0.1

/** Chance for the odds of one run. */
export interface OddsChances {
  readonly random: Random
  /** Streams of their own: what was drawn before there were such faults is drawn as it was. */
  readonly badMessages: Random
  readonly untimelyWakes: Random
}

/** Draws the odds of one run: each fault is off, ordinary or wild for itself. */
export const drawFaultOdds = (
  { random, badMessages, untimelyWakes }: OddsChances,
  level: FaultLevel,
): FaultOdds => {
  const draw = (range: Range): number => drawOdds(random, level, range)
  return {
    queues: {
      duplicate: draw({ most: 0.2, wild: 0.9 }),
      reorder: draw({ most: 0.3, wild: 1 }),
      late: draw({ most: 0.1, wild: 0.6 }),
      bad: drawOdds(badMessages, level, { most: 0.15, wild: 0.8 }),
      untimely: drawOdds(untimelyWakes, level, { most: 0.2, wild: 0.9 }),
    },
    events: { lost: draw({ most: 0.1, wild: 1 }), duplicate: draw({ most: 0.1, wild: 0.7 }) },
    calls: {
      refused: draw({ most: 0.05, wild: 0.4 }),
      heartbeatThrottled: draw({ most: 0.3, wild: 0.9 }),
      answerLost: draw({ most: 0.05, wild: 0.3 }),
      repeated: draw({ most: 0.1, wild: 0.6 }),
      slow: draw({ most: 0.03, wild: 0.2 }),
      hung: draw({ most: 0.002, wild: 0.01 }),
      itemsFailed: draw({ most: 0.05, wild: 0.4 }),
      onePage: draw({ most: 0.3, wild: 1 }),
      stale: draw({ most: 0.3, wild: 1 }),
    },
    bucketShare: 1 - draw({ most: 0.99, wild: 0.998 }),
    lambda: {
      killed: draw({ most: 0.01, wild: 0.06 }),
      cold: draw({ most: 0.3, wild: 1 }),
    },
    world: draw({ most: 0.3, wild: 1 }),
  }
}

const drawOdds = (random: Random, level: FaultLevel, { most, wild }: Range): number => {
  // Three questions whatever the answers, so that one fault's course does not move those of the others.
  const [isOff, isWild, share] = [random.chance(SWITCHED_OFF), random.chance(WILD), random.fraction()]
  if (level === 'none' || isOff) return 0
  const upTo = level === 'light' ? most * LIGHT_SHARE : isWild ? wild : most
  return upTo * (LEAST_SHARE + (1 - LEAST_SHARE) * share)
}
