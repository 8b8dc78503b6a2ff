import type { ScriptStep } from '../scenario/script-step.ts'
import { NO_NEWS, type NewsSource } from './news.ts'
import { stepInWords } from './step-words.ts'

/** The steps of a script, when their time has come. */
export const scriptNews = (script: readonly ScriptStep[], beganAt: number): NewsSource => {
  const left = script.toSorted((a, b) => a.atSeconds - b.atSeconds)
  return (now) => {
    const elapsedSeconds = (now - beganAt) / 1_000
    if ((left[0]?.atSeconds ?? Infinity) > elapsedSeconds) return NO_NEWS
    const due = left.filter(({ atSeconds }) => atSeconds <= elapsedSeconds)
    left.splice(0, due.length)
    return due.map((step) => ({ text: stepInWords(step), tone: 'plain' }))
  }
}
