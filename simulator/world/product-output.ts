import { stdout } from 'node:process'

/** A line that product code wrote to standard output: structured, as in CloudWatch Logs. */
export type OutputLine = Readonly<Record<string, unknown>>

/**
 * Hands every JSON object that is written to standard output as a line to the listener, and lets everything else pass.
 * In Lambda such lines become log events and metrics; here they are what a rehearsal is told and judged by.
 *
 * @returns ends the capture.
 */
export const captureOutput = (listener: (line: OutputLine) => void): (() => void) => {
  const write = stdout.write
  const capturing = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
    const line = typeof chunk === 'string' && chunk.startsWith('{"') ? parse(chunk) : undefined
    if (line === undefined) return write.call(stdout, chunk, ...rest)
    listener(line)
    return true
  }
  stdout.write = capturing as typeof stdout.write
  return () => {
    stdout.write = write
  }
}

const parse = (text: string): OutputLine | undefined => {
  try {
    return JSON.parse(text) as OutputLine
  } catch {
    return undefined
  }
}
