import { counted } from '../view/counted.ts'
import { actionInWords, verdictInWords } from './action-words.ts'
import type { DecidedAgain, Difference } from './decide-again.ts'
import type { PastDecision } from './logged-decision.ts'
import { dateAndTime } from './moment.ts'

/** The report of `npm run replay -- <log file>` for people. */
export const decidedAgainText = (result: DecidedAgain): readonly string[] => [
  `${counted(result.linesRead, 'line')} read, ${counted(result.decidedAgain, 'decision')} decided again: ` +
    `${result.equal} equal, ${result.different.length} different, ${result.unreadable.length} unreadable`,
  ...result.different.flatMap(differenceText),
  ...result.unreadable.flatMap(({ line, reason }) => ['', `line ${line} cannot be read: ${reason}`]),
]

const differenceText = ({ line, instanceId, at, before, after }: Difference): readonly string[] => {
  const [was, is] = [inWords(before), inWords(after)]
  const details = was === is ? changedActions(before, after) : []
  return [
    '',
    `line ${line}  ${dateAndTime(at)}  ${instanceId}`,
    `  before  ${was}`,
    `  after   ${is}`,
    ...details,
  ]
}

const inWords = (decision: PastDecision): string =>
  [verdictInWords(decision), ...decision.actions.map(actionInWords)].join(' | ')

/** Where the words are the same and the fields are not. */
const changedActions = (before: PastDecision, after: PastDecision): readonly string[] =>
  before.actions.flatMap((action, index) => {
    const [was, is] = [JSON.stringify(action), JSON.stringify(after.actions[index])]
    return was === is ? [] : [`          was ${was}`, `          is  ${is}`]
  })
