import type { WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { World } from '../world/world.ts'
import { NO_NEWS, type NewsSource } from './news.ts'

/** Hooks that begin to hold an instance within this time are looked for once: the list is made anew for each look. */
const LOOK_INTERVAL_MS = 500

/** Instances that a lifecycle hook begins to hold. */
export const hookNews = (world: World): NewsSource => {
  let known: ReadonlySet<string> = new Set()
  let lookedAt = world.simulation.now()
  return (now) => {
    if (now - lookedAt < LOOK_INTERVAL_MS) return NO_NEWS
    lookedAt = now
    const waiting = world.autoScaling.waitingActions()
    const fresh = waiting.filter((action) => !known.has(keyOf(action)))
    known = new Set(waiting.map(keyOf))
    return fresh.map((action) => ({ text: sentenceOf(action), tone: 'plain' }))
  }
}

const keyOf = ({ instanceId, hookName, startedAt }: WaitingAction): string =>
  `${instanceId} ${hookName} ${startedAt}`

/** A state of the warm pool, such as `Warmed:Pending:Wait`, is another than that of the group. */
const sentenceOf = ({ instanceId, hookName, waitsIn }: WaitingAction): string =>
  `${instanceId} is in ${waitsIn}: the hook ${hookName} holds it`
