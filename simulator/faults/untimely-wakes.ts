import { writeLookAgain } from '../../lib/signals/look-again.ts'
import { HOP_LIMIT } from '../../lib/signals/signal.ts'
import { instanceOfContainerInstance } from '../world/container-instance-owner.ts'
import type { World } from '../world/world.ts'

/** As long as answers may be old, and a little more: later a look sees the same as any other. */
const LATEST_MS = 4_000

interface UntimelyWakes {
  readonly world: World
  /** For each task that ECS says to be stopping: somebody looks at its instance in the seconds in which that is news. */
  readonly odds: number
}

/**
 * Has our functions look when answers are most likely to differ: a message of ours that was delivered long ago comes once
 * more, as SQS may at any time, right after ECS has decided to stop a task.
 *
 * @returns ends it.
 */
export const sendUntimelyWakes = ({ world, odds }: UntimelyWakes): (() => void) => {
  const { autoScaling, eventBridge, simulation, sqs, spec } = world
  const random = simulation.randomFor('untimely wakes')
  const wakesQueue = sqs.arnOf(`ebbtide-${spec.cluster}-wakes`)
  let isOver = false
  eventBridge.onPublish(({ detail }) => {
    if (isOver || detail['desiredStatus'] !== 'STOPPED' || detail['lastStatus'] === 'STOPPED') return
    if (!random.chance(odds)) return
    const delayMs = random.integer(0, LATEST_MS)
    const instanceId = instanceOfContainerInstance(world, String(detail['containerInstanceArn']))
    const autoScalingGroupName = autoScaling.groupNameOf(instanceId ?? '')
    if (instanceId === undefined || autoScalingGroupName === undefined) return
    const look = { instanceId, autoScalingGroupName, hop: HOP_LIMIT, occurredAt: simulation.now() }
    simulation.after(delayMs, () => sqs.send(sqs.queueByArn(wakesQueue), { body: writeLookAgain(look) }))
  })
  return () => {
    isOver = true
  }
}
