import type { Score } from '../rehearsal/score.ts'
import { counted, listed } from './counted.ts'
import type { ScoreReport } from './score-report.ts'

/** What a score comes to, in one sentence. */
interface Conclusion {
  readonly text: string
  readonly tone: 'good' | 'bad'
}

/** @returns `good` only where nothing was lost and every promise was kept. */
export const conclusionOf = (report: ScoreReport): Conclusion => {
  const losses = lossesOf(report)
  const subject = report.ebbtide === 'absent' ? 'Without Ebbtide' : departuresOf(report)
  const { violations, requests } = report.score
  if (losses.length > 0) return { text: `${subject}: ${listed(losses)}.`, tone: 'bad' }
  const nothing = requests.sent > 0 ? 'no task was killed and no request dropped' : 'no task was killed'
  if (violations.length === 0) return { text: `${subject}: ${nothing}.`, tone: 'good' }
  return { text: `${subject}: ${nothing}, but ${brokenPromises(violations)}.`, tone: 'bad' }
}

const lossesOf = ({ score, tasksKilled }: ScoreReport): readonly string[] => {
  const { requests, violations } = score
  return [
    ...(tasksKilled > 0 ? [`${were(tasksKilled, 'task')} killed`] : []),
    ...(requests.dropped > 0 ? [`${were(requests.dropped, 'request')} dropped`] : []),
    ...(violations.length > 0 && tasksKilled + requests.dropped > 0 ? [brokenPromises(violations)] : []),
  ]
}

const brokenPromises = (violations: Score['violations']): string =>
  `${were(new Set(violations.map(({ promise }) => promise)).size, 'promise')} broken`

const were = (count: number, noun: string): string =>
  `${counted(count, noun)} ${count === 1 ? 'was' : 'were'}`

const departuresOf = ({ score, stillWaiting }: ScoreReport): string => {
  const left = score.drains.length
  const waiting = stillWaiting === 0 ? '' : `, ${stillWaiting} still ${stillWaiting === 1 ? 'waits' : 'wait'}`
  return left === 0 ? `No drain has ended${waiting}` : `${counted(left, 'instance')} left${waiting}`
}
