import { stderr, stdout } from 'node:process'

/** A line that product code wrote to standard output: structured, as in CloudWatch Logs. */
export type OutputLine = Readonly<Record<string, unknown>>

/**
 * Hands every JSON object that is written as a line to standard output or error to the listener, and lets everything
 * else pass. In Lambda such lines become log events and metrics; here they are what a rehearsal is told and judged by.
 *
 * @returns ends the capture.
 */
export const captureOutput = (listener: (line: OutputLine) => void): (() => void) => {
  const ends = [stdout, stderr].map((stream) => captureFrom(stream, listener))
  return () => {
    for (const end of ends) end()
  }
}

const captureFrom = (stream: NodeJS.WriteStream, listener: (line: OutputLine) => void): (() => void) => {
  const write = stream.write.bind(stream)
  const capturing = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
    const line = typeof chunk === 'string' && chunk.startsWith('{"') ? parse(chunk) : undefined
    if (line === undefined) return write(chunk, ...rest)
    listener(line)
    return true
  }
  stream.write = capturing
  return () => {
    stream.write = write
  }
}

const parse = (text: string): OutputLine | undefined => {
  try {
    return JSON.parse(text) as OutputLine
  } catch {
    return undefined
  }
}
