import type { EndedBy } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { EndedDrain, Recording } from '../rehearsal/recording.ts'
import { reasonInWords } from './decision-words.ts'
import { NO_NEWS, type News, type NewsSource } from './news.ts'
import { inWords } from './virtual-time.ts'

/** After this time nobody will say any more why a hook was completed: whoever did so has died. */
const REASON_PATIENCE_MS = 5_000

/** Hooks of ours that have let go of their instance. */
export const drainNews = ({ drains }: Recording): NewsSource => {
  let told = 0
  return (now) => {
    if (told === drains.length) return NO_NEWS
    const due = drains.slice(told)
    const wait = due.findIndex((drain) => isReasonDue(drain, now))
    const ready = wait === -1 ? due : due.slice(0, wait)
    told += ready.length
    return ready.map(newsOf)
  }
}

/** The line that says why is written right after the call that completed the hook. */
const isReasonDue = ({ action, decision }: EndedDrain, now: number): boolean =>
  action.by === 'completed' && decision === undefined && now - action.endedAt < REASON_PATIENCE_MS

const newsOf = ({ action, decision, lastTaskStoppedAt }: EndedDrain): News => {
  const { instanceId, startedAt, endedAt } = action
  const duration = `after ${inWords((endedAt - startedAt) / 1_000)}`
  if (action.by !== 'completed')
    return { text: `${instanceId}: ${endings[action.by]} ${duration}`, tone: 'bad' }
  const lag =
    lastTaskStoppedAt === undefined
      ? ''
      : `, ${inWords((endedAt - lastTaskStoppedAt) / 1_000)} after its last task stopped`
  const reason = decision === undefined ? '' : `: ${reasonInWords(decision.decision)}`
  const isInOrder = decision?.decision.verdict !== 'overdue'
  return {
    text: `${instanceId}: hook completed ${duration}${lag}${reason}`,
    tone: isInOrder ? 'good' : 'bad',
  }
}

const endings: Readonly<Record<Exclude<EndedBy, 'completed'>, string>> = {
  'heartbeat-timeout': 'no heartbeat came, and Auto Scaling ended the hook',
  'global-timeout': 'Auto Scaling ended the hook at its global timeout',
  'hook-deleted': 'the hook was deleted, and held it no longer',
  'target-rejected': "the hook's target refused the message, and Auto Scaling ended the hook",
  'other-hook-abandoned': 'another hook was abandoned, and ended this one',
  'instance-terminated': 'the machine was gone, and Auto Scaling ended the hook',
}
