import type { WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import { everyMinute } from './every-minute.ts'
import { watchOrphans } from './orphans.ts'
import { UsableLaunches } from './usable-launches.ts'
import { deadlineOf, isOurLaunch, isOurs, RESYNC_MS, type Watch } from './watch.ts'

/** A message of the last minutes is still on its way, perhaps delayed. */
const MESSAGE_PATIENCE_MS = 3 * RESYNC_MS

/** One call may still be on its way when a minute ends. */
const CALL_PATIENCE_MS = 5_000

/**
 * Promise 7, as far as it can be watched by itself: once faults stop, every waiting instance is released by its deadline
 * plus two resyncs, every launch as soon as ECS can use its instance, no instance of ours stays DRAINING without a cause, and the queues settle empty.
 */
export const watchPromise7 = (watch: Watch): void => {
  const { healsAt } = watch
  if (healsAt === undefined) return
  watchReleases(watch, healsAt)
  watchOrphans(watch, healsAt)
  watch.onEnd(() => judgeQueues(watch))
}

/** Once a minute, because a hook that ends too late has ended all the same. */
const watchReleases = (watch: Watch, healsAt: number): void => {
  const reported = new Set<string>()
  const usable = new UsableLaunches(watch)
  const { autoScaling, simulation } = watch.world
  const judge = (): void => {
    usable.look()
    for (const action of autoScaling.waitingActions()) {
      const key = `${action.instanceId} ${action.startedAt}`
      const end = isOurLaunch(watch, action) ? usable.endOf(action) : drainEndOf(watch, action)
      const due = Math.max(healsAt, end) + 2 * RESYNC_MS + CALL_PATIENCE_MS
      if (simulation.now() <= due || reported.has(key)) continue
      reported.add(key)
      const what = `the action of ${action.hookName} still waits, more than two resyncs past its deadline`
      watch.report({ promise: 7, instanceId: action.instanceId, at: simulation.now(), what })
    }
  }
  simulation.after(healsAt - simulation.now(), () => everyMinute(watch.world, judge))
}

/** Infinity: it is not ours to end. */
const drainEndOf = (watch: Watch, action: WaitingAction): number =>
  isOurs(watch, action) && action.transition === 'terminating' ? deadlineOf(watch, action) : Infinity

/** Dead letters wait for a person. */
const judgeQueues = ({ world, settings, report }: Watch): void => {
  const at = world.simulation.now()
  const { signalsQueueUrl, wakesQueueUrl, capacityQueueUrl } = settings
  for (const url of [signalsQueueUrl, wakesQueueUrl, ...(capacityQueueUrl ? [capacityQueueUrl] : [])]) {
    const queue = world.sqs.queueByUrl(url)
    const left = queue.contents.filter(({ sentAt }) => sentAt < at - MESSAGE_PATIENCE_MS)
    if (left.length > 0)
      report({ promise: 7, at, what: `${left.length} messages are left in ${queue.spec.name}` })
  }
}
