import type { TaskEnded } from '../aws/ecs/task-endings.ts'
import { noticesIn } from '../invariants/machine-ends.ts'
import { CLOCK_TOLERANCE_MS } from '../invariants/watch.ts'
import type { Recording } from '../rehearsal/recording.ts'
import type { World } from '../world/world.ts'
import type { ForeignMachines } from './foreign-machines.ts'

/** Between the notice and the end of a Spot instance. */
const NOTICE_MS = 120_000

/** Tasks whose machine died under them, on machines that the stack was given; whatever else dies nobody has promised to keep. */
export interface KilledTasks {
  readonly all: number
  /** Those whose drain had time left. */
  readonly early: number
}

/**
 * To be called before virtual time begins.
 *
 * @returns counts, when it has ended, the tasks that died with a machine, and apart those of which it had time left: neither
 *   had the drain reached its deadline, nor had EC2 announced the end two minutes before.
 */
export const watchKilledTasks = (
  world: World,
  recording: Recording,
  foreign: ForeignMachines,
): (() => KilledTasks) => {
  const notices = noticesIn(world)
  const timeoutMs = new Map(
    world.spec.groups.map(({ name, tags }) => [name, 1_000 * Number(tags?.['ebbtide:drain-timeout'])]),
  )
  const isEarly = ({ instanceId, endedAt }: TaskEnded): boolean => {
    const drain = recording.drains.findLast(({ action }) => action.instanceId === instanceId)
    const timeout = drain && timeoutMs.get(drain.action.autoScalingGroupName)
    const deadline = drain && timeout !== undefined ? drain.action.startedAt + timeout : Infinity
    return (
      endedAt < Math.min(deadline, (notices.get(instanceId) ?? Infinity) + NOTICE_MS) - CLOCK_TOLERANCE_MS
    )
  }
  return () => {
    const killed = recording.killedTasks.filter(({ instanceId }) => !foreign.has(instanceId))
    return { all: killed.length, early: killed.filter(isEarly).length }
  }
}
