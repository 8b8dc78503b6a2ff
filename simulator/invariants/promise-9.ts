import type { WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import { isOurs, type Watch } from './watch.ts'

/** A look reads first and publishes last: what began to wait in between, or seconds before, it may not have seen. */
const SEEN_AFTER_MS = 70_000

/**
 * Promise 9: what cannot be measured is not published as zero. No metric may say that nothing waits for us while
 * something has done so for longer than a look takes, nor that a hook is there which is not.
 */
export const watchPromise9 = (watch: Watch): void => {
  watch.recording.onLine((line) => {
    const group = line['AutoScalingGroupName']
    if (typeof group !== 'string') return
    if (line['_aws'] !== undefined && line['DrainsInFlight'] === 0) judgeInFlight(watch, group)
  })
}

const judgeInFlight = (watch: Watch, group: string): void => {
  const at = watch.world.simulation.now()
  const missed = watch.world.autoScaling
    .waitingActions()
    .find((action) => isLong(action, at) && action.autoScalingGroupName === group && isOurs(watch, action))
  if (missed === undefined) return
  const { instanceId } = missed
  watch.report({ promise: 9, instanceId, at, what: 'published that nothing waits, while the hook held it' })
}

const isLong = ({ startedAt, transition }: WaitingAction, at: number): boolean =>
  transition !== 'launching' && at - startedAt > SEEN_AFTER_MS
