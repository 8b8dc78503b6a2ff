import { during, kindOf } from '../../aws/errors.ts'

/** AWS denied a call. The message names the IAM action that would allow it. */
export class DeniedCallError extends Error {
  readonly action: string

  constructor(action: string, doing: string, cause: unknown) {
    super(`AWS denied ${doing}: allow the IAM action ${action}.`, { cause })
    this.name = 'DeniedCallError'
    this.action = action
  }
}

interface Question {
  /** The IAM action of the calls that `ask` makes. */
  readonly action: string
  readonly doing: string
}

/**
 * Makes calls that need one IAM action.
 *
 * @throws {DeniedCallError} when AWS denies them.
 */
export const asking = async <Answer>(
  { action, doing }: Question,
  ask: () => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await ask()
  } catch (error) {
    const isDenied =
      kindOf(error) === 'denied' || (error instanceof Error && kindOf(error.cause) === 'denied')
    if (isDenied) throw new DeniedCallError(action, doing, error)
    return during(doing, () => Promise.reject(error as Error))
  }
}
