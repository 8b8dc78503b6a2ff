/** What Application Auto Scaling was told of one service: a target of requests for each task and minute, and bounds. */
export interface TaskTarget {
  readonly minCapacity: number
  readonly maxCapacity: number
  /** The target value of `ALBRequestCountPerTarget`: requests that one task shall get in a minute. */
  readonly requestsPerTarget: number
  readonly scaleInCooldownSeconds: number
}

/** One minute of a service: the requests that its clients sent, and the tasks that were wanted at its end. */
export interface LoadMinute {
  readonly requests: number
  readonly desired: number
}

interface TaskTargetFacts {
  /** The newest last. */
  readonly minutes: readonly LoadMinute[]
  readonly desired: number
  /** Absent: the service was never scaled in. */
  readonly secondsSinceScaleIn?: number
}

/**
 * The alarms that target tracking makes for itself: three minutes above the target, and fifteen below nine tenths of
 * it. AWS does not document these numbers; they are what people find in CloudWatch.
 */
const HIGH_MINUTES = 3
const LOW_MINUTES = 15
const LOW_SHARE = 0.9

/** How many minutes the alarms look back. */
export const MINUTES_KEPT = LOW_MINUTES

/**
 * The desired count that target tracking asks for now; the present one where neither alarm rings.
 *
 * The metric counts requests for each task that is *wanted*, where AWS counts those for each target that is healthy.
 * So the number of tasks follows from the requests alone, and two rivals who scale the instances below them are asked for
 * the very same tasks: with AWS's own metric, whoever is late with an instance would be asked for more.
 */
export const taskTargetOf = (target: TaskTarget, facts: TaskTargetFacts): number => {
  const { requestsPerTarget, scaleInCooldownSeconds } = target
  const needed = Math.ceil((facts.minutes.at(-1)?.requests ?? 0) / requestsPerTarget)
  if (lastAll(facts.minutes, HIGH_MINUTES, (load) => load > requestsPerTarget))
    return within(target, Math.max(facts.desired, needed))
  const isCool = (facts.secondsSinceScaleIn ?? Infinity) >= scaleInCooldownSeconds
  if (isCool && lastAll(facts.minutes, LOW_MINUTES, (load) => load < LOW_SHARE * requestsPerTarget))
    return within(target, Math.min(facts.desired, needed))
  return within(target, facts.desired)
}

const within = ({ minCapacity, maxCapacity }: TaskTarget, count: number): number =>
  Math.min(Math.max(count, minCapacity), maxCapacity)

/** Minutes without a request bring no datapoint, and an alarm without data does nothing. */
const lastAll = (
  minutes: readonly LoadMinute[],
  count: number,
  holds: (requestsPerTarget: number) => boolean,
): boolean => {
  const last = minutes.slice(-count)
  return (
    last.length === count &&
    last.every(({ requests, desired }) => requests > 0 && desired > 0 && holds(requests / desired))
  )
}
