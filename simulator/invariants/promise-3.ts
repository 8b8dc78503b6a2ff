import { DECISION_MESSAGE } from '../../lib/telemetry.ts'
import type { EndedAction, WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { OutputLine } from '../world/product-output.ts'
import { couldHaveBeaten, couldHaveCompleted, couldHaveKept } from './ability.ts'
import { deadlineOf, isOurLaunch, isOurs, launchDeadlineOf, RESYNC_MS, type Watch } from './watch.ts'

/** Resync beats or ends every action; one run may be lost. */
const RESYNCS_TO_RELEASE = 2

/**
 * Promise 3: every lifecycle action ends exactly once. Auto Scaling itself refuses a second end, so what is watched is
 * that each has one, and that it is ours: none runs into its heartbeat timeout, none into the hook's global cap with
 * tasks on its instance, and at the end of a run none waits past its deadline plus two resyncs.
 *
 * The same holds for launches, which are let go at their own timeout.
 *
 * A second completion is harmless and silent: no look fails for it.
 *
 * What no software could have done is nobody's fault, see `ability.ts`.
 */
export const watchPromise3 = (watch: Watch): void => {
  watch.world.autoScaling.onActionEnded((action) => {
    if (isOurs(watch, action)) judgeEnd(watch, action)
    if (isOurLaunch(watch, action)) judgeLaunch(watch, action)
  })
  watch.onEnd(() => judgeWaiting(watch))
  watch.recording.onLine((line) => judgeSilence(watch, line))
}

const judgeEnd = (watch: Watch, action: EndedAction): void => {
  const unstoppedTaskCount = watch.world.ecs.tasksOn(action.instanceId).length
  const into = timeoutThatWeLetPass(watch, action, unstoppedTaskCount)
  if (into === undefined) return
  const { instanceId, hookName, endedAt: at } = action
  const left = unstoppedTaskCount === 0 ? '' : ` while ${unstoppedTaskCount} tasks had not stopped`
  watch.report({ promise: 3, instanceId, at, what: `the action of ${hookName} ran into its ${into}${left}` })
}

/** A launch is let go by then whatever it lacks, so no end by itself is one that we may have waited for. */
const judgeLaunch = (watch: Watch, action: EndedAction): void => {
  const { by, instanceId, hookName, endedAt: at } = action
  if ((by !== 'heartbeat-timeout' && by !== 'global-timeout') || !couldHaveKept(watch, action)) return
  const into = by === 'heartbeat-timeout' ? 'heartbeat timeout' : 'global timeout'
  const what = `the launch that ${hookName} held ran into its ${into}`
  watch.report({ promise: 3, instanceId, at, what })
}

/** Undefined: none, or nobody could have prevented it. The cap comes after the deadline, so our own end was due. */
const timeoutThatWeLetPass = (
  watch: Watch,
  action: EndedAction,
  unstoppedTaskCount: number,
): string | undefined => {
  switch (action.by) {
    case 'heartbeat-timeout':
      return couldHaveBeaten(watch, action) || couldHaveCompleted(watch, action)
        ? 'heartbeat timeout'
        : undefined
    case 'global-timeout':
      return unstoppedTaskCount > 0 && couldHaveCompleted(watch, action) ? 'global timeout' : undefined
    case 'completed':
    case 'hook-deleted':
    case 'target-rejected':
    case 'other-hook-abandoned':
    case 'instance-terminated':
      return undefined
  }
}

/** What Auto Scaling answers when an action is over: "No active Lifecycle Action found …". */
const OVER = 'No active Lifecycle Action found'

const judgeSilence = ({ world, report }: Watch, line: OutputLine): void => {
  const { level, message, instanceId } = line
  if (level !== 'ERROR' || message !== DECISION_MESSAGE || !JSON.stringify(line['error']).includes(OVER))
    return
  const what = 'a look failed because the action that it would have ended was over'
  const about = typeof instanceId === 'string' && { instanceId }
  report({ promise: 3, at: world.simulation.now(), what, ...about })
}

const judgeWaiting = (watch: Watch): void => {
  const at = watch.world.simulation.now()
  for (const action of watch.world.autoScaling.waitingActions()) {
    const lateMs = at - endOf(watch, action) - RESYNCS_TO_RELEASE * RESYNC_MS
    if (lateMs <= 0) continue
    const what = `the action of ${action.hookName} still waits, two resyncs and ${Math.round(lateMs / 1_000)} s past its deadline`
    watch.report({ promise: 3, instanceId: action.instanceId, at, what })
  }
}

/** Infinity: it is not ours to end. */
const endOf = (watch: Watch, action: WaitingAction): number => {
  if (isOurLaunch(watch, action)) return launchDeadlineOf(watch, action)
  return isOurs(watch, action) && action.transition === 'terminating' ? deadlineOf(watch, action) : Infinity
}
