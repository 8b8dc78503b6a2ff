import { logLinesOf } from './log-lines.ts'
import { readLogLine, type LoggedDecision } from './logged-decision.ts'

/** What a stored log holds. Lines count from 1; in a JSON document of log events, the events do. */
export interface Log {
  readonly lineCount: number
  readonly decisions: readonly NumberedDecision[]
  /** Decisions that cannot be read. */
  readonly unreadable: readonly { readonly line: number; readonly reason: string }[]
}

export interface NumberedDecision extends LoggedDecision {
  readonly line: number
}

/** Reads the decisions of a log. Other lines are counted and left alone. */
export const readLog = (text: string): Log => {
  const lines = logLinesOf(text).map((content, index) => ({ line: index + 1, ...readLogLine(content) }))
  return {
    lineCount: lines.length,
    decisions: lines.flatMap((read) =>
      read.kind === 'decision' ? [{ line: read.line, ...read.logged }] : [],
    ),
    unreadable: lines.flatMap((read) =>
      read.kind === 'unreadable' ? [{ line: read.line, reason: read.reason }] : [],
    ),
  }
}
