import type { EndedAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import { couldHaveBeaten } from './ability.ts'
import { deadlineOf, isOurs, type Watch } from './watch.ts'

/**
 * Promise 4: while a drain lives, the gap between heartbeats is below the hook's timeout; none comes after the end or
 * past the deadline.
 *
 * A look may have begun before the end or the deadline and its beat come after: one invocation's time is allowed.
 */
export const watchPromise4 = (watch: Watch): void => {
  const endedAt = new Map<string, number>()
  watch.world.autoScaling.onActionEnded((action) => {
    if (!isOurs(watch, action)) return
    endedAt.set(action.instanceId, action.endedAt)
    judgeGaps(watch, action)
  })
  watch.onCall((call) => {
    if (call.operation === 'RecordLifecycleActionHeartbeat') judgeBeat(watch, call, endedAt)
  })
}

const judgeGaps = (watch: Watch, action: EndedAction): void => {
  const { startedAt, heartbeats, heartbeatTimeoutSeconds, instanceId } = action
  const times = [startedAt, ...heartbeats, action.endedAt]
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time))
  const longestMs = Math.max(...gaps)
  if (longestMs < heartbeatTimeoutSeconds * 1_000 || !couldHaveBeaten(watch, action)) return
  const what = `${longestMs / 1_000} s without a heartbeat, and the hook's timeout is ${heartbeatTimeoutSeconds} s`
  watch.report({ promise: 4, instanceId, at: action.endedAt, what })
}

const judgeBeat = (watch: Watch, { at, input }: CallRecord, endedAt: ReadonlyMap<string, number>): void => {
  const instanceId = String(input['InstanceId'])
  const action = watch.world.autoScaling
    .waitingActions()
    .find((waiting) => waiting.instanceId === instanceId && isOurs(watch, waiting))
  const last = action === undefined ? endedAt.get(instanceId) : deadlineOf(watch, action)
  if (last !== undefined && at <= last + watch.longestLookMs) return
  const what =
    action === undefined ? 'a heartbeat for an action that is over' : 'a heartbeat past the deadline'
  watch.report({ promise: 4, instanceId, at, what })
}
