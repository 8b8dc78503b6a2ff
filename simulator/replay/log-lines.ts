import * as z from 'zod'

const logEvents = z.array(z.looseObject({ message: z.string() }))

/** What `aws logs filter-log-events` and `get-log-events` print: one JSON document, each line of the log in `message`. */
const logEventsDocument = z.union([
  z.looseObject({ events: logEvents }).transform(({ events }) => events),
  logEvents,
])

/**
 * The lines of a stored log, whichever way it was fetched: each line of text, or each message of a JSON document of log
 * events.
 */
export const logLinesOf = (text: string): readonly string[] =>
  messagesOf(text) ?? text.split('\n').filter((line) => line.trim() !== '')

/** Absent: the text is no document of log events. */
export const messagesOf = (text: string): readonly string[] | undefined => {
  const document = logEventsDocument.safeParse(parseJson(text))
  return document.success ? document.data.map(({ message }) => message) : undefined
}

/** The JSON object in a line of a log, with whatever the tool that fetched it put before it. Absent: there is none. */
export const objectIn = (line: string): unknown => {
  const start = line.indexOf('{')
  return start < 0 ? undefined : parseJson(line.slice(start, line.lastIndexOf('}') + 1))
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
