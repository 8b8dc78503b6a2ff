import type { PastAction, PastDecision } from './logged-decision.ts'

/** `finish: all-tasks-stopped`. */
export const verdictInWords = ({ verdict, because }: Pick<PastDecision, 'verdict' | 'because'>): string =>
  `${verdict}: ${because}`

/** `look-again in 5 s, hop 1`: an action and what tells it from others of its kind. */
export const actionInWords = (action: PastAction): string => {
  switch (action.do) {
    case 'complete':
      return `complete, ${String(action['outcome'])}`
    case 'look-again':
      return `look-again in ${String(action['delaySeconds'])} s, hop ${String(action['hop'])}`
    case 'stop-task':
      return `stop-task ${lastPart(String(action['taskArn']))}`
    default:
      return action.do
  }
}

const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
