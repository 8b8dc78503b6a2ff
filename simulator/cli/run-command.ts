import process, { argv, cwd, env, exit, stderr, stdout } from 'node:process'
import { resolve } from 'node:path'
import type { Command } from 'commander'

import { parseCommandLine } from './command-line.ts'
import { exitCodes } from './exit-codes.ts'

/**
 * Runs a command of the shell and sets the exit code that it returns. What people can do wrong is a sentence on
 * standard error; errors of the language keep their stack.
 */
export const runCommand = async (command: Command, run: () => Promise<number>): Promise<void> => {
  stdout.on('error', endQuietly)
  process.exitCode = await runParsed(command, run)
}

const runParsed = async (command: Command, run: () => Promise<number>): Promise<number> => {
  const line = parseCommandLine(command, argv.slice(2))
  if (line.kind === 'answered') {
    stdout.write(line.text)
    return 0
  }
  if (line.kind === 'wrong') return refuse(line.text)
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof Error) || isBug(error)) throw error
    return refuse(error.message)
  }
}

/** @returns the exit code of a command that did not run. */
export const refuse = (sentences: string): number => {
  stderr.write(`${sentences}\n`)
  return exitCodes.refused
}

/** npm runs scripts in the project's folder, while paths are meant from where npm was called. */
export const locate = (path: string): string => resolve(env['INIT_CWD'] ?? cwd(), path)

export const printLines = (lines: readonly string[]): void => {
  stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(''))
}

export const printJson = (value: object): void => {
  stdout.write(`${JSON.stringify(value)}\n`)
}

const isBug = (error: Error): boolean =>
  error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError

/** Whoever reads our output, such as `head`, may have seen enough. */
const endQuietly = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') exit(0)
  throw error
}
