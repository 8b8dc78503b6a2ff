import { lineOf, tellTimeLine } from './time-line.ts'
import type { View } from './view.ts'

/** One line for each thing worth knowing, as it happens: for files, pipes and logs. */
export const createPlainView = (title: string, write: (text: string) => unknown): View => {
  let tellRest = () => {}
  return {
    begin: (watched) => {
      write(`${title}\n\n`)
      tellRest = tellTimeLine(watched, (entry) => write(`${lineOf(entry)}\n`))
    },
    end: () => tellRest(),
  }
}
