import { openSync, writeSync } from 'node:fs'

import type { OutputLine } from '../world/product-output.ts'

/** A file that cannot be written, in one sentence for whoever named it. */
class LogFileError extends Error {
  constructor(message: string, options: ErrorOptions) {
    super(message, options)
    this.name = 'LogFileError'
  }
}

/**
 * Empties the file, and returns what writes one line of the functions' log to it, as JSON, with the moment of virtual
 * time in milliseconds since 1970.
 *
 * @throws {LogFileError} when the file cannot be written.
 */
export const logTo = (path: string): ((line: OutputLine, now: number) => void) => {
  const file = openForWriting(path)
  // Each line at once: who interrupts a rehearsal keeps the log so far.
  return (line, now) => writeSync(file, `${JSON.stringify(atVirtualTime(line, now))}\n`)
}

const openForWriting = (path: string): number => {
  try {
    return openSync(path, 'w')
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException
    throw new LogFileError(`${path} cannot be written: ${code}.`, { cause })
  }
}

/** Logger and metrics of Powertools stamp their lines by the wall clock. */
const atVirtualTime = (line: OutputLine, now: number): OutputLine => {
  const at = Math.floor(now)
  const metadata = line['_aws']
  return {
    ...line,
    ...('timestamp' in line && { timestamp: new Date(at).toISOString() }),
    ...(typeof metadata === 'object' && { _aws: { ...metadata, Timestamp: at } }),
  }
}
