import type * as z from 'zod/mini'

/** A variable of a function's environment: the stack parameter behind it, and what it may hold. */
interface Variable {
  readonly parameter: string
  readonly schema: z.ZodMiniType
}

export type Variables = Readonly<Record<string, Variable>>

type ValuesOf<Of extends Variables> = {
  readonly [Name in keyof Of]: z.output<Of[Name]['schema']>
}

/** Settings that cannot be used. The message is one sentence for each problem and says what to set. */
export class SettingsError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'SettingsError'
  }
}

/**
 * Reads variables from the environment that a function was given.
 *
 * @throws {SettingsError} naming each variable that is missing or wrong and the stack parameter that sets it.
 */
export const readVariables = <Of extends Variables>(
  variables: Of,
  environment: Readonly<Record<string, string | undefined>>,
): ValuesOf<Of> => {
  const problems: string[] = []
  const values = Object.entries(variables).map(([variable, { parameter, schema }]) => {
    const result = schema.safeParse(environment[variable])
    if (result.success) return [variable, result.data] as const
    const [issue] = result.error.issues
    problems.push(
      `${variable} ${issue?.message ?? 'is wrong'}: set the stack parameter "${parameter}" and deploy again.`,
    )
    return [variable, undefined] as const
  })
  if (problems.length > 0) throw new SettingsError(problems)
  // Each value is what its schema has just given.
  return Object.fromEntries(values) as ValuesOf<Of>
}
