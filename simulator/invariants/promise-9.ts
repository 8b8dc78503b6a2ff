import type { DescribeLifecycleHooksCommandOutput } from '@aws-sdk/client-auto-scaling'

import { GROUP_MEMO_MS } from '../../lib/observe/groups.ts'
import type { WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import { call } from '../world/call.ts'
import { watchCapacityReadings } from './capacity-readings.ts'
import { isOurs, RESYNC_MS, type Watch } from './watch.ts'

/** A look reads first and publishes last: what began to wait in between, or seconds before, it may not have seen. */
const SEEN_AFTER_MS = 70_000

/**
 * Promise 9: what cannot be measured is not published as zero. No metric may say that nothing waits for us while
 * something has done so for longer than a look takes, nor that a hook is there which is not; nor may anything be said of a
 * cluster that could not be read.
 */
export const watchPromise9 = (watch: Watch): void => {
  watchCapacityReadings(watch)
  const missingSince = watchHooks(watch)
  watch.recording.onLine((line) => {
    const group = line['AutoScalingGroupName']
    if (typeof group !== 'string' || line['_aws'] === undefined) return
    if (line['DrainsInFlight'] === 0) judgeInFlight(watch, group)
    if (line['HookMissing'] === 0) judgeHook(watch, group, missingSince.get(group))
  })
}

/** Looked at each minute: since when our hook has been missing, by group. */
const watchHooks = (watch: Watch): ReadonlyMap<string, number> => {
  const missingSince = new Map<string, number>()
  const { simulation } = watch.world
  const look = (): void => {
    for (const group of watch.settings.groups) {
      if (hasHook(watch, group)) missingSince.delete(group)
      else missingSince.set(group, missingSince.get(group) ?? simulation.now())
    }
    simulation.after(RESYNC_MS, look)
  }
  simulation.after(RESYNC_MS, look)
  return missingSince
}

const hasHook = ({ world, settings }: Watch, group: string): boolean => {
  const input = { AutoScalingGroupName: group }
  const { model } = world.autoScaling
  const answer = call<DescribeLifecycleHooksCommandOutput>(model, 'DescribeLifecycleHooks', input)
  return (answer.LifecycleHooks ?? []).some(
    ({ LifecycleHookName }) => LifecycleHookName === settings.hookName,
  )
}

/** A group's hooks are known for minutes before they are read again. */
const judgeHook = (watch: Watch, group: string, missingSince = Infinity): void => {
  const at = watch.world.simulation.now()
  if (at - missingSince <= GROUP_MEMO_MS + SEEN_AFTER_MS || hasHook(watch, group)) return
  watch.report({ promise: 9, at, what: `published that the hook of ${group} is there, which is missing` })
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
