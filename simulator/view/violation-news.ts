import type { Recording } from '../rehearsal/recording.ts'
import { unreadOf, type NewsSource } from './news.ts'

/** Promises that were not kept. Some are judged only when the rehearsal has ended. */
export const violationNews = ({ violations }: Recording): NewsSource => {
  const unread = unreadOf(violations)
  return () =>
    unread().map(({ promise, instanceId, what }) => ({
      text: `promise ${promise} was broken${instanceId === undefined ? '' : ` for ${instanceId}`}: ${what}`,
      tone: 'bad',
    }))
}
