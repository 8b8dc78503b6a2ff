import { noticesIn } from '../invariants/notices.ts'
import { CLOCK_TOLERANCE_MS } from '../invariants/watch.ts'
import type { Recording } from '../rehearsal/recording.ts'
import type { World } from '../world/world.ts'

/** Between the notice and the end of a Spot instance. */
const NOTICE_MS = 120_000

/**
 * To be called before virtual time begins.
 *
 * @returns counts, when it has ended, the tasks that died with a machine which had time left: neither had the drain
 *   reached its deadline, nor had EC2 announced the end two minutes before.
 */
export const watchEarlyKills = (world: World, recording: Recording): (() => number) => {
  const notices = noticesIn(world)
  const timeoutMs = new Map(
    world.spec.groups.map(({ name, tags }) => [name, 1_000 * Number(tags?.['ebbtide:drain-timeout'])]),
  )
  return () =>
    recording.killedTasks.filter(({ instanceId, endedAt }) => {
      const drain = recording.drains.findLast(({ action }) => action.instanceId === instanceId)
      const timeout = drain && timeoutMs.get(drain.action.autoScalingGroupName)
      const deadline = drain && timeout !== undefined ? drain.action.startedAt + timeout : Infinity
      return (
        endedAt < Math.min(deadline, (notices.get(instanceId) ?? Infinity) + NOTICE_MS) - CLOCK_TOLERANCE_MS
      )
    }).length
}
