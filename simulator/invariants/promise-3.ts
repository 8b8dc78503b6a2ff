import { deadlineOf, isOurs, RESYNC_MS, wasAlive, type Watch } from './watch.ts'

/** Resync beats or ends every action; one run may be lost. */
const RESYNCS_TO_RELEASE = 2

/**
 * Promise 3: every lifecycle action ends exactly once. Auto Scaling itself refuses a second end, so what is watched is
 * that each has one: none runs into its heartbeat timeout while Ebbtide lives, and at the end of a run none waits past
 * its deadline plus two resyncs.
 *
 * An action that reaches the hook's global cap has expired knowingly, and a dead Ebbtide cannot beat.
 */
export const watchPromise3 = (watch: Watch): void => {
  watch.world.autoScaling.onActionEnded((action) => {
    const { instanceId, hookName, endedAt: at, by } = action
    if (!isOurs(watch, action) || by !== 'heartbeat-timeout' || !wasAlive(watch, at)) return
    watch.report({
      promise: 3,
      instanceId,
      at,
      what: `the action of ${hookName} ran into its heartbeat timeout`,
    })
  })
  watch.onEnd(() => judgeWaiting(watch))
}

const judgeWaiting = (watch: Watch): void => {
  const at = watch.world.simulation.now()
  for (const action of watch.world.autoScaling.waitingActions()) {
    const lateMs = at - deadlineOf(watch, action) - RESYNCS_TO_RELEASE * RESYNC_MS
    if (!isOurs(watch, action) || action.transition !== 'terminating' || lateMs <= 0) continue
    const what = `the action of ${action.hookName} still waits, two resyncs and ${Math.round(lateMs / 1_000)} s past its deadline`
    watch.report({ promise: 3, instanceId: action.instanceId, at, what })
  }
}
