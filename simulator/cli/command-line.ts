import { CommanderError, InvalidArgumentError, type Command } from 'commander'
import type * as z from 'zod/mini'

/** `answered`: help was asked for, and `text` is what to print. `wrong`: a sentence on the mistake, in one line. */
type CommandLine =
  | { readonly kind: 'usable' }
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'wrong'; readonly text: string }

/** Parses what stands behind `npm run … --`; where that is usable, the command holds its arguments and options. */
export const parseCommandLine = (command: Command, given: readonly string[]): CommandLine => {
  let printed = ''
  const write = (text: string) => (printed += text)
  command.configureOutput({ writeOut: write, writeErr: write }).exitOverride()
  try {
    command.parse(given, { from: 'user' })
    return { kind: 'usable' }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'answered', text: printed }
    return { kind: 'wrong', text: printed.trim().replaceAll(/\s*\n\s*/g, ' ') }
  }
}

/** An option's value, checked as the setting of the same meaning is. */
export const checkedBy =
  <Value>(schema: z.ZodMiniType<Value>) =>
  (text: string): Value => {
    const result = schema.safeParse(text)
    if (result.success) return result.data
    throw new InvalidArgumentError(`It ${result.error.issues[0]?.message ?? 'is wrong'}.`)
  }
