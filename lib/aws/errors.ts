/**
 * What an AWS error means to us. The only place where AWS's error names are known.
 *
 * `gone`: the thing named no longer exists, or the action is over. `throttled`: asked too often; later is fine.
 * `contended`: somebody else changes the same thing; in a few seconds it is fine. `denied`: the role or the account
 * forbids it. `refused`: the thing asked for cannot be had. `unknown`: everything else; it is thrown on.
 */
type ErrorKind = 'gone' | 'throttled' | 'contended' | 'denied' | 'refused' | 'unknown'

const names: Readonly<Record<string, ErrorKind>> = {
  ClusterNotFoundException: 'gone',
  'InvalidInstanceID.NotFound': 'gone',
  TargetNotFoundException: 'gone',
  TargetGroupNotFoundException: 'gone',
  ServiceNotFoundException: 'gone',
  NoSuchBucket: 'gone',
  NoSuchKey: 'gone',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  RequestLimitExceeded: 'throttled',
  RequestThrottled: 'throttled',
  TooManyRequestsException: 'throttled',
  ResourceContention: 'contended',
  ResourceContentionFault: 'contended',
  AttributeLimitExceededException: 'refused',
  InvalidParameterException: 'refused',
  // ECS's own word for whatever it will not do, such as showing a task definition that was deleted.
  ClientException: 'refused',
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  UnauthorizedOperation: 'denied',
}

export const kindOf = (error: unknown): ErrorKind => {
  if (isActionOver(error) || isContainerInstanceGone(error)) return 'gone'
  return (error instanceof Error ? names[error.name] : undefined) ?? 'unknown'
}

/**
 * The lifecycle action was completed, has expired or never was. Auto Scaling has no modelled error for it, only a
 * `ValidationError` whose message begins like this; every other ValidationError is a mistake in our configuration.
 */
export const isActionOver = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'ValidationError' &&
  error.message.startsWith('No active Lifecycle Action found')

/** ECS has no modelled error for a container instance that it does not know (any more), only this sentence. */
const isContainerInstanceGone = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'InvalidParameterException' &&
  error.message.startsWith('The referenced container instance was not found')

/** True for what asks for nothing but patience: resync comes within a minute, so no message needs to fail for it. */
export const isThrottled = (error: unknown): boolean =>
  causes(error).some((cause) => kindOf(cause) === 'throttled')

/** True if the thing asked for does not exist (any more). */
export const isGone = (error: unknown): boolean => causes(error).some((cause) => kindOf(cause) === 'gone')

/** The SDK repeats a 500 within 100 ms, so contention outlasts its attempts; a look some seconds later does not meet it. */
export const isContended = (error: unknown): boolean =>
  causes(error).some((cause) => kindOf(cause) === 'contended')

/** The role does not allow it: not yet, perhaps, since a new right takes seconds to arrive everywhere. */
export const isDenied = (error: unknown): boolean => causes(error).some((cause) => kindOf(cause) === 'denied')

/** AWS understood, and will not do it however often it is asked. */
export const isRefused = (error: unknown): boolean =>
  causes(error).some((cause) => kindOf(cause) === 'refused')

/** An error and the errors behind it, outermost first. */
const causes = (error: unknown): readonly unknown[] =>
  error instanceof Error && error.cause !== undefined ? [error, ...causes(error.cause)] : [error]

/** What was thrown, as an error. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown))

/**
 * Does one thing and, if it fails, says what was being done and to which thing.
 *
 * @example await during('listing tasks of i-0abc', () => ecs.send(command))
 */
export const during = async <Answer>(doing: string, work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work()
  } catch (cause) {
    const { name, message } = asError(cause)
    throw new Error(`${doing}: ${name}: ${message}`, { cause })
  }
}
