import { CLOCK_SKEW_SECONDS, STALENESS_SECONDS, type DrainContext } from './drain-context.ts'
import type { TaskCount, TaskFacts } from './facts.ts'
import { isStaying } from './stop-tasks.ts'

/**
 * Whether nothing can be missing from the listing of tasks.
 *
 * RUNNING and STOPPED are listed by two calls, each of which may answer as of some seconds ago. A task that ECS has just
 * decided to stop may then be in neither: gone from the one, not yet come to the other. Daemons meet this in every drain,
 * because ECS stops them in the moment in which the last other task has stopped, and that is when we look.
 *
 * So an earlier, settled look must account for it: of the tasks that ECS counted then, each is now listed as one that
 * stays, or as one that began to stop later than that look. Whatever was not counted had begun to stop before, and by now
 * even the oldest answer lists it. When a task began to stop is told by AWS's clock, and a count in memory was dated by that
 * of any environment.
 *
 * This comes to an end, whatever stays: every lower count is one more such look, and the lowest is of the tasks that stay now.
 */
export const isEveryTaskListed = ({ facts, memory }: Pick<DrainContext, 'facts' | 'memory'>): boolean => {
  const { counts = [], tasks } = facts
  const { counted } = memory ?? {}
  const known = [
    ...counts.map((count) => ({ ...count, ripenSeconds: STALENESS_SECONDS })),
    ...(counted === undefined ? [] : [{ ...counted, ripenSeconds: STALENESS_SECONDS + CLOCK_SKEW_SECONDS }]),
  ]
  return tasks !== undefined && known.some((count) => isAccountedFor(count, tasks, facts.now))
}

/** A count, and from when on no answer is so old that it could lack what began to stop before it. */
interface RipeningCount extends TaskCount {
  readonly ripenSeconds: number
}

const isAccountedFor = (count: RipeningCount, tasks: readonly TaskFacts[], now: number): boolean => {
  if (now - count.at < 1_000 * count.ripenSeconds) return false
  const later = count.at + 1_000 * CLOCK_SKEW_SECONDS
  return tasks.filter((task) => isStaying(task) || beganToStopAt(task) > later).length >= count.tasks
}

/** ECS leaves the beginning out for some tasks that ended by themselves. */
const beganToStopAt = ({ stoppingAt, stoppedAt = 0 }: TaskFacts): number => stoppingAt ?? stoppedAt
