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
 * Empties the file, and returns what writes one line of the functions' log to it, as JSON.
 *
 * @throws {LogFileError} when the file cannot be written.
 */
export const logTo = (path: string): ((line: OutputLine) => void) => {
  const file = openForWriting(path)
  // Each line at once: who interrupts a rehearsal keeps the log so far.
  return (line) => writeSync(file, `${JSON.stringify(line)}\n`)
}

const openForWriting = (path: string): number => {
  try {
    return openSync(path, 'w')
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException
    throw new LogFileError(`${path} cannot be written: ${code}.`, { cause })
  }
}
