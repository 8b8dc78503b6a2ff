import type { LoggedDecision, Recording } from '../rehearsal/recording.ts'
import { decisionInWords } from './decision-words.ts'
import { unreadOf, type News, type NewsSource } from './news.ts'

/**
 * What Ebbtide decides, where that has changed for an instance. A decision that completes a hook is told with the
 * drain that it ends.
 */
export const decisionNews = (recording: Recording): NewsSource => {
  const unread = unreadOf(recording.decisions)
  const last = new Map<string, string>()
  return () => unread().flatMap((logged) => newsOf(logged, last))
}

const newsOf = ({ facts, decision }: LoggedDecision, last: Map<string, string>): readonly News[] => {
  const { verdict, because, actions } = decision
  const isRepeated = last.get(facts.instanceId) === `${verdict} ${because}`
  last.set(facts.instanceId, `${verdict} ${because}`)
  const words = decisionInWords(decision)
  if (words === undefined || isRepeated || actions.some((action) => action.do === 'complete')) return []
  return [{ text: `${facts.instanceId} ${words}`, tone: 'plain' }]
}
